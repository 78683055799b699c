/// Pixels of red, green and blue that marks are painted on, first row at the top.
struct Raster: Equatable {
  let width, height: Int
  private(set) var pixels: [UInt8]

  init(width: Int, height: Int, paper: Colour = .white) {
    (self.width, self.height) = (width, height)
    pixels = [UInt8](repeating: 255, count: width * height * 3)
    if paper != .white { fill(0, 0, width, height, Fill(paper)) }
  }

  func colour(_ column: Int, _ row: Int) -> Colour {
    let place = (row * width + column) * 3
    return Colour(red: pixels[place], green: pixels[place + 1], blue: pixels[place + 2])
  }

  /// Paints polygons.
  mutating func fill(_ edges: EdgeList, _ fill: Fill) {
    guard let coverage = Coverage(edges, canvasWidth: width, canvasHeight: height) else { return }
    let colour = fill.colour
    let width = width
    pixels.withUnsafeMutableBufferPointer { pixels in
      coverage.forEachRow { row, line in
        var place = ((coverage.top + row) * width + coverage.left) * 3
        for covered in line {
          let weight = Int((covered * fill.opacity * 256).rounded())
          if weight > 0 { Self.blend(colour, weight, pixels, place) }
          place += 3
        }
      }
    }
  }

  /// Paints whole pixels: columns `left` ..< `right`, rows `top` ..< `bottom`.
  mutating func fill(_ left: Int, _ top: Int, _ right: Int, _ bottom: Int, _ fill: Fill) {
    let (left, right) = (max(0, left), min(width, right))
    let (top, bottom) = (max(0, top), min(height, bottom))
    guard left < right, top < bottom else { return }
    let weight = Int((fill.opacity * 256).rounded())
    let width = width
    pixels.withUnsafeMutableBufferPointer { pixels in
      for row in top..<bottom {
        for column in left..<right { Self.blend(fill.colour, weight, pixels, (row * width + column) * 3) }
      }
    }
  }

  /// Paints a picture on whole pixels; each gets the mean of the cells it covers, by area.
  mutating func paint(_ picture: Picture, left: Int, top: Int, right: Int, bottom: Int) {
    guard right > left, bottom > top else { return }
    let columns = Spread.all(cells: picture.width, pixels: right - left)
    let rows = Spread.all(cells: picture.height, pixels: bottom - top)
    let colours = (0..<(picture.width * picture.height)).map { picture[$0] }
    let width = width
    let (firstColumn, lastColumn) = (max(left, 0), min(right, width))
    let (firstRow, lastRow) = (max(top, 0), min(bottom, height))
    guard firstColumn < lastColumn, firstRow < lastRow else { return }
    pixels.withUnsafeMutableBufferPointer { pixels in
      for row in firstRow..<lastRow {
        for column in firstColumn..<lastColumn {
          let place = (row * width + column) * 3
          let (across, down) = (columns[column - left], rows[row - top])
          if across.first == across.last, down.first == down.last {
            guard let colour = colours[down.first * picture.width + across.first] else { continue }
            Self.blend(colour, 256, pixels, place)
          } else {
            Self.mix(colours, picture.width, across, down, pixels, place)
          }
        }
      }
    }
  }

  private static func mix(
    _ colours: [Colour?], _ width: Int, _ across: Spread, _ down: Spread,
    _ pixels: UnsafeMutableBufferPointer<UInt8>, _ place: Int
  ) {
    var (red, green, blue, weight) = (0.0, 0.0, 0.0, 0.0)
    for row in down.first...down.last {
      for column in across.first...across.last {
        guard let colour = colours[row * width + column] else { continue }
        let part = down.weight(row) * across.weight(column)
        red += part * Double(colour.red)
        green += part * Double(colour.green)
        blue += part * Double(colour.blue)
        weight += part
      }
    }
    guard weight > 0 else { return }
    func byte(_ sum: Double) -> UInt8 { UInt8(min((sum / weight).rounded(), 255)) }
    let colour = Colour(red: byte(red), green: byte(green), blue: byte(blue))
    blend(colour, Int((min(weight, 1) * 256).rounded()), pixels, place)
  }

  /// - Parameter weight: of the colour, of 256.
  private static func blend(
    _ colour: Colour, _ weight: Int, _ pixels: UnsafeMutableBufferPointer<UInt8>, _ place: Int
  ) {
    if weight >= 256 {
      (pixels[place], pixels[place + 1], pixels[place + 2]) = (colour.red, colour.green, colour.blue)
      return
    }
    let rest = 256 - weight
    pixels[place] = UInt8((Int(pixels[place]) * rest + Int(colour.red) * weight + 128) >> 8)
    pixels[place + 1] = UInt8((Int(pixels[place + 1]) * rest + Int(colour.green) * weight + 128) >> 8)
    pixels[place + 2] = UInt8((Int(pixels[place + 2]) * rest + Int(colour.blue) * weight + 128) >> 8)
  }

  /// The cells that one pixel covers along one axis, and how much of it each of the outer two fills.
  private struct Spread {
    var first, last: Int
    var firstWeight, lastWeight, innerWeight: Double

    func weight(_ index: Int) -> Double {
      index == first ? firstWeight : index == last ? lastWeight : innerWeight
    }

    static func all(cells: Int, pixels: Int) -> [Spread] {
      (0..<pixels).map { pixel in
        // In units of 1/pixels of a cell, so that cuts are exact.
        let (start, end) = (pixel * cells, (pixel + 1) * cells)
        let (first, last) = (start / pixels, (end - 1) / pixels)
        let whole = Double(cells)
        return Spread(
          first: first, last: last, firstWeight: Double(min((first + 1) * pixels, end) - start) / whole,
          lastWeight: Double(end - last * pixels) / whole, innerWeight: Double(pixels) / whole)
      }
    }
  }
}
