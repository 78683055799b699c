import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport

/// An ensemble against the truth that its data were made of: error and deviation of its mean and the truth's rank among
/// its members, node by node, for a family to collect over many truths.
struct CompareEnsemble: StageKind {
  private static let members = Input("members", [.ensemble], "the ensemble")
  private static let truth = Input("truth", [.topography], "the surface that is true")
  private static let compared = Output(
    "comparison", .grid, "error of the mean, deviation of the members, rank of the truth among them",
    collected: true)
  private static let error = Output(
    "rms_error", .scalar(.length), "RMS of the mean minus the truth", collected: true)
  private static let count = Output("runs", .scalar(.dimensionless), "number of members", collected: true)

  let signature = StageSignature(
    kind: "compare_ensemble", version: 1,
    summary: "compares an ensemble with the surface that its data were made of",
    declares: [members, truth, compared, error, count])

  func run(_ context: StageContext) throws {
    let reader = try NetCDFSeriesReader(context[Self.members])
    guard reader.count > 1 else {
      throw StageError.outOfPlace("one member has no deviation; at least two are needed")
    }
    let name = SurfaceVariables.topography.name
    let geometry = try reader.geometry(of: name)
    let truth = try TopographyArtefact(path: context[Self.truth]).topography
    let heights =
      truth.geometry.isSame(as: geometry)
      ? truth.values : BicubicSampler.sample(grid: truth, at: geometry.nodes, singlePrecision: false)
    let nodes = geometry.count
    var (sum, squares, rank) = (
      [Double](repeating: 0, count: nodes), [Double](repeating: 0, count: nodes),
      [Double](repeating: 0, count: nodes)
    )
    for index in 0..<reader.count {
      try context.checkCancelled()
      let member = try reader.slice(index, variable: name)
      for node in 0..<nodes {
        let away = member[node] - sum[node]
        sum[node] += away / Double(index + 1)
        squares[node] += away * (member[node] - sum[node])
        if member[node] < heights[node] { rank[node] += 1 }
      }
    }
    let errors = zip(sum, heights).map { $0 - $1 }
    let deviations = squares.map { ($0 / Double(reader.count - 1)).squareRoot() }
    for node in 0..<nodes where !errors[node].isFinite { rank[node] = .nan }
    var dataset = Dataset(title: "an ensemble and the surface that its data were made of")
    try dataset.add(SimulationVariables.error, Grid(geometry: geometry, values: errors))
    try dataset.add(SimulationVariables.deviation, Grid(geometry: geometry, values: deviations))
    try dataset.add(SimulationVariables.rank, Grid(geometry: geometry, values: rank))
    try NetCDFFile.write(dataset, to: context[Self.compared])
    let rms = Statistics.rms(errors.filter(\.isFinite))
    context.log("RMS error of the mean \(rms) m, \(reader.count) members")
    try NetCDFFile.writeScalar(
      rms, name: Self.error.name, units: "m", longName: Self.error.spec.summary, to: context[Self.error])
    try NetCDFFile.writeScalar(
      Double(reader.count), name: Self.count.name, units: "1", longName: Self.count.spec.summary,
      to: context[Self.count])
  }
}

extension CompareEnsemble: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    ChosenVariable.require(
      SurfaceVariables.topography.name, in: .grid, of: Self.members, request,
      advice: "repeat a stage that makes a topography",
      in: &foresight)
    return foresight
  }
}
