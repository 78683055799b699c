extension Planner {
  /// Labels `stage.setting` and `stage.output`, by the names that results have, of what a family varies and whose setting
  /// or output alone would not tell it apart. For people: no recipe and no file holds the name of a stage.
  func labels(of shape: FamilyShape) -> [String: String] {
    var labels: [String: String] = [:]
    for variable in shape.variables where variable.name != variable.variation.quantity {
      let label = variable.variation.target.inWords
      labels[variable.name] = label
      labels[VariableNames.inFiles(variable.name)] = label
    }
    for perturbation in shape.perturbations {
      let output = perturbation.output
      labels[perturbation.stream] = "\(graph.stages[output.stage].name).\(output.port)"
    }
    return labels
  }
}
