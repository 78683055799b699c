import Datasets
import NumericCore
import Optimisation
import Planning
import StageSupport

// What a step reads of its state and writes of it.
extension IterationRound {
  /// - Parameter prefix: of the variables' names.
  static func gradient(
    _ dataset: Dataset, _ unknowns: [String], of prefix: String = ""
  ) throws -> MetricVector? {
    var (dual, smooth): ([Double], [Double]?) = ([], nil)
    for name in unknowns.map({ prefix + $0 }) {
      guard dataset[name] != nil else { return nil }
      dual += try dataset.doubles(name)
      if dataset["preconditioned_" + name] != nil {
        smooth = (smooth ?? []) + (try dataset.doubles("preconditioned_" + name))
      }
    }
    return MetricVector(dual: dual, smooth: smooth)
  }

  func write() throws {
    try writeModel()
    let files = IterationFiles(context: context, mapping: mapping)
    if told.isModel || context.inputs[Step.deviation] == nil {
      try files.writeUnknowns(
        deviation, to: Step.deviation, title: "unknowns of the iteration", longName: "unknown")
    } else {
      try files.pass(Step.deviation)
    }
    if told.isGradientNew || controlGradient != nil || context.inputs[Step.gradient] == nil {
      try files.write(gradient: gradient, control: controlGradient)
    } else {
      try files.pass(Step.gradient)
    }
    try files.writePair(update.map { ["step": $0] }, to: Step.update)
    for slot in 0..<SearchState.slots {
      if let newPair, newPair.slot == slot {
        try files.hand(Step.update, to: Step.step(slot))
        try files.writePair(["change": newPair.pair.change], to: Step.change(slot))
      } else if state.pairs.contains(slot) {
        try files.pass(Step.step(slot))
        try files.pass(Step.change(slot))
      } else {
        try files.writePair(nil, to: Step.step(slot))
        try files.writePair(nil, to: Step.change(slot))
      }
    }
    try NetCDFFile.write(state.dataset(), to: files.path(Step.search))
    try context.write(plan, told.report(state))
  }

  private func writeModel() throws {
    let files = IterationFiles(context: context, mapping: mapping)
    if told.isModel, let model = acceptedModel ?? trial {
      try NetCDFFile.write(model, to: files.path(Step.model))
    } else {
      try files.hand(modelPath == nil ? Step.prior : Step.model, to: Step.model)
    }
    if plan.rows.first?.moves.contains(Step.proposal) == true, let trial {
      try NetCDFFile.write(trial, to: files.path(Step.proposal))
    } else {
      try files.writePair(nil, to: Step.proposal)
    }
  }
}
