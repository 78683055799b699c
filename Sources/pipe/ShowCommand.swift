import ArgumentParser
import Artefacts
import Datasets
import Execution
import Planning
import Reporting

struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Shows an artefact: shape, units, statistics, and where it comes from, back to the files.")

  @Argument(
    help: "A results file, stage.port of the last run ('inversion[ensemble 3].topography'), or a hash.",
    completion: .artefacts)
  var artefact: String

  @Option(
    name: .customLong("run"), help: "A run: its id or the beginning of it, last, last~1.", completion: .runs)
  var runName: String?

  @Flag(help: "Prints where its file lies and nothing else.")
  var path = false

  @Option(help: "Folder of .pipe and results (default: found from the artefact's place).")
  var root: String?

  @OptionGroup var answer: AnswerOptions

  func run() throws { try Terminal.guarded(answerQuestion) }

  private func answerQuestion() throws {
    let layout = ProjectLayout.of(manifest: artefact.contains("/") ? artefact : nil, root: root)
    let finder = try ArtefactFinder(layout: layout)
    let found = try finder.find(artefact, run: runName)
    if path { return print(found.path) }
    let content: ArtefactContent
    do {
      content = try ArtefactContent(path: found.path, isOurs: found.isOurs)
    } catch {
      throw Terminal.failure("\(error)", .noInput)
    }
    let provenance = try Provenance(hash: found.hash, key: found.key, layout: layout, entries: finder.entries)
    guard !answer.json else {
      return try JSONAnswer(command: "show", body: ArtefactAnswer(found, content, provenance)).print()
    }
    print(Self.text(found, content, layout), terminator: "")
    for line in ProvenanceText.lines(provenance) { print(line) }
  }

  private static func text(
    _ found: Artefact, _ content: ArtefactContent, _ layout: ProjectLayout
  ) -> String {
    let head = "\(found.name ?? layout.relative(found.path))\n"
    let rows = [["file", layout.relative(found.path)], ["sha256", found.hash]]
    switch content {
    case .file(let bytes):
      return head + TextTable.text(rows + [["a plain file", NumberText.bytes(bytes)]]) + "\n"
    case .dataset(let dataset):
      let dimensions = dataset.dimensions.map { "\($0.name) \($0.size)" }.joined(separator: ", ")
      let more = [
        ["content", dataset.contentDigest], ["dimensions", dimensions],
        ["crs", dataset.coordinateSystem?.told ?? ""],
      ].filter { !$0[1].isEmpty }
      return head + TextTable.text(rows + more) + text(of: dataset) + labels(found, dataset)
    }
  }

  /// Names of variables, or inputs of a sensitivity analysis, that stand for a setting of one of several stages.
  private static func labels(_ found: Artefact, _ dataset: Dataset) -> String {
    let words = dataset.variables.flatMap { variable -> [String] in
      if case .text(let texts) = variable.values { [variable.name] + texts } else { [variable.name] }
    }
    let rows = words.compactMap { word -> [String]? in
      let best = OutputSpec.best("")
      let name =
        EnsembleVariables.parameter.rest(of: word)
        ?? (word.hasPrefix(best) ? String(word.dropFirst(best.count)) : word)
      return found.labels[name].map { [word, "is", $0] }
    }
    return rows.isEmpty ? "" : "\n" + TextTable.text(rows) + "\n"
  }

  private static func text(of dataset: Dataset) -> String {
    let number = { (value: Double) in NumberText.significant(value, 6) }
    let rows = VariableSummary.all(dataset).map { variable -> [String] in
      let head = [
        variable.name, variable.dimensions.joined(separator: " "), variable.units ?? "", "\(variable.count)",
        "\(variable.missing)",
      ]
      guard let norms = variable.norms else { return head + ["text"] }
      return head + [norms.minimum, norms.mean, norms.maximum, norms.deviation].map(number)
    }
    var text = "\n"
    text += TextTable.text(
      [["variable", "dimensions", "units", "count", "NaN", "min", "mean", "max", "deviation"]] + rows)
    text += "\n"
    for attribute in dataset.attributes { text += "\(attribute.name): \(attribute.value.shown)\n" }
    return text
  }
}

extension Dataset.AttributeValue {
  /// On one line.
  var shown: String {
    switch self {
    case .text(let text): text.split(separator: "\n").joined(separator: " ")
    case .numbers(let values): values.map { NumberText.significant($0, 6) }.joined(separator: ", ")
    case .integers(let values): values.map(String.init).joined(separator: ", ")
    }
  }
}
