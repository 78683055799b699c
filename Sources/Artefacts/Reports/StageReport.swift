public import Planning

/// A kind of stage that says what a report shows of it, and what its artefacts hold that no other's do.
public protocol ReportedKind: StageKind {
  var report: StageReport { get }
  /// Variables and views of artefacts that no other kind makes.
  var views: [ArtefactView] { get }
}

extension ReportedKind {
  /// None of its own: the standard ones are enough.
  public var views: [ArtefactView] { [] }
}

/// What a report shows of the stages of one kind: a section of figures and facts, and numbers at the top of the page.
///
/// What can't be drawn since its data are not there is left out, so that one declaration serves every use of the kind.
public struct StageReport: Sendable {
  /// Figures and texts, from top to bottom.
  public var items: [ReportItem]
  /// What stands in the table at the head of the section.
  public var numbers: [KeyNumber]
  /// What the reports of other stages may refer to.
  public var landmarks: [Landmark]

  /// What is shown, told and offered to other sections.
  public init(_ items: [ReportItem], numbers: [KeyNumber] = [], landmarks: [Landmark] = []) {
    (self.items, self.numbers, self.landmarks) = (items, numbers, landmarks)
  }
}

/// A number at the top of the page.
public enum KeyNumber: Sendable {
  case number(Number, String)
  /// A number with what it should be.
  case judged(Judgement, String)
  /// The value of every setting that a search has found best.
  case bestValues
  /// How many members a family has, and how many of them failed.
  case members
}

/// One thing that a report shows.
public indirect enum ReportItem: Sendable {
  case map(FieldMap)
  /// Maps whose colours mean the same.
  case maps([FieldMap])
  /// A map for every variable of a series that is there, their colours shared.
  case series(SeriesMaps)
  case comparison(FieldComparison)
  case histogram(FieldHistogram)
  case agreement(FieldAgreement)
  case profiles(MeanProfiles)
  case pointGroups(PointGroups)
  case curve(ColumnCurve)
  /// What `pipe plot` draws of an output.
  case plot(OutputPlot)
  case fact(String, Number)
  /// A number with what it should be.
  case judged(String, Judgement)
  /// Trials of a search: scores against settings, their importance, the best, a table.
  case trials(String)
  /// Members of an ensemble: what was drawn, how they score, their lines.
  case members(String)
  /// Windows of a search over the grids made of them; the input whose points score.
  case windows(String, points: String)
  /// The iterations of an inversion: norms, maps of some of them where they were kept, a table.
  case iterations(String)
  /// Every output by its form: what a kind gets that says nothing else.
  case outputs
  /// These where all the fields are there, and else the others.
  case group(needs: [Field], [ReportItem], otherwise: [ReportItem])

  /// Left out whole where one of the fields is missing.
  public static func group(needs fields: Field..., items: [ReportItem]) -> ReportItem {
    .group(needs: fields, items, otherwise: [])
  }
}

extension StageReport {
  /// What a kind gets that declares nothing.
  public static func standard(for signature: StageSignature) -> StageReport {
    guard let family = signature.family else { return StageReport([.outputs]) }
    if family.comparesMembers {
      return StageReport(
        signature.outputs.filter { $0.type == .table }.map { .trials($0.name) }, numbers: [.bestValues])
    }
    let members = signature.outputs.first { $0.type == .ensemble }
    return StageReport(members.map { [.members($0.name)] } ?? [], numbers: [.members])
  }
}
