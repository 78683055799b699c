public import Artefacts
public import NumericCore
public import Planning

extension Mesh {
  /// The nodes of a grid.
  public init(_ geometry: GridGeometry) {
    let region = geometry.region
    self.init(
      edges: (region.west, region.east, region.south, region.north), columns: geometry.columns,
      rows: geometry.rows, isGeographic: geometry.isGeographic)
  }

  /// The nodes that two settings make; nil where either is not known, or where a rule refuses them.
  public init?(region: Region?, spacing: Double?, isGeographic: Bool = false) {
    guard let region, let spacing,
      let nodes = try? GridGeometry.dividing(region, spacing: spacing, isGeographic: isGeographic)
    else { return nil }
    self.init(nodes)
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
  /// A mistake where what feeds an input is known to be another quantity than any that it takes.
  public func requireQuantity(
    _ expected: Quantity..., of input: String, in foresight: inout Foresight
  ) {
    let words = expected.map(\.inWords)
    guard let fed = inputs[input], let found = fed.facts.quantity, !words.contains(found) else { return }
    foresight.refuse(
      "input '\(input)' takes \(words.joined(separator: " or ")), but \(fed.source) holds \(found)", at: input
    )
  }

  /// The same of several inputs that take one quantity.
  public func requireQuantity<Path>(
    _ expected: Quantity, of inputs: Input<Path>..., in foresight: inout Foresight
  ) {
    for input in inputs { requireQuantity(expected, of: input.name, in: &foresight) }
  }

  /// Grids of the density contrast and of the reference level.
  public func requireContrastQuantities(in foresight: inout Foresight) {
    requireQuantity(.densityContrast, .density, of: ContrastSettings.densityGrid.name, in: &foresight)
    requireQuantity(.height, of: ContrastSettings.zrefGrid, in: &foresight)
  }

  /// Gravity from which a model's can be taken away.
  public func requireAnomaly<Path>(_ input: Input<Path>, in foresight: inout Foresight) {
    requireQuantity(.gravity, of: input, in: &foresight)
    require("gravity_anomaly", of: input, in: &foresight)
  }
}

/// Why an artefact lacks a variable, with what to do: ends of sentences behind a colon.
public enum Lack {
  /// Of standard deviations that a setting of the maker would give.
  public static func noise(_ stage: String, _ settings: String) -> String {
    "stage '\(stage)' gives none; set its \(settings)"
  }

  /// Of nodes held out.
  public static let tests =
    "none of its nodes is held out; put a stage of kind split_grid between, or set testing_data = yes where the model "
    + "is made"
  /// Of the misfit to a model.
  public static let misfit = "put a stage of kind forward_gravity between"
  /// Of a regional field.
  public static let regional = "put a stage of kind regional_separation between"
}

extension ForesightRequest {
  /// A model needs a density contrast and a reference level: a setting, a grid, or what the gravity was made with.
  public func requireContrast(of gravity: Input<String>, in foresight: inout Foresight) {
    for (setting, grid) in Self.contrasts where lacks(setting) && !isFed(grid) {
      require(
        setting.name, of: gravity,
        advice: "give the setting '\(setting.name)' or the input '\(grid.name)'", in: &foresight)
    }
  }

  /// What a model with its own contrast leaves in the gravity that is written.
  public func modelled(_ facts: OutputFacts) -> OutputFacts {
    var facts = facts
    facts.gain("forward_gravity", "misfit")
    for (setting, grid) in Self.contrasts {
      if isFed(grid) { facts.forget(setting.name) } else { facts.gain(setting.name) }
    }
    return facts
  }

  private static let contrasts = [
    (ContrastSettings.density, ContrastSettings.densityGrid),
    (ContrastSettings.zref, ContrastSettings.zrefGrid),
  ]
}
