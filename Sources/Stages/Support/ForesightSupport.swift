public import NumericCore
public import Planning

extension Mesh {
  public init(_ geometry: GridGeometry) {
    let region = geometry.region
    self.init(
      edges: (region.west, region.east, region.south, region.north), columns: geometry.columns,
      rows: geometry.rows, isGeographic: geometry.isGeographic)
  }

  /// The grid of half the spacing.
  public var refined: Mesh {
    var mesh = self
    (mesh.columns, mesh.rows) = (2 * columns - 1, 2 * rows - 1)
    return mesh
  }

  /// Every second node from edge to edge; nil where the edges don't allow it.
  public var coarsened: Mesh? {
    guard columns % 2 == 1, rows % 2 == 1 else { return nil }
    var mesh = self
    (mesh.columns, mesh.rows) = ((columns + 1) / 2, (rows + 1) / 2)
    return mesh
  }
}

extension ForesightRequest {
  /// Four edges of a region in canonical units.
  public func edges(_ setting: String) -> Region? {
    guard case .list(let elements)? = settings.values[setting], elements.count == 4 else { return nil }
    let numbers = settings.numbers(setting)
    return numbers.count == 4
      ? Region(west: numbers[0], east: numbers[1], south: numbers[2], north: numbers[3]) : nil
  }

  /// The grid that two settings make; nil where either is not known. Says where it can't be made.
  public func mesh(
    region: String, spacing: String, isGeographic: Bool = false, in foresight: inout Foresight
  ) -> Mesh? {
    guard let edges = edges(region), let step = settings.optionalNumber(spacing) else { return nil }
    do throws(StageError) {
      try checkDivides(edges, spacing: step, isGeographic: isGeographic)
    } catch {
      let isOrder = !(edges.width > 0 && edges.height > 0)
      foresight.refuse(error.description, at: isOrder ? region : spacing)
      return nil
    }
    return Mesh(GridGeometry(region: edges, spacing: step, isGeographic: isGeographic))
  }
}

/// Why an artefact lacks a variable, with what to do: ends of sentences behind a colon.
public enum Lack {
  public static func noise(_ stage: String, _ settings: String) -> String {
    "stage '\(stage)' gives none; set its \(settings)"
  }

  public static let tests =
    "none of its nodes is held out; put a stage of kind split_grid between, or set testing_data = yes where the model "
    + "is made"
  public static let misfit = "put a stage of kind forward_gravity between"
  public static let regional = "put a stage of kind regional_separation between"
}
