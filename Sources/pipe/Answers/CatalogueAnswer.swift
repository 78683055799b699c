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
    /// What a section must observe beside the types of its settings, a sentence each.
    var rules: [String]
  }

  struct Setting: Encodable {
    var name, type, summary: String
    var dimension: String?
    var isRequired: Bool
    var `default`: String?
    /// In words, what holds in place of a default.
    var otherwise: String?
    var minimum, maximum: String?
    var minimumExcluded, maximumExcluded: Bool
    var words: [Word]?
    /// What it goes with: "only with method = filter".
    var notes: [String]?
  }

  struct Word: Encodable { var word, summary: String }

  struct Input: Encodable {
    var name: String
    var accepts: [String]
    var isRequired: Bool
    var summary: String
    var notes: [String]?
  }

  struct Output: Encodable { var name, type, summary: String }

  var kinds: [Kind]

  init(_ signatures: [StageSignature]) { kinds = signatures.map(Kind.init) }
}

extension CatalogueAnswer.Kind {
  init(_ signature: StageSignature) {
    (kind, version, summary) = (signature.kind, signature.version, signature.summary)
    family = signature.family.map { $0.comparesMembers ? "search" : "ensemble" }
    settings = signature.settings.map { CatalogueAnswer.Setting($0, of: signature) }
    inputs = signature.inputs.map {
      CatalogueAnswer.Input(
        name: $0.name, accepts: $0.accepts.map(\.description), isRequired: $0.isRequired, summary: $0.summary,
        notes: signature.notesIfAny(on: $0.name))
    }
    outputs = signature.outputs.map {
      CatalogueAnswer.Output(name: $0.name, type: $0.type.description, summary: $0.summary)
    }
    rules = signature.ruleSentences
  }
}

extension CatalogueAnswer.Setting {
  init(_ setting: SettingSpec, of signature: StageSignature) {
    (name, type, summary) = (setting.name, setting.type.inWords, setting.summary)
    if case .number(let dimension) = setting.type { self.dimension = dimension.name }
    isRequired = setting.presence == .required
    switch setting.absence {
    case .means(let text)?: self.default = text
    case .follows(let words)?: otherwise = words
    case nil: if case .defaultsTo(let text) = setting.presence { self.default = text }
    }
    let documented = setting.words.filter { !$0.summary.isEmpty }
    if !documented.isEmpty { words = documented.map { .init(word: $0.word, summary: $0.summary) } }
    notes = signature.notesIfAny(on: setting.name)
    (minimum, maximum) = (setting.minimum, setting.maximum)
    (minimumExcluded, maximumExcluded) = (setting.minimumExcluded, setting.maximumExcluded)
  }
}

extension StageSignature {
  fileprivate func notesIfAny(on name: String) -> [String]? {
    let notes = notes(on: name)
    return notes.isEmpty ? nil : notes
  }
}
