import Datasets
import NumericCore
import TestSupport
import Testing
import Topography

@Suite(
  "Starting topography against reference numbers", .needsReference)
struct StartingTopographyReferenceTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var settings: StartingTopographySettings
    var damping: Double?
    var tolerance = 1e-4
    var testDescription: String { name }
  }

  static func spline(
    _ name: String, _ dampings: [Double], weights: Bool = false, block: (size: Double, isMean: Bool)? = nil,
    chosen: Double? = nil, tolerance: Double = 1e-4
  ) -> Case {
    Case(
      name: name,
      settings: StartingTopographySettings(
        method: .spline(dampings: dampings), useWeights: weights, blockSize: block?.size,
        blockReduction: block?.isMean == true ? .mean : .median),
      damping: chosen ?? dampings.first, tolerance: tolerance)
  }

  static let cases: [Case] = [
    Case(name: "flat", settings: StartingTopographySettings(method: .flat(123.456))),
    spline("splines_damp_none", []),
    // The reference itself, from normal equations, is 2.7e-4 m from the solution in 50 digits.
    spline("splines_damp_1em10", [1e-10], tolerance: 5e-4),
    spline("splines_damp_1em4", [1e-4]),
    spline("splines_damp_1em2", [1e-2]),
    spline("splines_damp_1", [1]),
    spline("splines_cv", RegionalReferenceTests.dampings, chosen: 1e-6),
    spline("splines_w_1em4", [1e-4], weights: true),
    spline("splines_w_cv", RegionalReferenceTests.dampings, weights: true, chosen: 1e-9),
    spline("splines_blockmedian", [1e-4], block: (5000, isMean: false)),
    spline("splines_blockmean_w", [1e-4], weights: true, block: (5000, isMean: true)),
  ]

  @Test(arguments: cases)
  func matches(_ example: Case) throws {
    let file = try Reference.dataset("f_create_topography.nc")
    let result = try makeStartingTopography(
      geometry: model, settings: example.settings,
      constraints: .reference(weighted: true))
    let difference = largestDifference(result.topography.values, try file.grid(example.name).values)
    #expect(difference <= example.tolerance)
    #expect(result.damping == example.damping)
  }

  @Test func confinedByLayers() throws {
    let file = try Reference.dataset("f_create_topography.nc")
    let settings = StartingTopographySettings(
      method: .spline(dampings: [1e-2]),
      bounds: (upper: try file.grid("upper_confining_layer"), lower: try file.grid("lower_confining_layer")))
    let result = try makeStartingTopography(
      geometry: model, settings: settings, constraints: .reference())
    #expect(largestDifference(result.topography.values, try file.grid("splines_confined").values) <= 1e-4)
    #expect(result.notes.contains { $0.hasSuffix("nodes were moved to a confining layer") })
  }

  @Test func onePoint() throws {
    let file = try Reference.dataset("f_create_topography.nc")
    let constraint = try ConstraintPoints.reference().subset([0])
    let result = try makeStartingTopography(
      geometry: model,
      settings: StartingTopographySettings(method: .spline(dampings: [1e-4])), constraints: constraint)
    #expect(largestDifference(result.topography.values, try file.grid("splines_one_point").values) == 0)
    #expect(result.notes == ["a single constraint: the surface is flat at its height"])
  }

  @Test func scores() throws {
    let table = try TableFile.read(Reference.path("f_spline_cv_scores.csv"))
    let constraints = try ConstraintPoints.reference(weighted: true)
    for (weights, name) in [(nil, "r2_unweighted"), (constraints.weights, "r2_weighted")] {
      let choice = try SplineCrossValidation.choose(
        points: constraints.points, values: constraints.upward, weights: weights,
        dampings: table.numbers("damping"))
      let scores = choice.scores.map { $0.score }
      #expect(largestDifference(scores, try table.numbers(name)) <= 1e-6)
      #expect(choice.folds == 5 && !choice.isAtLimit)
    }
  }
}
