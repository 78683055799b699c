import Manifests
import Testing

@testable import Planning

@Suite struct ResolverTests {
  @Test func exampleResolves() throws {
    let result = resolve(exampleManifest)
    #expect(rendered(result) == [])
    let pipeline = try #require(result.pipeline)
    #expect(pipeline.name == "x")
    #expect(
      pipeline.stages.map(\.name) == ["model", "start", "damping", "inversion", "ensemble", "statistics"])
    let model = try #require(pipeline["model"])
    #expect(model.settings["spacing"] == .variable("spacing", .number(ExactDecimal(1000))))
    #expect(model.settings["density_contrast"] == .value(.number(ExactDecimal(2669))))
    #expect(model.settings["gravity_noise"] == .value(.number(try #require(ExactDecimal("2e-6")))))
    #expect(model.settings["testing_data"] == .value(.boolean(true)))
    #expect(model.settings["title"] == nil)
    let inversion = try #require(pipeline["inversion"])
    #expect(inversion.settings["damping"] == .output(PortReference(stage: "damping", port: "best")))
    #expect(inversion.inputs["gravity"] == PortReference(stage: "model", port: "gravity"))
    #expect(inversion.settings["l2_norm_tolerance"] == .value(.number(try #require(ExactDecimal("0.2")))))
    let ensemble = try #require(pipeline["ensemble"])
    #expect(
      ensemble.variations.map(\.target.inWords)
        == ["model.gravity", "model.constraints", "inversion.density_contrast", "inversion.zref"])
    #expect(ensemble.variations[1].distribution.options == ["low_pass": .number(ExactDecimal(10_000))])
    #expect(
      ensemble.variations[3].distribution
        == Distribution(name: "uniform", arguments: [.number(ExactDecimal(480)), .number(ExactDecimal(505))]))
    #expect(pipeline.expectations.map(\.text) == ["statistics.rms_error <= 40 m"])
    let damping = try #require(pipeline["damping"])
    #expect(pipeline.outputs(of: damping).map(\.name) == ["scores", "best_damping", "best"])
  }

  @Test func unitsGiveTheSameValues() {
    func noise(_ text: String) -> SettingSource? {
      resolve("[m : synthetic_model]\nspacing = 1 km\ngravity_noise = \(text)\n").pipeline?["m"]?.settings[
        "gravity_noise"]
    }
    #expect(noise("0.2 mGal") != nil)
    #expect(noise("0.2 mGal") == noise("200 uGal"))
    #expect(noise("0.2mGal") == noise("200 µGal"))
    #expect(noise("0.2 mGal") == noise("2e-6 m/s²"))
  }

  @Test func listsShareAUnitAndRangesComeApart() {
    func region(_ text: String) -> SettingSource? {
      resolve("[m : synthetic_model]\nspacing = 1 km\nregion = \(text)\n").pipeline?["m"]?.settings["region"]
    }
    #expect(region("0 km, 40 km, 0 km, 30 km") != nil)
    for text in [
      "0, 40, 0, 30 km", "0 .. 40 km, 0 .. 30 km", "0 .. 40, 0 .. 30 km", "0, 40,\n  0,  # c\n\n 30 km",
    ] {
      #expect(region(text) == region("0 km, 40 km, 0 km, 30 km"), "\(text)")
    }
  }

  @Test func profileAndOverrides() throws {
    let profile = try #require(resolve(exampleManifest, profile: "ci").pipeline)
    #expect(profile["model"]?.settings["spacing"] == .variable("spacing", .number(ExactDecimal(8000))))
    #expect(profile["ensemble"]?.settings["runs"] == .value(.number(ExactDecimal(8))))
    let overrides = [
      ("spacing", "2 km"), ("inversion.damping", "0.5"), ("spacing", "4 km"), ("pipeline.runs", "3"),
    ]
    let set = resolve(exampleManifest, overrides: overrides.map { (name: $0.0, value: $0.1) }, profile: "ci")
    #expect(
      rendered(set) == [
        "--set pipeline.runs=3: warning M063: pipeline setting 'runs' is not used"
      ])
    #expect(set.pipeline?["model"]?.settings["spacing"] == .variable("spacing", .number(ExactDecimal(4000))))
    #expect(
      set.pipeline?["inversion"]?.settings["damping"] == .value(.number(try #require(ExactDecimal("0.5")))))
  }

  @Test func filesAreFoundBesideTheManifestThatNamesThem() {
    let result = Resolver.resolve(
      manifestPath: "/p/a/x.manifest",
      text: .texts(
        [
          "/p/a/x.manifest": "include \"../b/y.manifest\"\n",
          "/p/b/y.manifest": "[g : read_grid]\npath = file(\"../data/g.nc\")\n",
        ], existing: ["/p/data/g.nc"]),
      catalogue: toyCatalogue)
    #expect(rendered(result) == [])
    #expect(result.pipeline?["g"]?.settings["path"] == .value(.file("/p/data/g.nc")))
  }

  @Test func familyOfItsOwnTargetIsNoCircle() {
    let manifest = """
      [m : synthetic_model]
      spacing = 1 km
      [i : topography_inversion]
      gravity <- m.gravity
      topography <- m.topography
      zref <- s.best_zref
      [s : search]
      repeat = i
      score = i.score
      i.zref ~ uniform(0, 1) km
      """
    #expect(rendered(resolve(manifest)) == [])
    let other = manifest.replacing("zref <- s.best_zref", with: "density_contrast = 1 g/cm3")
      .replacing("spacing = 1 km", with: "spacing <- s.best_zref")
    #expect(
      rendered(resolve(other)) == [
        "x.manifest:1:2: error M111: stages depend on each other in a circle: m → s → m"
      ])
  }
}
