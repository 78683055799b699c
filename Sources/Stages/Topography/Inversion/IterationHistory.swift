import Datasets
import NumericCore
import StageSupport
import Topography

/// A number that the history tells of every iteration.
struct HistoryColumn {
  let name, units, longName: String
  let value: (IterationRecord) -> Double

  static func all(_ style: InversionTask.Style) -> [HistoryColumn] {
    [
      HistoryColumn(name: "iteration", units: "1", longName: "iteration; 0 is the start") {
        Double($0.iteration)
      },
      HistoryColumn(name: "rmse", units: "mGal", longName: "RMS residual, inner region") { $0.rmse },
      HistoryColumn(name: "l2_norm", units: "mGal0.5", longName: "square root of rmse") { $0.l2Norm },
      HistoryColumn(name: "delta_l2_norm", units: "1", longName: "previous l2_norm to this one") {
        $0.deltaL2Norm
      },
      HistoryColumn(name: "step_rms", units: style == .density ? "kg m-3" : "m", longName: "RMS correction") {
        $0.stepRMS
      },
      HistoryColumn(name: "solver_iterations", units: "1", longName: "conjugate-gradient iterations") {
        Double($0.solverIterations)
      },
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
    let writer = try self.writer ?? NetCDFRecordWriter(path: path, dimension: "iteration", template: record)
    self.writer = writer
    try writer.append(record)
  }

  /// Writes the end of the file.
  func close(attributes: [Dataset.Attribute]) throws { try writer?.close(attributes: attributes) }

  private func record(_ snapshot: IterationSnapshot) throws -> Dataset {
    var dataset = Dataset(title: "history of the inversion, with its iterations")
    for column in HistoryColumn.all(task.style) {
      try dataset.addScalar(
        column.name, column.value(snapshot.record), units: column.units, longName: column.longName)
    }
    func add(_ name: String, _ values: [Double], _ units: String, _ longName: String) throws {
      try dataset.addGrid(
        name, Grid(geometry: task.start.geometry, values: values), units: units, longName: longName)
    }
    if let contrast = snapshot.densityContrast {
      try add("density_contrast", contrast, "kg m-3", "density below the surface minus above")
      try add("correction", snapshot.correction, "kg m-3", "what the iteration added to the density contrast")
    } else {
      try add("topography", snapshot.topography, "m", "height of the surface")
      try add("correction", snapshot.correction, "m", "what the iteration added to the surface")
    }
    var gravity = Dataset()
    try gravity.addGrid(
      "res", residual(snapshot.residual), units: "mGal", longName: "residual part of the misfit")
    try dataset.adopt(
      ["res"], from: gravity, prefix: residualNodes == task.start.geometry ? "" : "data_")
    return dataset
  }

  private func residual(_ values: [Double]) -> Grid {
    guard let places else { return Grid(geometry: residualNodes, values: values) }
    var grid = Grid(geometry: residualNodes, repeating: .nan)
    for (place, value) in zip(places, values) { grid.values[place] = value }
    return grid
  }
}
