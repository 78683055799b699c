import Datasets
import Foundation
import TestSupport
import Testing

/// Truths out of the prior go through data, inference and draws of the posterior, all as stages of one manifest: a truth has every
/// rank among the draws of its posterior equally often.
@Suite(.serialized) struct PosteriorCalibrationTests {
  /// - Parameter unknowns: lines of what is drawn, of the truth and of the inference.
  private static func manifest(truths: Int, level: Bool) -> String {
    """
    [pipeline]
    true_contrast = 2600 kg/m3
    true_zref = 480 m

    [layer : synthetic_model]
    spacing = 10 km
    density_contrast = 2600 kg/m3
    gravity_noise = 2 mGal

    [truth : simulated_data]
    topography <- layer.topography
    gravity <- layer.gravity
    density_contrast = $true_contrast
    zref = $true_zref

    [exact : forward_gravity]
    topography <- layer.topography
    gravity <- layer.gravity
    density_contrast = $true_contrast
    zref = $true_zref

    [predicted : forward_gravity]
    topography <- layer.topography
    gravity <- truth.gravity
    density_contrast = 2600 kg/m3
    zref = 480 m

    [posterior : variational_inference]
    repeat = predicted
    forward = predicted.gravity
    observations <- truth.gravity
    samples = 25
    max_iterations = 8
    predicted.density_contrast ~ normal(2600, 100) kg/m3
    \(level ? "predicted.zref ~ normal(480, 15) m" : "")

    [draws : ensemble_loop]
    repeat = predicted
    runs = 19
    predicted.density_contrast ~ samples(posterior.samples, density_contrast) kg/m3
    \(level ? "predicted.zref ~ samples(posterior.samples, zref) m" : "")

    [compared : compare_ensemble]
    members <- draws.members
    truth <- exact.gravity
    variable = forward_gravity

    [simulation : ensemble_loop]
    repeat = compared
    nested = posterior, draws
    runs = \(truths)
    sampler = monte_carlo
    seed = 1
    pipeline.true_contrast ~ normal(2600, 100) kg/m3
    \(level ? "pipeline.true_zref ~ normal(480, 15) m" : "")
    truth.seed ~ integers(0, 1000000)

    [calibration : simulation_based_calibration]
    members <- simulation.members
    rank_distance = 45 km
    """
  }

  /// Linear in the contrast alone, not quite in contrast and reference level. χ² of ten bins of two ranks: 21.67 is exceeded
  /// once in a hundred times.
  @Test(.timeLimit(.minutes(20)), arguments: [false, true]) func ranksAreUniform(level: Bool) throws {
    let truths = Effort.count(4, long: 100)
    let project = try runPipeline(Self.manifest(truths: truths, level: level))
    defer { project.remove() }
    let ranks = try NetCDFFile.read(project.result("u", "calibration.ranks"))
    let parts = try ranks.doubles("coverage")
    try #require(parts.count == 20)
    #expect(ranks.attribute("ranks")?.number == Double(truths))
    guard Effort.isLong else { return }
    let expected = Double(truths) / 10
    let counts = (0..<10).map { (parts[2 * $0] + parts[2 * $0 + 1]) * Double(truths) }
    let chi = counts.reduce(0) { $0 + ($1 - expected) * ($1 - expected) / expected }
    print("ranks of \(truths) truths: \(counts), χ² \(chi)")
    #expect(chi < 21.67, "\(counts)")
  }
}
