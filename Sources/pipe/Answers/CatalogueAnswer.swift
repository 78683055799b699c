import Planning

/// Kinds of stage as `pipe stages --json` tells them.
struct CatalogueAnswer: Encodable {
  struct Kind: Encodable {
    var kind: String
    var version: Int
    var summary: String
    /// Of kinds that repeat others: `search` or `ensemble`.
    var family: String?
    var settings: [Setting]
    var inputs: [Input]
    var outputs: [Output]
  }

  struct Setting: Encodable {
    var name, type, summary: String
    var dimension: String?
    var isRequired: Bool
    var `default`: String?
    var minimum, maximum: String?
    var minimumExcluded, maximumExcluded: Bool
  }

  struct Input: Encodable {
    var name: String
    var accepts: [String]
    var isRequired: Bool
    var summary: String
  }

  struct Output: Encodable { var name, type, summary: String }

  var kinds: [Kind]

  init(_ signatures: [StageSignature]) { kinds = signatures.map(Kind.init) }
}

extension CatalogueAnswer.Kind {
  init(_ signature: StageSignature) {
    (kind, version, summary) = (signature.kind, signature.version, signature.summary)
    family = signature.family.map { $0.purpose == .search ? "search" : "ensemble" }
    settings = signature.settings.map(CatalogueAnswer.Setting.init)
    inputs = signature.inputs.map {
      CatalogueAnswer.Input(
        name: $0.name, accepts: $0.accepts.map(\.description), isRequired: $0.isRequired, summary: $0.summary)
    }
    outputs = signature.outputs.map {
      CatalogueAnswer.Output(name: $0.name, type: $0.type.description, summary: $0.summary)
    }
  }
}

extension CatalogueAnswer.Setting {
  init(_ setting: SettingSpec) {
    (name, type, summary) = (setting.name, setting.type.inWords, setting.summary)
    if case .number(let dimension) = setting.type { self.dimension = dimension.name }
    isRequired = setting.presence == .required
    if case .defaultsTo(let text) = setting.presence { self.default = text }
    (minimum, maximum) = (setting.minimum, setting.maximum)
    (minimumExcluded, maximumExcluded) = (setting.minimumExcluded, setting.maximumExcluded)
  }
}
