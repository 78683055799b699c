import Artefacts
import Planning
import StandardCatalogue
import Testing

/// Laws of what is known of variables, and of what kinds of stage say that reports show.
@Suite struct ViewTableTests {
  private static let declared: [Variable] = [
    GravityVariables.all, SurfaceVariables.all, PointVariables.all, CoverageVariables.all,
    StatisticsVariables.all, EnsembleVariables.all, SensitivityVariables.all, TrialVariables.all,
    WindowVariables.all, IterationVariables.all,
  ].flatMap { $0 }

  /// A name means one thing to what draws it, whatever artefact it stands in.
  @Test func declarationsOfOneNameAgree() {
    let table = ViewTable.standard
    for variable in Self.declared {
      #expect(table.look(variable.name) == variable.look, "\(variable.name)")
      #expect(table.isBeside(variable.name) == variable.isBeside, "\(variable.name)")
    }
  }

  @Test func namesAreThoseOfFiles() {
    for variable in Self.declared {
      #expect(variable.name.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "_" }, "\(variable.name)")
      #expect(!variable.longName.isEmpty)
    }
  }

  @Test func looksOfNamesThatNobodyDeclared() {
    let table = ViewTable.standard
    #expect(table.look("height_stdev") == .deviation && table.look("uncertainty") == .deviation)
    #expect(table.look("error") == .difference && table.look("something") == .plain)
    #expect(table.isSigned("something", unit: "mGal") && !table.isSigned("something", unit: "m"))
    #expect(table.isSigned("reg", unit: "") && table.isSigned("misfit", unit: "m"))
  }

  @Test func theMainVariable() {
    let table = ViewTable.standard
    #expect(table.main(among: ["upward", "gravity_anomaly", "misfit"]) == "gravity_anomaly")
    #expect(table.main(among: ["z_mean", "z_stdev", "weighted_mean", "weighted_stdev"]) == "weighted_mean")
    #expect(table.main(among: ["speed"]) == nil)
    #expect(table.together(among: ["misfit", "res", "upward"]) == ["misfit", "res"])
    #expect(table.together(among: ["topography", "density"]) == ["topography"])
    #expect(table.alike("forward_gravity") == ["gravity_anomaly", "forward_gravity"])
  }

  /// A new kind's own variables and views come before those that all artefacts share.
  @Test func aKindBringsItsOwn() {
    let speed = Variable("speed", nil, "speed of waves", look: .signed)
    let table = ViewTable(views: [.map(MapView([speed]))] + ViewTable.standardViews)
    #expect(table.main(among: ["topography", "speed"]) == "speed" && table.isSigned("speed", unit: "m/s"))
  }

  static let reported = Catalogue.standard.kinds.values.compactMap { $0 as? any ReportedKind }
    .map { (kind: $0.signature.kind, signature: $0.signature, report: $0.report) }
    .sorted { $0.kind < $1.kind }

  /// What a report is made from are the kind's own outputs, inputs and settings.
  @Test func reportsNameWhatTheKindHas() {
    #expect(Self.reported.count >= 16)
    for (kind, signature, report) in Self.reported {
      let outputs = Set(signature.outputs.map(\.name))
      let used = ReportWalk(report)
      #expect(used.ports.subtracting(outputs) == [], "\(kind)")
      #expect(used.settings.subtracting(signature.settings.map(\.name)) == [], "\(kind)")
      #expect(used.inputs.subtracting(signature.inputs.map(\.name)) == [], "\(kind)")
      #expect(
        used.plots.allSatisfy {
          [
            "relief", "profile", "convergence", "calibration", "sensitivity", "traces", "spectra",
            "receivers", "corner", "predictions", "iterations", "marginals", "bound", "chains", "ranks",
            "autocorrelation", "receiver", "misfits",
          ].contains($0)
        })
    }
  }

  @Test func everyFamilyHasAReport() {
    for kind in Catalogue.standard.kinds.values where kind.signature.family != nil {
      let report = ViewTable.standard.report(for: kind.signature)
      #expect(!report.items.isEmpty && !report.numbers.isEmpty, "\(kind.signature.kind)")
    }
  }
}

/// Everything that a report names.
private struct ReportWalk {
  var ports: Set<String> = []
  var settings: Set<String> = []
  var inputs: Set<String> = []
  var plots: Set<String> = []

  init(_ report: StageReport) {
    for item in report.items { add(item) }
    for number in report.numbers {
      switch number {
      case .number(let number, _): add(number)
      case .judged(let judgement, _): add(judgement)
      case .bestValues, .members: break
      }
    }
    for landmark in report.landmarks { ports.insert(landmark.port) }
  }

  private mutating func add(_ item: ReportItem) {
    switch item {
    case .map(let map): add(map)
    case .maps(let maps): for map in maps { add(map) }
    case .series(let maps): ports.insert(maps.port)
    case .comparison(let comparison): for field in [comparison.first, comparison.second] { add(field) }
    case .histogram(let histogram): for part in histogram.parts { add(part.field) }
    case .agreement(let agreement):
      for field in [agreement.first.field, agreement.second.field] { add(field) }
    case .profiles(let profiles): for field in [profiles.mean, profiles.deviation] { add(field) }
    case .pointGroups(let groups): ports.formUnion(groups.groups.map(\.port))
    case .curve(let curve): ports.insert(curve.port)
    case .plot(let plot):
      ports.formUnion([plot.port] + (plot.other.map { [$0] } ?? []))
      plots.insert(plot.kind)
    case .fact(_, let number): add(number)
    case .judged(_, let judgement): add(judgement)
    case .trials(let port), .members(let port), .iterations(let port): ports.insert(port)
    case .windows(let port, let points):
      ports.insert(port)
      inputs.insert(points)
    case .outputs: break
    case .group(let needs, let items, let others):
      for field in needs { add(field) }
      for item in items + others { add(item) }
    }
  }

  private mutating func add(_ map: FieldMap) {
    add(map.field)
    for dots in [map.dots, map.marks] {
      if case .own(let port)? = dots { ports.insert(port) }
      if case .input(let port)? = dots { inputs.insert(port) }
    }
    if let rim = map.rim { settings.formUnion([rim.width, rim.angle]) }
  }

  private mutating func add(_ judgement: Judgement) {
    switch judgement {
    case .noise(let number, let stated):
      add(number)
      add(stated)
    case .coverage(let number, _): add(number)
    }
  }

  private mutating func add(_ number: Number) {
    switch number {
    case .scalar(let port), .percentage(let port), .rows(let port), .attribute(let port, _):
      ports.insert(port)
    case .rootMeanSquare(let field), .mean(let field), .greatest(let field), .share(let field, _): add(field)
    case .first(let numbers): for number in numbers { add(number) }
    }
  }

  private mutating func add(_ field: Field) {
    switch field {
    case .own(let port, _): ports.insert(port)
    case .input(let port, _): inputs.insert(port)
    case .truth, .start: break
    case .magnitude(let field): add(field)
    case .difference(let one, let two), .excess(let one, let two), .sum(let one, let two),
      .ratio(let one, let two),
      .at(let one, let two),
      .percent(let one, let two):
      add(one)
      add(two)
    case .held(let one, let two, let three): for field in [one, two, three] { add(field) }
    }
  }
}
