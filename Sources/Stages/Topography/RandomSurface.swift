import Artefacts
import Geostatistics
import NumericCore
import Planning
import StageSupport

/// A surface drawn from a covariance alone, for truths of simulations.
struct RandomSurface: StageKind {
  let simulations: SimulationCache

  private static let mean = Input(
    "mean", [.topography], "what the surface lies about, node by node")
  private static let covariance = Setting(
    "covariance", .list(.word(KrigingSettings.CorrelationWord.self), 1...3), .default([.matern32]),
    "how its correlation falls with distance; several are summed")
  private static let deviation = Setting(
    "deviation", .list(.number(in: .metre), 1...3), .required, .above(0),
    "standard deviation, for each covariance")
  private static let length = Setting(
    "length", .list(.number(in: .metre), 1...3), .required, .above(0),
    "correlation length, for each covariance")
  private static let seed = Setting(
    "seed", .integer, .default(0), .atLeast(0), "of the draw; a family draws it")
  private static let topography = Output("topography", .topography, "the surface")

  let signature = StageSignature(
    kind: "random_surface", version: 1,
    summary: "a surface drawn from a covariance about a mean, for truths of simulations",
    declares: [mean, covariance, deviation, length, seed, topography],
    rules: [
      .check(covariance, deviation, length, "have one number for each covariance") {
        covariance, deviation, length in
        deviation.count == covariance.count && length.count == covariance.count
          ? nil : "must have one number for each of the \(covariance.count) covariances"
      }
    ])

  func run(_ context: StageContext) throws {
    var surface = try TopographyArtefact(path: context[Self.mean]).topography
    guard !surface.geometry.isGeographic else {
      throw StageError.outOfPlace(
        "the nodes are in longitude and latitude and lengths are in metres; put a stage of kind 'project' before"
      )
    }
    let (deviations, lengths) = (context[Self.deviation], context[Self.length])
    let structures = context[Self.covariance].enumerated().map { index, word in
      Covariance.Structure(word.correlation, deviation: deviations[index], length: lengths[index])
    }
    let random = CounterRandom(seed: UInt64(bitPattern: Int64(context[Self.seed])), stream: "random surface")
    let drawn = try simulations.simulation(
      Covariance(structures), geometry: surface.geometry, workers: context.workers
    ).draw(random, member: 0, workers: context.workers).nodes
    for index in surface.values.indices { surface.values[index] += drawn.values[index] }
    try TopographyArtefact.write(surface, to: context[Self.topography], title: "drawn surface")
  }
}

extension RandomSurface: ForeseeingKind {
  func foresee(_ request: ForesightRequest) -> Foresight {
    .surface(Self.topography, about: Self.mean, request)
  }
}

extension Foresight {
  /// Of a stage that draws a surface about a mean, on its nodes.
  static func surface(_ output: Output, about mean: Input<String>, _ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    request.requireQuantity(.height, of: mean, in: &foresight)
    foresight[output] = OutputFacts(
      has: ["topography"], quantity: Quantity.height.inWords, mesh: request.facts(mean).mesh)
    return foresight
  }
}
