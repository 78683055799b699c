import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport
import Waves

/// Compares a gradient with differences of the misfit along a random direction.
struct GradientTest: StageKind {
  private static let wavefield = Input(
    "wavefield", [.wavefield], "of the simulation whose gradient is tested")
  private static let observed = Input("observed", [.waveforms], "data to compare with")
  private static let parameters = Setting(
    "parameters", .list(.word(Parameter.self), 1...7), .optional(otherwise: "all of the wavefield"),
    "those tested, one by one")
  private static let steps = Setting(
    "steps", .list(.number, 2...10), .default([1e-2, 1e-3, 1e-4]), .above(0),
    "relative changes of the parameters")
  private static let smoothing = Setting(
    "smoothing", .number(in: .metre), .optional(otherwise: "two spacings"), .atLeast(0),
    "of the random direction")
  private static let seed = Setting("seed", .integer, .default(1), .atLeast(0), "of the random direction")
  private static let table = Output(
    "table", .table,
    "relative error of the gradient for each parameter and step; it falls with the step's square")
  private static let error = Output(
    "error", .scalar(.dimensionless), "the largest over parameters of the smallest over steps")
  private static let slope = Output(
    "slope", .scalar(.dimensionless),
    "by how many decades the error falls with a decade of the step, between the two longest: 2; of all parameters the one "
      + "farthest from it")

  let signature = StageSignature(
    kind: "gradient_test", version: 1,
    summary: "tests a waveform gradient by finite differences along random directions",
    declares: [wavefield, observed, parameters, steps, smoothing, seed, table, error, slope])

  func run(_ context: StageContext) throws {
    var task = try WaveTask(path: context[Self.wavefield])
    // Differences of floats would show the rounding of floats.
    task.settings.isDouble = true
    task.wavefield.precision = .full
    task.wavefield.interval = 1
    let observed = try WaveformArtefact(path: context[Self.observed]).seismograms
    let misfit = WaveformMisfit(kind: .l2(isNormalised: true))
    let simulation = try task.simulation()
    let result = try simulation.run(wavefield: task.wavefield, workers: context.workers)
    let compared = try misfit.evaluated(synthetic: result.seismograms, observed: observed, windows: nil)
    guard let stored = result.wavefield else { preconditionFailure("a wavefield was asked for") }
    let gradient = try simulation.gradient(
      adjointSource: compared.adjointSource, wavefield: stored, workers: context.workers)
    var rows: [(parameter: String, step: Double, error: Double)] = []
    for parameter in task.model.physics.parameters {
      guard let values = gradient.parameters[parameter],
        context[Self.parameters].map({ $0.contains(parameter) }) ?? true
      else { continue }
      let direction = try direction(parameter, task.model, context)
      let expected = zip(values, direction).reduce(0) { $0 + $1.0 * $1.1 }
      for step in context[Self.steps] {
        try context.checkCancelled()
        let sides = try [step, -step].map { amount -> Double in
          var moved = task
          moved.model = try task.model.replacing(
            parameter, by: zip(task.model[parameter], direction).map { $0 + amount * $1 })
          let found = try moved.simulation().run(workers: context.workers).seismograms
          return try misfit.evaluated(synthetic: found, observed: observed, windows: nil).misfit
        }
        rows.append((parameter.rawValue, step, abs((sides[0] - sides[1]) / (2 * step) / expected - 1)))
        context.log("\(parameter.rawValue), step \(step): relative error \(rows[rows.count - 1].error)")
      }
    }
    try write(rows, context)
  }

  /// Smooth noise between about −1 and 1 times the parameter's mean.
  private func direction(_ parameter: Parameter, _ model: WaveModel, _ context: StageContext) throws
    -> [Double]
  {
    var random = NumPyRandom.stream(seed: UInt64(context[Self.seed]), name: parameter.rawValue, member: 0)
    let length = context[Self.smoothing] ?? 2 * model.section.spacing
    let noise = random.uniform(-1, 1, model.section.count)
    let smooth = try Smoothing(section: model.section, vertical: length, horizontal: length).applied(
      to: noise)
    let mean = model[parameter].reduce(0, +) / Double(model.section.count)
    return smooth.map { mean * $0 }
  }

  /// Between the two longest steps, where rounding counts least.
  private static func slope(_ rows: [(parameter: String, step: Double, error: Double)]) -> Double {
    let longest = rows.sorted { $0.step > $1.step }.prefix(2)
    guard let first = longest.first, let second = longest.last, first.step > second.step else { return .nan }
    return Elementary.log(first.error / second.error) / Elementary.log(first.step / second.step)
  }

  private func write(_ rows: [(parameter: String, step: Double, error: Double)], _ context: StageContext)
    throws
  {
    var dataset = Dataset(title: "test of a gradient")
    try dataset.addColumn("parameter", rows.map(\.parameter), longName: "parameter")
    try dataset.addColumn("step", rows.map(\.step), units: "1", longName: "relative change")
    try dataset.addColumn("error", rows.map(\.error), units: "1", longName: "relative error of the gradient")
    try NetCDFFile.write(dataset, to: context[Self.table])
    let names = Set(rows.map(\.parameter))
    let worst = names.reduce(0.0) { largest, name in
      max(largest, rows.filter { $0.parameter == name }.reduce(.infinity) { min($0, $1.error) })
    }
    try NetCDFFile.writeScalar(
      worst, name: "error", units: "1", longName: "error of the gradient", to: context[Self.error])
    let slopes = names.sorted().map { name in Self.slope(rows.filter { $0.parameter == name }) }
    let slope = slopes.max { abs($0 - 2) < abs($1 - 2) } ?? .nan
    try NetCDFFile.writeScalar(
      slope, name: "slope", units: "1", longName: "slope of the error", to: context[Self.slope])
    context.log("error falls with the step to the power of \(slope)")
  }
}
