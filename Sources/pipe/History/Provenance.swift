import Execution
import Planning

/// Where an artefact comes from: the recipe that gave it, and those of its inputs, back to the files.
struct Provenance {
  struct Input {
    /// Input port, and for a family's node the member.
    var port: String
    var member: Int?
    var hash: String
    /// Key of the recipe that gave it; nil where the log of recipes has none.
    var maker: String?
  }

  struct File {
    var setting: String
    /// As the run's record has it; nil where there is no such record.
    var path: String?
    var hash: String
  }

  struct Maker {
    var key: String
    /// Name of the node when it ran.
    var node: String
    var kind: String
    var version: String
    /// The run that computed it; nil if that was not recorded (it was killed, or the record was removed).
    var run: String?
    var seconds: Double?
    /// With units where the record is there.
    var settings: [(name: String, value: String)]
    var inputs: [Input]
    var files: [File]
  }

  /// By key.
  private(set) var makers: [String: Maker] = [:]
  /// The key of the recipe that gave the artefact, nil if no recipe is known to.
  let root: String?

  /// - Parameter key: the recipe that gave it, if that is known.
  init(hash: String, key: String? = nil, layout: ProjectLayout, entries: [RecipeLog.Entry]) throws {
    var byKey: [String: RecipeLog.Entry] = [:]
    var byOutput: [String: String] = [:]
    for entry in entries {
      byKey[entry.key] = entry
      for output in entry.outputs.values { byOutput[output] = entry.key }
    }
    root = key.flatMap { byKey[$0] == nil ? nil : $0 } ?? byOutput[hash]
    var open = [root].compactMap(\.self)
    while let next = open.popLast() {
      guard makers[next] == nil, let entry = byKey[next] else { continue }
      let maker = Maker(entry, byOutput)
      open += maker.inputs.compactMap(\.maker)
      makers[next] = maker
    }
    try addRecords(layout)
  }

  private mutating func addRecords(_ layout: ProjectLayout) throws {
    let mentions = try RunRecords(layout: layout).mentions(ofKeys: Set(makers.keys), outcome: .executed)
    for (key, mention) in mentions {
      let node = try RunHistory.node(mention.line)
      makers[key]?.run = mention.run
      makers[key]?.seconds = node.seconds
      makers[key]?.settings = node.settings.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
      for index in makers[key]?.files.indices ?? 0..<0 {
        guard let setting = makers[key]?.files[index].setting, let value = node.settings[setting],
          value.hasPrefix("file(\"")
        else { continue }
        makers[key]?.files[index].path = String(value.dropFirst(6).dropLast(2))
      }
    }
  }
}

extension Provenance.Maker {
  fileprivate init(_ entry: RecipeLog.Entry, _ byOutput: [String: String]) {
    let recipe = RecipeComponents(entry.text)
    (key, node, kind, version) = (entry.key, entry.name, recipe.kind, recipe.version)
    settings = recipe.settings.sorted { $0.key < $1.key }.map {
      ($0.key, RecipeDifference.readable($0.value))
    }
    inputs = recipe.inputHashes.map { input, hash in
      Provenance.Input(port: input.port, member: input.member, hash: hash, maker: byOutput[hash])
    }
    files = recipe.fileHashes.map { Provenance.File(setting: $0.setting, path: nil, hash: $0.hash) }
  }
}
