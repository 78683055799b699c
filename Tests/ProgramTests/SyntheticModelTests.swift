import Datasets
import Foundation
import NumericCore
import Testing

/// What a synthetic model may be beyond the published ones.
@Suite struct SyntheticModelTests {
  /// A large model goes by the fast operators, which agree with direct sums at a few of its nodes.
  @Test func largeModelsAreQuick() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write(
      "pipelines/large.manifest",
      """
      [model : synthetic_model]
      spacing = 500 m
      region = 0 km, 90 km, 0 km, 90 km
      density_contrast = 2669 kg/m3
      regional_density_contrast = 400 kg/m3

      [part : cut]
      region = 40 km, 41 km, 30 km, 31 km
      data <- model.gravity

      [upper : forward_gravity]
      topography <- model.topography
      gravity <- part.data
      """)
    func misfit(_ settings: String...) throws -> [Double] {
      let set = settings.flatMap { ["--set", $0] }
      let outcome = try Program.run(
        ["run", "pipelines/large.manifest", "--no-report"] + set, in: project.root)
      #expect(outcome.status == 0, "\(outcome.errors)")
      return try NetCDFFile.read(project.result("large", "upper.gravity")).doubles("misfit")
    }
    let alone = try misfit("model.regional_density_contrast=0 kg/m3")
    #expect(alone.count == 9 && alone.allSatisfy { abs($0) <= 2e-9 }, "\(alone)")
    let told = try project.pipe("log", "model", "pipelines/large.manifest").output
    #expect(told.contains("fast operators"), "\(told)")
    let direct = try project.pipe("log", "upper", "pipelines/large.manifest").output
    #expect(direct.contains("direct sums"), "\(direct)")
    #expect(try misfit().allSatisfy { abs($0) > 1e-3 }, "the deeper surface has gravity, too")
  }

  /// Noise in per cent of the greatest gravity is that of the same deviation; of each value it is the stronger the
  /// greater that is.
  @Test func noiseAsPartOfTheGravity() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    func gravity(_ lines: String) throws -> Dataset {
      try project.write(
        "pipelines/noise.manifest", "[model : synthetic_model]\ndensity_contrast = 2669 kg/m3\n" + lines)
      let outcome = try project.pipe("run", "pipelines/noise.manifest", "--no-report")
      #expect(outcome.status == 0, "\(outcome.errors)")
      return try NetCDFFile.read(project.result("noise", "model.gravity"))
    }
    let clean = try gravity("").doubles("gravity_anomaly")
    let greatest = try #require(clean.map { abs($0) }.max())
    let ofMaximum = try gravity("gravity_noise_fraction = 2 %")
    let deviation = 0.02 * greatest
    #expect(try ofMaximum.doubles("uncert").allSatisfy { $0 == deviation })
    let absolute = try gravity("gravity_noise = \(deviation) mGal").doubles("gravity_anomaly")
    #expect(
      try zip(absolute, ofMaximum.doubles("gravity_anomaly")).allSatisfy { abs($0 - $1) <= 1e-12 * greatest })
    let ofValue = try gravity("gravity_noise_fraction = 2 %\ngravity_noise_of = value").doubles("uncert")
    #expect(zip(ofValue, clean).allSatisfy { abs($0 - 0.02 * abs($1)) <= 1e-15 * greatest })
    let wrong = [
      (
        "gravity_noise_of = value",
        "error M140: 'gravity_noise_of' has no meaning without 'gravity_noise_fraction'; leave it out or use it with "
          + "'gravity_noise_fraction'\n"
      ),
      (
        "gravity_noise = 1 mGal\ngravity_noise_fraction = 1 %",
        "error M142: 'gravity_noise' and 'gravity_noise_fraction' exclude each other; keep one\n"
      ),
    ]
    for (lines, answer) in wrong {
      try project.write(
        "pipelines/wrong.manifest", "[model : synthetic_model]\ndensity_contrast = 2669 kg/m3\n" + lines)
      let outcome = try project.pipe("run", "pipelines/wrong.manifest", "--no-report")
      #expect(outcome.status == 65 && outcome.errors.contains(answer), "\(outcome.errors)")
    }
  }
}
