import Planning

/// One self-contained page about a run: no script, no link to elsewhere, equal bytes for equal inputs.
///
/// A run that failed gets its page too: what is missing is said where it would stand.
public enum Report {
  /// Raised whenever the page of the same run changes, in its figures or its words: pages that stand are then drawn
  /// anew. A test pins a page with it, so that forgetting it fails.
  public static let version = 8

  /// - Returns: an HTML page that is well-formed XML as well.
  /// - Throws: nothing yet; artefacts that can't be read are reported in the page.
  public static func html(_ inputs: ReportInputs) throws -> String {
    ReportPage(inputs).html()
  }
}

struct ReportPage {
  let inputs: ReportInputs
  let artefacts: RunArtefacts
  let summaries: [StageSummary]

  init(_ inputs: ReportInputs) {
    self.inputs = inputs
    artefacts = RunArtefacts(inputs)
    summaries = inputs.pipeline.stages.map { StageSummary($0, record: inputs.record) }
  }

  private var record: RunRecord { inputs.record }

  func html() -> String {
    let cards = KeyNumbers(artefacts: artefacts, summaries: summaries).cards()
    // Sections first: reading the artefacts finds the problems that the summary lists.
    let sections = summaries.map { section($0) }.joined()
    let title = escaped(record.pipeline)
    return """
      <!DOCTYPE html>
      <html xmlns="http://www.w3.org/1999/xhtml" lang="en"><head><meta charset="utf-8"/>
      <meta name="viewport" content="width=device-width, initial-scale=1"/>
      <title>\(title)</title><style>
      \(HTML.style)
      </style></head><body>
      \(head)\(cardList(cards))\(problems)\(warnings)\(expectations)\(notes)\(navigation)
      <h2 id="graph">Stages</h2>
      <div class="flow">\(graph)\(stageTable)</div>
      \(pictures)\(sections)\(provenance)
      </body></html>

      """
  }

  private var head: String {
    let outcome = record.outcome.rawValue
    return """
      <h1>\(escaped(record.pipeline)) <span class="pill \(outcome)">\(outcome)</span></h1>
      <p class="lead">\(escaped(record.manifest)), run of \(escaped(started)) with pipe \
      \(escaped(record.programVersion))</p>

      """
  }

  /// `2026-11-21T09:15:33Z` as `2026-11-21 09:15:33 UTC`; anything else as it is.
  private var started: String {
    let text = record.started
    guard text.utf8.count >= 20, text.hasSuffix("Z"), text.dropFirst(10).first == "T" else { return text }
    return "\(text.prefix(10)) \(text.dropFirst(11).prefix(8)) UTC"
  }

  private func cardList(_ cards: [KeyNumbers.Card]) -> String {
    let items = cards.map {
      "<div class=\"card\"><b>\(escaped($0.value))</b><span>\(escaped($0.label))</span></div>"
    }
    return "<div class=\"cards\">" + items.joined(separator: "\n") + "</div>\n"
  }

  /// Failed nodes with their message; of many members the first ones.
  private var problems: String {
    let failed = record.nodes.filter { $0.outcome == .failed }
    var texts = failed.prefix(12).map { node in
      "\(StageSummary.name(node)) failed" + (node.message.map { ": \($0)" } ?? "")
    }
    if failed.count > 12 { texts.append("\(failed.count - 12) more nodes failed") }
    for summary in summaries {
      texts += (artefacts.problems[summary.stage.name] ?? []).map { "\(summary.stage.name): \($0)" }
    }
    let skipped = summaries.filter { $0.base?.outcome == .skipped || $0.base?.outcome == .stopped }
    if !skipped.isEmpty {
      texts.append("not run: " + skipped.map(\.stage.name).joined(separator: ", "))
    }
    return HTML.problems(texts)
  }

  /// What stages warned of, once each; of many the first ones.
  private var warnings: String {
    let groups = record.warningGroups
    var texts = groups.prefix(24).map(\.description)
    if groups.count > 24 { texts.append("\(groups.count - 24) more warnings") }
    return HTML.warnings(texts)
  }

  private var expectations: String {
    let rows = inputs.pipeline.expectations.map { expectation -> [String] in
      guard let scalar = artefacts.canonicalScalar(expectation.output) else {
        return [escaped(expectation.text), "–", "no value"]
      }
      let found = NumberText.significant(expectation.dimension.filed(scalar))
      return [
        escaped(expectation.text), found + (expectation.units.map { " \(escaped($0))" } ?? ""),
        expectation.isMet(by: scalar) ? "✓ holds" : "✗ does not hold",
      ]
    }
    return rows.isEmpty ? "" : HTML.table(head: ["expected", "found", ""], rows: rows, numeric: [1])
  }

  private var notes: String {
    inputs.notes.isEmpty ? "" : inputs.notes.map { "<p class=\"note\">\(escaped($0))</p>\n" }.joined()
  }

  private var navigation: String {
    let links = summaries.map { "<a href=\"#stage-\(anchor($0))\">\(escaped($0.stage.name))</a>" }
    let pictures = inputs.pictures.map {
      "<a href=\"#\(Self.anchor($0))\">\(escaped($0.title.lowercased()))</a>"
    }
    return "<nav><a href=\"#graph\">graph</a>" + pictures.joined() + links.joined()
      + "<a href=\"#provenance\">provenance</a></nav>\n"
  }

  private func anchor(_ summary: StageSummary) -> String { escaped(summary.stage.name) }

  private var graph: String {
    let drawing = Figures.graph(
      boxes: summaries.map(\.box), arrows: ArrowCollector.arrows(of: inputs.pipeline))
    return "<figure class=\"wide\">\(drawing.svg)</figure>\n"
  }

  private var pictures: String {
    inputs.pictures.map { picture in
      """
      <h2 id="\(Self.anchor(picture))">\(escaped(picture.title))</h2>
      <figure class="wide">\(picture.svg)<figcaption>\(escaped(picture.caption))</figcaption></figure>

      """
    }.joined()
  }

  private static func anchor(_ picture: ReportInputs.Picture) -> String {
    picture.title.lowercased().split(separator: " ").first.map { "picture-" + escaped(String($0)) }
      ?? "picture"
  }

  private var stageTable: String {
    let rows = summaries.map { summary in
      [
        "<a href=\"#stage-\(anchor(summary))\">\(escaped(summary.stage.name))</a>",
        escaped(summary.outcomes), "\(summary.nodes.count)",
        summary.seconds > 0 ? NumberText.duration(summary.seconds) : "–",
      ]
    }
    let total = [
      "<b>all</b>", "", "\(record.nodes.count)",
      NumberText.duration(record.nodes.reduce(0) { $0 + $1.seconds }),
    ]
    return HTML.table(
      head: ["stage", "outcome", "nodes", "time of the nodes"], rows: rows + [total], numeric: [2, 3])
  }
}

extension ReportPage {
  private func section(_ summary: StageSummary) -> String {
    let stage = summary.stage
    let content = SectionMaker(artefacts: artefacts, stage: stage).make()
    let facts = content.facts.map {
      [escaped($0.label), "<b>\(escaped($0.value))</b>", "<span class=\"note\">\(escaped($0.note))</span>"]
    }
    let time = summary.seconds > 0 ? ", \(NumberText.duration(summary.seconds))" : ""
    var state = ""
    if summary.state == .failed || summary.state == .notRun {
      let reason = summary.base?.message.map { ": \($0)" } ?? ""
      state = HTML.problems(["\(summary.base?.outcome.rawValue ?? "not run")\(reason)"])
    }
    return """
      <section id="stage-\(anchor(summary))"><h2>\(escaped(stage.name)) \
      <small>\(escaped(stage.signature.kind)) · \(escaped(summary.outcomes))\(time)</small></h2>
      <p class="lead">\(escaped(stage.signature.summary))</p>
      \(state)\(HTML.problems(artefacts.problems[stage.name] ?? []))
      <div class="flow">\(settings(summary, given: true))\
      \(HTML.table(head: [], rows: facts, kind: "facts"))</div>
      \(settings(summary, given: false))
      \(content.wide.map(HTML.figure).joined())
      <div class="figures">\(content.figures.map(HTML.figure).joined())</div>
      \(content.tables)</section>

      """
  }

  private func settings(_ summary: StageSummary, given: Bool) -> String {
    var rows = SettingText.rows(summary.stage, node: summary.base) { port in
      artefacts.scalar(port.stage, port.port).map {
        NumberText.significant($0.value) + ($0.unit.isEmpty ? "" : " " + $0.unit)
      }
    }.filter { $0.isGiven == given }
    if given { rows += SettingText.variations(summary.stage, in: inputs) }
    let cells = rows.map { row in
      [
        "<code>\(escaped(row.name))</code>", escaped(row.value),
        "<span class=\"note\">\(escaped(row.summary))</span>",
      ]
    }
    let table = HTML.table(head: ["setting", "value", ""], rows: cells, kind: "settings")
    let title = rows.count == 1 ? "1 setting at its default" : "\(rows.count) settings at their defaults"
    return given ? table : HTML.details(title, table)
  }

  private var provenance: String {
    let rows = summaries.map { summary -> [String] in
      let node = summary.base
      let outputs = (node?.outputs ?? [:]).sorted { $0.key < $1.key }.map {
        "\(escaped($0.key)) <code>\(escaped($0.value.prefix(12)))</code>"
      }
      return [
        escaped(summary.stage.name),
        "\(escaped(summary.stage.signature.kind)) \(node?.kindVersion ?? summary.stage.signature.version)",
        "<code>\(escaped((node?.key ?? "").prefix(12)))</code>", outputs.joined(separator: "<br/>"),
      ]
    }
    let run: [[String]] =
      [
        ["run", escaped(record.id)], ["manifest", escaped(record.manifest)],
        ["program", "pipe \(escaped(record.programVersion))"],
        ["started", escaped(started)],
        ["took", "\(NumberText.duration(record.seconds)) on \(record.threads) threads"],
        ["host", escaped(record.host)],
      ] + (inputs.origin.map(origin) ?? [])
    return """
      <section id="provenance"><h2>Provenance</h2>
      <p class="lead">A key is the hash of everything that decides a result; a content hash is that of the \
      result. The first twelve digits of each.</p>
      \(HTML.table(head: [], rows: run, kind: "facts"))\(files)\(texts)
      \(HTML.table(head: ["stage", "kind and version", "key", "outputs"], rows: rows))</section>

      """
  }

  /// What was asked for, and of what.
  private func origin(_ origin: ReportOrigin) -> [[String]] {
    var rows = [["command line", "<code>\(escaped(origin.command))</code>"]]
    if let profile = origin.profile { rows.append(["profile", escaped(profile)]) }
    if !origin.overrides.isEmpty {
      rows.append(["set", origin.overrides.map { "<code>\(escaped($0))</code>" }.joined(separator: "<br/>")])
    }
    if let commit = origin.commit { rows.append(["git commit", "<code>\(escaped(commit))</code>"]) }
    if !origin.versions.isEmpty {
      rows.append(["libraries", escaped(origin.versions.joined(separator: ", "))])
    }
    return rows
  }

  private var files: String {
    let rows = (inputs.origin?.files ?? []).map { file in
      [escaped(file.stage), escaped(file.path), "<code>\(escaped(file.hash))</code>"]
    }
    return HTML.table(head: ["stage", "input file", "SHA-256"], rows: rows)
  }

  private var texts: String {
    (inputs.origin?.texts ?? []).map { text in
      HTML.details("Text of \(text.path)", "<pre>\(escaped(text.text))</pre>")
    }.joined()
  }
}
