import Inversion
import NumericCore
import Testing

@Suite("Regional separation against reference numbers", .enabled(if: Reference.isPresent, "no reference numbers"))
struct RegionalReferenceTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var settings: RegionalSettings
    var weighted = false
    var tolerance = 1e-6
    var testDescription: String { name }

    init(
      _ name: String, _ method: RegionalMethod, block: Double? = nil, weighted: Bool = false,
      tolerance: Double = 1e-6
    ) {
      self.name = name
      settings = RegionalSettings(method: method, constraintBlockSize: block)
      (self.weighted, self.tolerance) = (weighted, tolerance)
    }
  }

  static let dampings = (-12...2).map { Double("1e\($0)")! }

  static let wholeMisfit: [Case] = [
    Case("constant", .constant(-3.25), tolerance: 1e-12),
    Case("filter_lowpass", .filter(wavelength: 12_000), tolerance: 1e-10),
    Case("filter_lowpass_wide", .filter(wavelength: 36_000), tolerance: 1e-10),
    Case("filter_highpass", .filter(wavelength: 12_000, pass: .high), tolerance: 1e-10),
    Case("trend_0", .trend(degree: 0), tolerance: 1e-10),
    Case("trend_1", .trend(degree: 1), tolerance: 1e-10),
    Case("trend_2", .trend(degree: 2), tolerance: 1e-10),
    Case("trend_3", .trend(degree: 3), tolerance: 1e-10),
    Case("eqs_damped", .equivalentSources(.init(depth: 8000, damping: 10))),
    Case("eqs_lowdamp", .equivalentSources(.init(depth: 8000, damping: 0.001))),
    Case("eqs_default_depth", .equivalentSources(.init(damping: 1))),
    Case(
      "eqs_upcont", .equivalentSources(.init(depth: 8000, damping: 1, observationHeight: 4000))),
    Case("eqs_block", .equivalentSources(.init(depth: 8000, damping: 1, blockSize: 4000))),
  ]

  static let atConstraints: [Case] = [
    Case("constant_constraints", .constraintsMedian),
    Case("con_eqs_default", .constraintEquivalentSources(.init(damping: 0.01))),
    Case("con_eqs", .constraintEquivalentSources(.init(depth: 8000, damping: 1))),
    Case(
      "con_eqs_weighted", .constraintEquivalentSources(.init(depth: 8000, damping: 1)), weighted: true),
    Case(
      "con_eqs_block", .constraintEquivalentSources(.init(depth: 8000, damping: 1)), block: 5000),
    Case("con_verde_nodamp", .constraintSpline(dampings: [])),
    Case("con_verde_1em3", .constraintSpline(dampings: [1e-3])),
    Case("con_verde_w", .constraintSpline(dampings: [1e-3]), weighted: true),
    Case("con_verde_cv", .constraintSpline(dampings: dampings)),
    Case("con_verde_block", .constraintSpline(dampings: [1e-3]), block: 5000),
    Case("con_verde_block_w", .constraintSpline(dampings: [1e-3]), block: 5000, weighted: true),
  ]

  @Test(arguments: wholeMisfit + atConstraints)
  func matches(_ example: Case) throws {
    let file = try ClassicFile("e_regional_separation.nc")
    let misfit = file.grid("misfit")
    let result = try separateRegional(
      misfit: misfit, upward: file.grid("upward"), settings: example.settings,
      constraints: .reference(weighted: example.weighted), workers: .serial)
    let difference = largestDifference(result.regional.values, file.doubles("reg_" + example.name))
    print("reg_\(example.name): \(difference)")
    #expect(difference <= example.tolerance)
    let sum = zip(result.regional.values, result.residual.values).map(+)
    #expect(largestDifference(sum, misfit.values) <= 1e-12)
  }

  @Test func samplesOfTheMisfit() throws {
    let file = try ClassicFile("e_regional_separation.nc")
    let table = try Reference.table("ef_constraints.csv")
    let points = try ConstraintPoints.reference().points
    let misfit = BicubicSampler.sample(grid: file.grid("misfit"), at: points)
    let upward = BicubicSampler.sample(grid: file.grid("upward"), at: points)
    let d = largestDifference(misfit, table["misfit_at_point_bicubic"]!)
    print("samples \(d)")
    #expect(d <= 5e-5)
    #expect(largestDifference(upward, table["upward_obs_at_point_bicubic"]!) <= 1e-9)
  }
}
