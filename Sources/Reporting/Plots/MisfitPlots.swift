import Artefacts
import Datasets

// Distributions of what windows contribute to a misfit, of one model or of two.
extension PlotKind {
  static let misfits = PlotKind("misfits", options: [.with], draw: { try $0.misfits(byComponent: false) })
  static let misfitsByComponent = PlotKind(
    "misfits_by_component", options: [.with], draw: { try $0.misfits(byComponent: true) })
}

extension PlotSource {
  /// What each row contributes, with its component: rows that do not count are left out.
  fileprivate func contributions() throws -> [(component: String, value: Double)]? {
    typealias Names = TraceVariables.Windows
    guard dataset[Names.receiver] != nil, let values = try ReceiverMisfits.contributions(dataset) else {
      return nil
    }
    let components = dataset[Names.component] == nil ? nil : try dataset.texts(Names.component)
    return values.enumerated().compactMap { row, value in
      guard let value, value.isFinite else { return nil }
      return (components?[row] ?? "", value)
    }
  }
}

extension Plot {
  func misfits(byComponent: Bool) throws -> Figure {
    guard let mine = try source.contributions() else {
      throw notDrawable("a row for each window or datum: receiver, and misfit or value")
    }
    var sets = [(label: source.name, rows: mine)]
    if let other = request.other {
      guard let rows = try other.contributions() else {
        throw PlotError.notDrawable(
          kind: kind.rawValue, artefact: other.name,
          needs: "a row for each window or datum: receiver, and misfit or value",
          found: other.dataset.variables.map(\.name))
      }
      sets.append((other.name, rows))
    }
    let found = Set(sets.flatMap { $0.rows.map(\.component) }).sorted()
    let components: [String?] = byComponent ? found.map(Optional.some) : [nil]
    let groups = components.map { component in
      MisfitHistograms.Group(
        title: component.map { $0.isEmpty ? "all" : "component \($0)" } ?? "all windows",
        sets: sets.map { set in
          (set.label, set.rows.filter { component == nil || $0.component == component }.map(\.value))
        })
    }
    guard groups.contains(where: { $0.sets.contains { !$0.values.isEmpty } }) else {
      throw notDrawable("a window that counts")
    }
    return MisfitHistograms(title: request.title ?? "Misfits", groups: groups).figure()
  }
}
