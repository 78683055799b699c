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
    /// Settings whose number another recipe gave, and its key.
    var origins: [(setting: String, maker: String)] = []
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
    var open = Set([root].compactMap(\.self))
    while !open.isEmpty {
      var added: Set<String> = []
      while let next = open.popFirst() {
        guard makers[next] == nil, let entry = byKey[next] else { continue }
        let maker = Maker(entry, byOutput)
        open.formUnion(maker.inputs.compactMap(\.maker))
        makers[next] = maker
        added.insert(next)
      }
      open = try addRecords(added, RunHistory(layout: layout))
    }
  }

  /// Adds what the runs' records tell.
  /// - Returns: recipes that gave settings their numbers, which only the records know.
  private mutating func addRecords(_ keys: Set<String>, _ history: RunHistory) throws -> Set<String> {
    var origins: Set<String> = []
    var runs: [String: [String: String]] = [:]
    for (key, mention) in try history.records.mentions(ofKeys: keys, outcome: .executed) {
      guard var maker = makers[key] else { continue }
      let node = try RunHistory.node(mention.line)
      (maker.run, maker.seconds) = (mention.run, node.seconds)
      for (index, setting) in maker.settings.enumerated() {
        guard let value = node.settings[setting.name] else { continue }
        guard value.hasPrefix("<- "), let point = value.lastIndex(of: ".") else {
          maker.settings[index].value = value
          continue
        }
        // What another stage gave stands in the record by its name, in the recipe by its number.
        maker.settings[index].value += " \(value)"
        if runs[mention.run] == nil {
          let nodes = try history.record(mention.run).nodes
          runs[mention.run] = Dictionary(nodes.map { ($0.name, $0.key) }, uniquingKeysWith: { $1 })
        }
        guard let origin = runs[mention.run]?[String(value[..<point].dropFirst(3))] else { continue }
        maker.origins.append((setting.name, origin))
        origins.insert(origin)
      }
      for index in maker.files.indices {
        guard let value = node.settings[maker.files[index].setting], value.hasPrefix("file(\"") else {
          continue
        }
        maker.files[index].path = String(value.dropFirst(6).dropLast(2))
      }
      makers[key] = maker
    }
    return origins
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
