import NumericCore

/// Vertical gravity of a section whose cells go on without end across it, mGal, positive downwards, and its transposed.
///
/// A rectangle x₁…x₂, z₁…z₂ (z downwards, relative to the place) of density ρ has
///
///     g_z = G ρ [[x ln(x² + z²) + 2 z atan(x/z)]]   over the corners x = x₁, x₂ and z = z₁, z₂
///
/// the integral of 2 z/(x² + z²) over it [Telford1990, §2.6]. It is finite everywhere: on edges and corners and inside too.
/// Nothing is held but two rows of corners; time is proportional to places · cells.
public struct SectionGravity: Sendable {
  /// Square cells, row by row from the top left; a node is the middle of its cell.
  public struct Cells: Sendable, Equatable {
    /// Of the first node, metres; z downwards.
    public var x0, z0: Double
    /// Metres.
    public var spacing: Double
    /// How many.
    public var columns, rows: Int

    /// - Precondition: a spacing above 0.
    public init(x0: Double, z0: Double, spacing: Double, columns: Int, rows: Int) {
      precondition(spacing > 0)
      (self.x0, self.z0, self.spacing, self.columns, self.rows) = (x0, z0, spacing, columns, rows)
    }

    /// How many in all.
    public var count: Int { columns * rows }
  }

  /// Where gravity is observed, metres; z downwards, negative above the origin.
  public struct Place: Sendable, Equatable {
    /// Metres.
    public var x, z: Double

    /// A place in the section.
    public init(x: Double, z: Double) { (self.x, self.z) = (x, z) }
  }

  private let cells: Cells
  private let places: [Place]

  /// Of cells at places.
  public init(_ cells: Cells, at places: [Place]) { (self.cells, self.places) = (cells, places) }

  /// Gravity at the places, mGal.
  /// - Parameter density: kg/m³ of every cell; where it is 0 or missing nothing is added.
  public func gz(_ density: [Double]) -> [Double] {
    precondition(density.count == cells.count)
    return places.map { place in
      var sum = 0.0
      forEachRow(place) { first, kernel in
        for (column, value) in kernel.enumerated() {
          let contrast = density[first + column]
          if contrast != 0, !contrast.isNaN { sum += value * contrast }
        }
      }
      return sum
    }
  }

  /// Σ value · ∂g_z/∂ρ over the places, of every cell: the transposed of `gz`.
  /// - Parameter values: one a place.
  public func transposed(_ values: [Double]) -> [Double] {
    precondition(values.count == places.count)
    var sums = [Double](repeating: 0, count: cells.count)
    for (place, value) in zip(places, values) {
      forEachRow(place) { first, kernel in
        for (column, part) in kernel.enumerated() { sums[first + column] += part * value }
      }
    }
    return sums
  }

  /// mGal for 1 kg/m³ in the cells of each row, with the number of the row's first cell.
  private func forEachRow(_ place: Place, _ body: (Int, [Double]) -> Void) {
    let scale = PrismGravity.scale
    let left = cells.x0 - 0.5 * cells.spacing - place.x
    let top = cells.z0 - 0.5 * cells.spacing - place.z
    func corners(_ row: Int) -> [Double] {
      (0...cells.columns).map {
        Self.corner(left + Double($0) * cells.spacing, top + Double(row) * cells.spacing)
      }
    }
    var above = corners(0)
    var kernel = [Double](repeating: 0, count: cells.columns)
    for row in 0..<cells.rows {
      let below = corners(row + 1)
      for column in 0..<cells.columns {
        kernel[column] = scale * ((below[column + 1] - below[column]) - (above[column + 1] - above[column]))
      }
      body(row * cells.columns, kernel)
      above = below
    }
  }

  private static func corner(_ x: Double, _ z: Double) -> Double {
    let square = x * x + z * z
    guard square > 0 else { return 0 }
    let arc = z == 0 ? 0 : 2 * z * Elementary.atan(x / z)
    return x * Elementary.log(square) + arc
  }
}
