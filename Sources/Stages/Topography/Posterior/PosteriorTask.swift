import Artefacts
import Datasets
import Geostatistics
import Gravity
import NumericCore
import Planning
import StageSupport
import Topography

/// The inputs of a posterior, converted, and its outputs, written.
struct PosteriorTask {
  /// Paths and numbers of the section.
  struct Input {
    var gravity, mean: String
    var constraints: String?
    /// Metres.
    var jitter: Double
    var regional: Covariance?
    /// mGal, kg/m³, metres.
    var constant, density, zref: Double
    var draws: Int
    var seed: UInt64
    /// Solutions for deviations; nil for those of the draws.
    var probes: Int?
    var iterations: Int
  }

  struct Outputs {
    var topography, gravity, members, leftOut, evidence, chi, scaled: String
  }

  let geometry: GridGeometry
  let isPresent: [Bool]
  private let input: Input
  private let context: StageContext
  private let gravity: GravityArtefact
  private let contrast: LayerContrast
  private let mean: [Double]
  private let constraints: ConstraintPoints
  private let data: SurfaceData
  /// Nodes of the gravity grid that are data.
  private let nodes: [Int]
  private let noise: [Double]

  init(_ context: StageContext, kernels: KernelCache, _ input: Input) throws {
    (self.context, self.input) = (context, input)
    let gravity = try GravityArtefact(path: input.gravity)
    self.gravity = gravity
    let surface = try TopographyArtefact(path: input.mean).topography
    guard !gravity.geometry.isGeographic, !surface.geometry.isGeographic else {
      throw StageError.outOfPlace(
        "a posterior needs grids in projected metres; put a stage of kind 'project' before")
    }
    geometry = surface.geometry
    isPresent = surface.values.map { !$0.isNaN }
    mean = surface.values.map { $0.isNaN ? 0 : $0 }
    contrast = try ContrastSettings.contrast(context, gravity: gravity)
    guard let uncertainty = gravity.uncertainty else {
      throw StageError.missingVariable(
        "uncert", artefact: "the gravity", hint: "data are weighed by it; state it where the gravity is read")
    }
    let isTest = gravity.isTest
    let used = gravity.anomaly.indices.filter { node in
      !(isTest?[node] ?? false) && gravity.anomaly[node].isFinite && uncertainty[node] > 0
    }
    guard !used.isEmpty else {
      throw StageError.outOfPlace("no node of the gravity has a value and an uncertainty")
    }
    (nodes, noise) = (used, used.map { uncertainty[$0] })
    constraints =
      try input.constraints.map { try ConstraintsArtefact(path: $0).constraints }
      ?? ConstraintPoints(points: Points(easting: [], northing: []), upward: [])
    let all = gravity.observationPoints
    let points = ObservationPoints(
      easting: used.map { all.easting[$0] }, northing: used.map { all.northing[$0] },
      upward: used.map { all.upward[$0] })
    data = SurfaceData(
      .init(
        geometry: geometry, reference: try contrast.reference(geometry),
        densityContrast: try contrast.densities(geometry), isPresent: isPresent, points: points),
      places: constraints.points, cache: kernels, workers: context.workers)
    context.log("\(used.count) observations, \(data.kept.count) known heights; \(data.method)")
  }

  /// Deviations of the heights that are used, at least a millimetre.
  private var heightDeviations: [Double] {
    let own = constraints.uncertainty ?? constraints.upward.map { _ in 0 }
    return data.kept.map { max(1e-3, (own[$0] * own[$0] + input.jitter * input.jitter).squareRoot()) }
  }

  private var values: [Double] {
    nodes.map { gravity.anomaly[$0] } + data.kept.map { constraints.upward[$0] }
  }

  func run<Prior: FieldPrior>(_ prior: Prior, _ outputs: Outputs) throws {
    let posterior = try SurfacePosterior(
      prior: prior, data: data,
      errors: .init(
        noise: noise, regional: input.regional, constant: input.constant, density: input.density,
        reference: input.zref, heights: heightDeviations), at: .init(mean, grid: (gravity.geometry, nodes)),
      settings: .init(maximumIterations: input.iterations), workers: context.workers)
    let result = try posterior.inversion.minimise(data: values, mean: mean, workers: context.workers)
    for (number, step) in result.history.enumerated() {
      context.log(
        "iteration \(number + 1): Φ \(rounded(step.objective)), largest move \(rounded(step.move)) m, "
          + "\(step.solverIterations) solver iterations")
    }
    if !result.converged { context.warn("not converged after \(result.history.count) iterations") }
    let members = try draws(posterior, outputs.members)
    try write(posterior, result, members, outputs)
  }

  /// Deviation of each cell over the draws, each of which is written.
  private func draws<Prior: FieldPrior>(
    _ posterior: SurfacePosterior<Prior>, _ path: String
  ) throws -> [Double] {
    var template = Dataset(title: "draws of a posterior")
    try template.add(SurfaceVariables.topography, Grid(geometry: geometry, repeating: 0))
    let writer = try NetCDFSeriesWriter(path: path, count: input.draws, template: template)
    var (mean, squares) = (
      [Double](repeating: 0, count: geometry.count), [Double](repeating: 0, count: geometry.count)
    )
    for member in 0..<input.draws {
      try context.checkCancelled()
      let draw = try posterior.draw(
        data: values, mean: self.mean, Streams(seed: input.seed, name: "posterior"), member: member,
        workers: context.workers)
      for cell in mean.indices {
        let away = draw.field[cell] - mean[cell]
        mean[cell] += away / Double(member + 1)
        squares[cell] += away * (draw.field[cell] - mean[cell])
      }
      var slice = template
      try slice.replaceValues(of: "topography", with: present(draw.field))
      try writer.write(slice, at: member)
    }
    try writer.writeColumn("member", (0..<input.draws).map(Double.init))
    try writer.close()
    return squares.map { ($0 / Double(input.draws - 1)).squareRoot() }
  }

  private func present(_ values: [Double]) -> [Double] {
    values.indices.map { isPresent[$0] ? values[$0] : .nan }
  }

  private func write<Prior: FieldPrior>(
    _ posterior: SurfacePosterior<Prior>, _ result: SurfacePosterior<Prior>.Inversion.Result,
    _ spread: [Double], _ outputs: Outputs
  ) throws {
    let chi = posterior.misfit(of: result, workers: context.workers)
    var (deviation, evidence, scaled) = (spread, Double.nan, Double.nan)
    var method = "draws, relative error \(rounded(1 / (2 * Double(input.draws)).squareRoot()))"
    var left: [Kriging.LeftOut] = []
    do throws(LaplaceApproximation.Obstacle) {
      let laplace = try posterior.laplace(at: result, workers: context.workers)
      deviation = laplace.deviations(workers: context.workers)
      evidence = laplace.logEvidence(objective: result.objective)
      method = "normal approximation"
      let blocks = data.kept.indices.map { [nodes.count + $0] }
      left = try laplace.leaveOut(blocks, weights: result.weights, workers: context.workers)
      scaled = Statistics.rms(left.map { $0.residuals[0] / $0.covariance[0, 0].squareRoot() })
    } catch {
      context.log(error.description)
      if let solutions = input.probes {
        let random = Streams(seed: input.seed, name: "posterior")["probes"]
        let probed = posterior.probed(
          at: result, .init(on: geometry, solutions: solutions, random), workers: context.workers)
        deviation = probed.deviations
        method =
          "probes \(probed.spacing) nodes apart, \(probed.repetitions) times, relative error "
          + "\(rounded(probed.relativeError)); \(probed.iterations) solver iterations"
      }
    }
    let verdict = UncertaintyVerdict(chi: chi, constraintScatter: scaled)
    context.log(
      "deviations by \(method); what is left of the data is \(rounded(chi)) of their standard deviations")
    if let remark = verdict.remark { context.warn(remark) }
    try writeTopography(result.field, deviation, verdict, method, to: outputs.topography)
    try writeGravity(posterior, result, to: outputs.gravity)
    try writeLeftOut(left, to: outputs.leftOut)
    for (value, name, path) in [
      (evidence, "log_evidence", outputs.evidence), (chi, "chi", outputs.chi),
      (scaled, "constraint_z_rms", outputs.scaled),
    ] {
      context.log("\(name) \(value)")
      try NetCDFFile.writeScalar(value, name: name, units: "1", longName: name, to: path)
    }
  }

  private func writeTopography(
    _ field: [Double], _ deviation: [Double], _ verdict: UncertaintyVerdict, _ method: String, to path: String
  ) throws {
    var dataset = Dataset(title: "most probable surface")
    try dataset.add(SurfaceVariables.topography, Grid(geometry: geometry, values: present(field)))
    try dataset.add(SurfaceVariables.deviation, Grid(geometry: geometry, values: present(deviation)))
    dataset.setAttribute("uncertainty_by", text: method)
    verdict.write(to: &dataset)
    try NetCDFFile.write(dataset, to: path)
  }

  private func writeGravity<Prior: FieldPrior>(
    _ posterior: SurfacePosterior<Prior>, _ result: SurfacePosterior<Prior>.Inversion.Result, to path: String
  ) throws {
    func spread(_ values: [Double]) -> [Double] {
      var all = [Double](repeating: .nan, count: gravity.geometry.count)
      for (index, node) in nodes.enumerated() { all[node] = values[index] }
      return all
    }
    let regional = posterior.regional(of: result, workers: context.workers)
    let misfit = Array(result.residual[..<nodes.count])
    var written = gravity
    written.forward = spread(zip(nodes, misfit).map { gravity.anomaly[$0] - $1 })
    written.misfit = spread(misfit)
    written.regional = spread(regional)
    written.residual = spread(zip(misfit, regional).map { $0 - $1 })
    (written.zref, written.densityContrast) = (contrast.zref.number, contrast.density.number)
    try written.write(to: path)
  }

  private func writeLeftOut(_ left: [Kriging.LeftOut], to path: String) throws {
    let kept = constraints.subset(data.kept)
    var dataset = try Dataset.ofPoints(
      kept.points, title: "constraints as gravity and the others predict them")
    let residuals = left.isEmpty ? kept.upward.map { _ in Double.nan } : left.map { $0.residuals[0] }
    let scatter = left.isEmpty ? residuals : left.map { $0.covariance[0, 0].squareRoot() }
    try dataset.add(PointVariables.height, kept.upward)
    try dataset.add(PointVariables.uncertainty, heightDeviations)
    try dataset.add(
      PointVariables.predicted, zip(kept.upward, residuals).map { $0 - $1 },
      longName: "height predicted without it")
    try dataset.add(
      PointVariables.deviation,
      zip(scatter, heightDeviations).map { max(0, $0 * $0 - $1 * $1).squareRoot() })
    try NetCDFFile.write(dataset, to: path)
  }
}
