import Datasets
import Planning
import Reporting

/// An artefact as `pipe show --json` tells it.
struct ArtefactAnswer: Encodable {
  struct Dimension: Encodable {
    var name: String
    var size: Int
  }

  struct Variable: Encodable {
    var summary: VariableSummary
    var attributes: [String: AttributeAnswer]

    private enum Key: String, CodingKey { case attributes }

    func encode(to encoder: any Encoder) throws {
      try summary.encode(to: encoder)
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(attributes, forKey: .attributes)
    }
  }

  var artefact: String?
  var file, sha256: String
  /// Digest of what a NetCDF file holds; absent, like dimensions and variables, for a plain file.
  var content: String?
  /// Size of a plain file.
  var bytes: Int?
  var dimensions: [Dimension]
  /// Coordinate reference system, as `told`, and as well-known text; absent where it is not known.
  var crs, crsWkt: String?
  var variables: [Variable]
  var attributes: [String: AttributeAnswer]
  /// Key of the recipe that gave it; `makers` holds it and those behind it.
  var recipe: String?
  var makers: [MakerAnswer]

  init(_ found: Artefact, _ content: ArtefactContent, _ provenance: Provenance) {
    (artefact, file, sha256) = (found.name, found.path, found.hash)
    (dimensions, variables, attributes) = ([], [], [:])
    switch content {
    case .file(let bytes): self.bytes = bytes
    case .dataset(let dataset):
      self.content = dataset.contentDigest
      (crs, crsWkt) = (dataset.coordinateSystem?.told, dataset.coordinateSystem?.wellKnownText)
      dimensions = dataset.dimensions.map { Dimension(name: $0.name, size: $0.size) }
      variables = dataset.variables.map { variable in
        Variable(
          summary: VariableSummary(variable, in: dataset),
          attributes: AttributeAnswer.all(variable.attributes))
      }
      attributes = AttributeAnswer.all(dataset.attributes)
    }
    recipe = provenance.root
    makers = provenance.makers.values.sorted { ($0.node, $0.key) < ($1.node, $1.key) }.map(MakerAnswer.init)
  }
}

/// Text, a number, or several.
struct AttributeAnswer: Encodable {
  var value: Dataset.AttributeValue

  static func all(_ attributes: [Dataset.Attribute]) -> [String: AttributeAnswer] {
    Dictionary(
      attributes.map { ($0.name, AttributeAnswer(value: $0.value)) }, uniquingKeysWith: { first, _ in first })
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch value {
    case .text(let text): try container.encode(text)
    case .integers(let values):
      if values.count == 1 { try container.encode(values[0]) } else { try container.encode(values) }
    case .numbers(let values):
      let finite = values.map { $0.isFinite ? $0 : nil }
      if finite.count == 1 { try container.encode(finite[0]) } else { try container.encode(finite) }
    }
  }
}

/// A recipe with the run that computed it.
struct MakerAnswer: Encodable {
  struct Input: Encodable {
    var port: String
    var member: Int?
    var sha256: String
    var recipe: String?
  }

  struct File: Encodable {
    var setting: String
    var path: String?
    var sha256: String
  }

  var recipe, node, kind, version: String
  var run: String?
  var seconds: Double?
  var settings: [String: String]
  /// Setting → recipe that gave its number.
  var origins: [String: String]
  var inputs: [Input]
  var files: [File]

  init(_ maker: Provenance.Maker) {
    (recipe, node, kind, version) = (maker.key, maker.node, maker.kind, maker.version)
    (run, seconds) = (maker.run, maker.seconds)
    settings = Dictionary(uniqueKeysWithValues: maker.settings.map { ($0.name, $0.value) })
    origins = Dictionary(uniqueKeysWithValues: maker.origins.map { ($0.setting, $0.maker) })
    inputs = maker.inputs.map { Input(port: $0.port, member: $0.member, sha256: $0.hash, recipe: $0.maker) }
    files = maker.files.map { File(setting: $0.setting, path: $0.path, sha256: $0.hash) }
  }
}
