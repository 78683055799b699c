import ArgumentParser
import Execution
import Manifests
import Planning
import StandardCatalogue

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract:
      "Says why a stage is cached or will run, with its recipe and log; or what a mistake's code means.",
    discussion: "Without a stage (pipe explain MANIFEST) it says so for every node.")

  @Argument(
    help: "A stage, a member's copy ('inversion[ensemble 3]'), a manifest, or a code such as M052.",
    completion: .nodes)
  var subject: String

  @Argument(help: "Path of the manifest (default: that of the project's last run).", completion: .manifests)
  var manifest: String?

  @OptionGroup var changes: ManifestChanges

  @Option(help: "Folder of .pipe and results (default: found from the manifest's place).")
  var root: String?

  @OptionGroup var answer: AnswerOptions

  func run() throws {
    if manifest == nil, let code = DiagnosticCode(subject) { return try explain(code) }
    let isWhole = manifest == nil && subject.hasSuffix(".manifest")
    let path = try isWhole ? subject : manifest ?? LastRun.manifest(root: root, command: "explain \(subject)")
    let plan = try changes.plan(path, answer: answer.json ? "explain" : nil)
    let layout = ProjectLayout.of(manifest: path, root: root)
    let forecasts = try RunSession(
      plan: plan, layout: layout, options: RunOptions(), manifest: path, writesReport: false
    ).forecasts()
    let chosen = isWhole ? forecasts : try choose(forecasts, plan, path)
    guard !answer.json else {
      let body = ForecastAnswer(pipeline: plan.pipeline.name, chosen)
      return try JSONAnswer(command: "explain", body: body).print()
    }
    if isWhole {
      print(ForecastText(chosen).text(pipeline: plan.pipeline.name), terminator: "")
    } else {
      StageExplanation(layout: layout, subject: subject).print(chosen)
    }
  }

  /// The node of that name; for a stage also the members' copies of it.
  private func choose(_ forecasts: [NodeForecast], _ plan: Plan, _ path: String) throws -> [NodeForecast] {
    let found = forecasts.filter { "\($0.name)" == subject || $0.name.stage == subject }
    guard found.isEmpty else { return found }
    let names = Set(forecasts.map(\.name.stage)).sorted() + forecasts.map { "\($0.name)" }
    let near = Suggestion.nearest(to: subject, in: names).map { "; did you mean '\($0)'?" } ?? ""
    throw ValidationError("\(path) has no stage '\(subject)'\(near)")
  }

  private func explain(_ code: DiagnosticCode) throws {
    guard let page = code.explained else { throw ValidationError("there is no code \(code)") }
    let example = Catalogue.standard.examples[code.number]
    guard answer.json else { return print(code.page(with: example)) }
    let body = CodeAnswer(
      code: "\(code)", title: page.title, meaning: page.meaning, wrong: example?.wrong ?? "",
      right: example?.right ?? "")
    try JSONAnswer(command: "explain", body: body).print()
  }
}

struct CodeAnswer: Encodable {
  var code, title, meaning, wrong, right: String
}

/// What is known of a stage's node and of its members.
struct StageExplanation {
  let layout: ProjectLayout
  let subject: String

  func print(_ forecasts: [NodeForecast]) {
    let (members, own) = forecasts.reduce(into: ([NodeForecast](), [NodeForecast]())) { lists, forecast in
      let isMember = !forecast.name.members.isEmpty && "\(forecast.name)" != subject
      if isMember { lists.0.append(forecast) } else { lists.1.append(forecast) }
    }
    for forecast in own { describe(forecast) }
    let families = Set(members.compactMap { $0.name.members.first?.family }).sorted()
    for family in families {
      let copies = members.filter { $0.name.members.first?.family == family }
      Swift.print("copies in \(family): \(MemberForecast.text(copies))")
    }
  }

  private func describe(_ forecast: NodeForecast) {
    Swift.print("\(forecast.name): \(forecast.kind), \(forecast.state.words)")
    if forecast.words.isEmpty {
      if !forecast.reason.isEmpty { Swift.print("because: \(forecast.reason)") }
    } else {
      for (index, words) in forecast.words.enumerated() {
        Swift.print("\(index == 0 ? "because:" : "    and:") \(words)")
      }
    }
    guard !forecast.key.isEmpty else { return }
    Swift.print("key: \(forecast.key)")
    guard let lines = NodeLogText.lines(key: forecast.key, layout: layout) else { return }
    Swift.print("log:")
    for line in lines { Swift.print("  \(line)") }
  }
}
