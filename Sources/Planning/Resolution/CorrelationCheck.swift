import Manifests

/// `correlation` names what is drawn: by the name of its setting, or by the label `stage.setting` where that is not one.
extension Resolution {
  /// What a name in a list of correlations may be.
  private struct Names {
    /// As columns of results have them.
    var names: [String]
    /// As the manifest has them.
    var labels: [String]
    /// The settings alone.
    var settings: [String]
  }

  /// Checks the lists and puts names for labels, since no name of a stage decides a result.
  mutating func checkCorrelations() {
    var hasChanged = false
    for index in stages.indices {
      guard let stage = stages[index].resolved, let shape = families?.shapes[index],
        case .list(let elements)? = stage.settings["correlation"]?.base
      else { continue }
      // In the order of the lines, for messages.
      let drawn = shape.designed.map { shape.variables[$0] }.filter { !$0.isGiven }.sorted {
        ($0.variation.place.line, $0.variation.place.column) < (
          $1.variation.place.line, $1.variation.place.column
        )
      }
      let names = Names(
        names: drawn.map(\.name), labels: drawn.map { $0.variation.target.inWords },
        settings: drawn.map(\.variation.quantity))
      do {
        let known = try elements.map { (element: SettingValue) throws(Correlation.Fault) in
          try Self.named(element, names)
        }
        _ = try Correlation(known, names: names.names)
        if known == elements { continue }
        stages[index].resolved?.settings["correlation"] = .value(.list(known))
        hasChanged = true
      } catch {
        report(.graph(.correlationUnfit(reason: error.description)), at: place(of: "correlation", in: index))
      }
    }
    // The walk of before holds the stages as they were.
    if hasChanged { families = nil }
  }

  private static func named(
    _ element: SettingValue, _ names: Names
  ) throws(Correlation.Fault) -> SettingValue {
    switch element {
    case .output(let label):
      guard let position = names.labels.firstIndex(of: label.description) else {
        let varied = names.labels.joined(separator: ", ")
        throw Correlation.Fault(
          description: "names '\(label)', which is not varied; varied are \(varied)")
      }
      return .word(names.names[position])
    case .word(let name) where !names.names.contains(name):
      let meant = names.settings.indices.filter { names.settings[$0] == name }
      guard meant.count > 1 else { return element }
      let labels = meant.map { names.labels[$0] }
      throw Correlation.Fault(
        description: "names '\(name)', which may be \(labels.joined(separator: " or ")): write it so")
    default: return element
    }
  }
}
