import Artefacts
import Datasets
import NumericCore
import Optimisation
import StageSupport
import Topography

/// A number that the history tells of every iteration.
struct HistoryColumn {
  let variable: Variable
  let value: (IterationRecord) -> Double

  static func all(_ style: TopographyInversion.Style) -> [HistoryColumn] {
    typealias Names = IterationVariables
    return [
      HistoryColumn(variable: Names.iteration) { Double($0.iteration) },
      HistoryColumn(variable: Names.rmse) { $0.rmse },
      HistoryColumn(variable: Names.norm) { $0.l2Norm },
      HistoryColumn(variable: Names.change) { $0.deltaL2Norm },
      HistoryColumn(variable: style == .density ? Names.contrastStep : Names.step) { $0.stepRMS },
      HistoryColumn(variable: Names.solverIterations) { Double($0.solverIterations) },
    ]
  }
}

/// The history of an inversion with the grids of every iteration, written as the inversion proceeds, so that memory
/// holds those of one.
///
/// Everything lies along `iteration`, whose 0 is the start. The residual has the nodes of the surface, or those of
/// the gravity under names with `data_`. Of gravity with held-out nodes at half spacing these are the nodes that the
/// inversion used; where any other nodes are held out, the residual is missing there.
final class IterationHistory {
  private let task: InversionTask
  private let path: String
  private let residualNodes: GridGeometry
  /// Place of each observation among these nodes; nil where they are the observations in order.
  private let places: [Int]?
  private var writer: NetCDFRecordWriter?

  init(_ task: InversionTask, to path: String) {
    (self.task, self.path) = (task, path)
    let gravity = task.gravity
    if gravity.isTest != nil, !gravity.hasHalfSpacingTests {
      (residualNodes, places) = (gravity.geometry, task.trainingNodes)
    } else {
      (residualNodes, places) = (gravity.trainingGrid(of: gravity.anomaly).geometry, nil)
    }
  }

  func append(_ snapshot: IterationSnapshot) throws {
    let record = try record(snapshot)
    let writer =
      try self.writer
      ?? NetCDFRecordWriter(path: path, dimension: IterationVariables.dimension, template: record)
    self.writer = writer
    try writer.append(record)
  }

  /// Writes the end of the file.
  func close(attributes: [Dataset.Attribute]) throws { try writer?.close(attributes: attributes) }

  private func record(_ snapshot: IterationSnapshot) throws -> Dataset {
    var dataset = Dataset(title: "history of the inversion, with its iterations")
    for column in HistoryColumn.all(task.style) {
      try dataset.add(column.variable, scalar: column.value(snapshot.record))
    }
    func add(_ variable: Variable, _ values: [Double]) throws {
      try dataset.add(variable, Grid(geometry: task.start.geometry, values: values))
    }
    if let contrast = snapshot.densityContrast {
      try add(SurfaceVariables.contrast, contrast)
      try add(
        SurfaceVariables.contrastCorrection.described("what the iteration added to the density contrast"),
        snapshot.correction)
    } else {
      try add(SurfaceVariables.topography, snapshot.topography)
      try add(
        SurfaceVariables.correction.described("what the iteration added to the surface"), snapshot.correction)
    }
    var gravity = Dataset()
    try gravity.add(GravityVariables.residual, residual(snapshot.residual))
    try dataset.adopt(
      [GravityVariables.residual.name], from: gravity,
      prefix: residualNodes == task.start.geometry ? "" : IterationVariables.otherNodes)
    return dataset
  }

  private func residual(_ values: [Double]) -> Grid {
    guard let places else { return Grid(geometry: residualNodes, values: values) }
    var grid = Grid(geometry: residualNodes, repeating: .nan)
    for (place, value) in zip(places, values) { grid.values[place] = value }
    return grid
  }
}
