import Testing

@testable import Reporting

@Suite struct RasterTests {
  /// Red of each pixel: black on white paper, so that 255 − red is the coverage.
  static func reds(_ figure: Figure, scale: Double = 1) -> [[UInt8]] {
    let raster = Raster.picture(of: figure, scale: scale)
    return (0..<raster.height).map { row in (0..<raster.width).map { raster.colour($0, row).red } }
  }

  static func figure(_ width: Double, _ height: Double, _ draw: (inout Canvas) -> Void) -> Figure {
    var canvas = Canvas()
    draw(&canvas)
    return canvas.figure(width: width, height: height, label: "")
  }

  static let black = Fill(Colour(0))

  private static func polygon(_ places: [Place]) -> Path {
    var path = Path()
    path.polygon(places)
    return path
  }

  @Test func trianglesCoverHalfOfTheirDiagonalPixels() {
    let triangle = Self.polygon([Place(0, 0), Place(4, 0), Place(0, 4)])
    let found = Self.reds(Self.figure(4, 4) { $0.path(triangle, fill: Self.black) })
    #expect(found == [[0, 0, 0, 128], [0, 0, 128, 255], [0, 128, 255, 255], [128, 255, 255, 255]])
  }

  /// A quarter of a pixel and the sides of it, exactly: 255 · (1 − ¼) and 255 · (1 − ½).
  @Test func fractionsOfPixels() {
    let square = Self.polygon([Place(0.5, 0.5), Place(2.5, 0.5), Place(2.5, 2.5), Place(0.5, 2.5)])
    let found = Self.reds(Self.figure(3, 3) { $0.path(square, fill: Self.black) })
    #expect(found == [[191, 128, 191], [128, 0, 128], [191, 128, 191]])
  }

  @Test func polygonsMayReachBeyondThePaper() {
    let large = Self.polygon([Place(-50, -70), Place(90, -70), Place(90, 1.5), Place(-50, 1.5)])
    #expect(
      Self.reds(Self.figure(2, 3) { $0.path(large, fill: Self.black) }) == [
        [0, 0], [128, 128], [255, 255],
      ])
    let away = Self.polygon([Place(-9, -9), Place(-5, -9), Place(-5, -5)])
    #expect(Self.reds(Self.figure(2, 1) { $0.path(away, fill: Self.black) }) == [[255, 255]])
  }

  @Test func holesOfTheOtherDirectionStayWhite() {
    var path = Self.polygon([Place(0, 0), Place(5, 0), Place(5, 5), Place(0, 5)])
    path.polygon([Place(1, 1), Place(1, 4), Place(4, 4), Place(4, 1)])
    let found = Self.reds(Self.figure(5, 5) { $0.path(path, fill: Self.black) })
    #expect(found[2] == [0, 255, 255, 255, 0] && found[0] == [0, 0, 0, 0, 0])
  }

  /// Area of a disc, to a thousandth: neither joints nor rows add or lose anything.
  @Test func discsHaveTheirArea() {
    let found = Self.reds(Self.figure(40, 40) { $0.circle(Place(20.3, 19.8), radius: 15, fill: Self.black) })
    let area = found.joined().reduce(0.0) { $0 + (255 - Double($1)) / 255 }
    #expect(abs(area / (225 * Double.pi) - 1) < 2e-3)
  }

  /// The length of a bent line times its width, corners outward and inward; overlapping pieces are not darker.
  @Test func strokesHaveTheirWidth() {
    let zigzag = [Place(5, 5), Place(20, 10), Place(35, 8), Place(36, 30)]
    let found = Self.reds(
      Self.figure(40, 40) { $0.polyline(zigzag, Stroke(Colour(0), width: 2, isRound: true)) })
    let area = found.joined().reduce(0.0) { $0 + (255 - Double($1)) / 255 }
    let length = zip(zigzag, zigzag.dropFirst()).reduce(0.0) { $0 + Arc.distance($1.0, $1.1) }
    #expect(abs(area - 2 * length) < 0.5)
    let crossing = [Place(2, 2), Place(18, 18), Place(18, 2), Place(2, 18)]
    let faint = Self.reds(
      Self.figure(20, 20) { $0.polyline(crossing, Stroke(Colour(0), width: 3, opacity: 0.5)) })
    #expect(faint.joined().min() == 128)
  }

  @Test func dashesAndGapsInTurn() {
    let line = Self.figure(12, 1) { $0.line(0, 0.5, 12, 0.5, Stroke(Colour(0), dashes: [3, 2])) }
    #expect(Self.reds(line) == [[0, 0, 0, 255, 255, 0, 0, 0, 255, 255, 0, 0]])
    let bent = Stroker.dashes([Place(0, 0), Place(4, 0), Place(4, 4)], [3, 2])
    #expect(bent == [[Place(0, 0), Place(3, 0)], [Place(4, 1), Place(4, 4)]])
  }

  @Test func boxesAndUprightLinesAreSharp() {
    let box = Self.figure(6, 6) { canvas in
      canvas.rectangle(Box(x: 1.2, y: 0.9, width: 3.1, height: 4), stroke: Stroke(Colour(0)))
    }
    for scale in [1.0, 1.5, 2, 3.3] {
      #expect(Set(Self.reds(box, scale: scale).joined()) == [0, 255], "scale \(scale)")
    }
    let line = Self.figure(5, 1) { $0.line(2.3, 0, 2.3, 1, Stroke(Colour(0))) }
    #expect(Self.reds(line) == [[255, 255, 0, 255, 255]])
  }

  @Test func opacityMixes() {
    let two = Self.figure(1, 1) { canvas in
      let box = Box(x: 0, y: 0, width: 1, height: 1)
      canvas.rectangle(box, fill: Fill(Colour(0), opacity: 0.5))
      canvas.rectangle(box, fill: Fill(Colour(0), opacity: 0.5))
    }
    #expect(Self.reds(two) == [[64]])
  }

  /// Cells larger than pixels stay whole; smaller ones give their mean by area; transparent ones let the paper
  /// through.
  @Test func picturesAreStretchedByArea() {
    let cells: [UInt8] = [1, 2, 0, 1]
    let picture = Picture(
      width: 4, height: 1, cells: .indexed(cells, palette: [.white, Colour(0), Colour(0x640000)]))
    func row(_ width: Double) -> [UInt8] {
      Self.reds(Self.figure(width, 1) { $0.image(picture, Box(x: 0, y: 0, width: width, height: 1)) })[0]
    }
    #expect(row(4) == [0, 100, 255, 0])
    #expect(row(8) == [0, 0, 100, 100, 255, 255, 0, 0])
    #expect(row(2) == [50, 128])
    // Four thirds of a cell a pixel; the middle one is half of the second cell and half paper.
    #expect(row(3) == [25, 178, 64])
  }

  @Test func theSamePixelsTwice() {
    for make in FigureTests.makers {
      let figure = make()
      #expect(figure.png(dpi: 130) == make().png(dpi: 130))
    }
  }
}

@Suite struct LetteringTests {
  @Test func lettersThatFiguresUse() {
    let needed =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.,:;!?()[]{}<>|/\\'\"%&#*+-=_~^@$"
      + "²³°±µμ−·×√∞ℓ₂⁻¹½–—…≤≥→σγΔρλπφθαβáéíóúâêôãõçñäöüßÅø"
      + "ζιξυψΓΘΛΠΞΦΨΔΣΩ∂∇∫‖≠∝↑↓′″«»¡¿čěňřšžćńśźłŁæÆœ⁺⁻₊₋ᵀ"
    let there = Set(Lettering.alphabet)
    #expect(needed.filter { !there.contains($0) } == "")
    #expect(Lettering.width(of: "☃") == Lettering.missing.advance)
  }

  /// No letter leaves its line, and none but accents its width by more than a tenth.
  @Test func lettersKeepTheirPlace() {
    for letter in Lettering.alphabet {
      let glyph = Lettering.glyph(letter)
      #expect(glyph.advance > 0.1 && glyph.advance <= 1.02, "\(letter)")
      for place in glyph.strokes.flatMap(\.places) {
        #expect(place.y > -0.26 && place.y < 0.88, "\(letter)")
        #expect(place.x > -0.12 && place.x < glyph.advance + 0.12, "\(letter)")
      }
    }
  }

  /// Widths of Helvetica, which a browser most likely takes for the same text.
  @Test func advances() {
    #expect(abs(Lettering.width(of: "easting, km") - 5.113) < 0.001)
    #expect(Lettering.width(of: "0123") == 4 * Lettering.width(of: "7"))
    #expect(Lettering.width(of: "m", isBold: true) > Lettering.width(of: "m"))
  }

  @Test func textStandsWhereItIsAnchored() {
    func columns(_ anchor: TextStyle.Anchor) -> (Int, Int) {
      let reds = RasterTests.reds(
        RasterTests.figure(100, 20) {
          $0.text(50, 15, "HHH", TextStyle(size: 12, anchor: anchor, colour: Colour(0)))
        })
      let inked = (0..<100).filter { column in reds.contains { $0[column] < 128 } }
      return (inked.first ?? -1, inked.last ?? -1)
    }
    #expect(columns(.start) == (51, 74))
    #expect(columns(.middle).0 + columns(.middle).1 == 99)
    #expect(columns(.end).1 == 48)
  }

  /// Turned text is the same pixels, turned.
  @Test func quarterTurn() {
    let style = TextStyle(size: 12, colour: Colour(0))
    var turned = style
    turned.turn = -90
    let level = RasterTests.reds(RasterTests.figure(30, 30) { $0.text(4, 20, "km²", style) })
    let upright = RasterTests.reds(RasterTests.figure(30, 30) { $0.text(20, 26, "km²", turned) })
    for row in 0..<30 {
      for column in 0..<30 { #expect(abs(Int(level[row][column]) - Int(upright[29 - column][row])) <= 1) }
    }
  }
}
