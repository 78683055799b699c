import Datasets
import Foundation
import NumericCore
import TestSupport
import Testing

/// What a model may be, and what an inversion may ask of it, through manifests: the shipped pipelines that show
/// it, with published numbers where there are some.
@Suite(.serialized) struct ModelOptionsTests {
  private func run(_ name: String, _ arguments: String...) throws -> TemporaryProject {
    let project = try TemporaryProject()
    try project.copyShipped(name)
    let outcome = try Program.run(
      ["run", "pipelines/\(name).manifest", "--no-report"] + arguments, in: project.root)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return project
  }

  private func rms(_ a: [Double], _ b: [Double]) -> Double {
    Statistics.rms(zip(a, b).map { $0 - $1 })
  }

  /// Invert4Geom's example of variable density: 18 iterations to six digits.
  @Test func variableDensityConvergesAsPublished() throws {
    let project = try run("variable_density")
    defer { project.remove() }
    let history = try NetCDFFile.read(project.result("variable_density", "inversion.history"))
    let expected = [
      5.751595, 3.366240, 2.245393, 1.642156, 1.266864, 1.008776, 0.821183, 0.680620, 0.573226,
      0.489929, 0.424459, 0.372359, 0.330413, 0.296267, 0.268184, 0.244865, 0.225330, 0.208829,
      0.194780,
    ]
    let found = try history.column("rmse")
    #expect(found.count == expected.count)
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) <= 2e-6 })
    #expect(history.attribute("termination_reason")?.text == "l2-norm tolerance")
    // The wrong, single density leaves a step along the boundary.
    let surface = try NetCDFFile.read(project.result("variable_density", "inversion.topography"))
    let density = try surface.doubles("density").map { abs($0) }
    #expect(Set(density) == [1799, 2999])
    #expect(surface.attribute("density_contrast") == nil)
  }

  @Test func densitiesComeBack() throws {
    let project = try run("density_inversion", "--profile", "ci")
    defer { project.remove() }
    let truth = try NetCDFFile.read(project.result("density_inversion", "zones.density_contrast"))
      .doubles("density_contrast")
    let found = try NetCDFFile.read(project.result("density_inversion", "inversion.topography"))
    let start = rms(Array(repeating: 2600, count: truth.count), truth)
    let error = rms(try found.doubles("density_contrast"), truth)
    #expect(error < 0.5 * start, "\(error) of \(start) kg/m³")
    #expect(found["correction"]?.units == "kg m-3")
    #expect(try found.doubles("density_contrast").allSatisfy { (1500...3500).contains($0) })
    #expect(try found.doubles("topography") == found.doubles("starting_topography"))
  }

  @Test func theMohoOfTesseroids() throws {
    let project = try run("tesseroid_moho", "--profile", "ci")
    defer { project.remove() }
    let surface = try NetCDFFile.read(project.result("tesseroid_moho", "inversion.topography"))
    #expect(surface["topography"]?.dimensions == ["latitude", "longitude"])
    #expect(surface["longitude"]?.units == "degrees_east")
    let error = try NetCDFFile.readScalar(project.result("tesseroid_moho", "error.rms_error"))
    let truth = try NetCDFFile.read(project.result("tesseroid_moho", "moho.topography"))
      .doubles("topography")
    let start = Statistics.rms(truth.map { $0 + 35e3 })
    #expect(error < 0.2 * start, "\(error) of \(start) m")
  }

  @Test func maskAndCeilingBind() throws {
    let project = try run("constraining")
    defer { project.remove() }
    let file = try NetCDFFile.read(project.result("constraining", "inversion.topography"))
    let (surface, start) = (try file.grid("topography"), try file.doubles("starting_topography"))
    let region = Region(west: 8000, east: 32_000, south: 6000, north: 24_000)
    let nodes = surface.geometry.nodes
    for node in start.indices {
      if region.contains(easting: nodes.easting[node], northing: nodes.northing[node]) {
        #expect(surface.values[node] <= 600 + 1e-9)
      } else {
        #expect(surface.values[node] == start[node])
      }
    }
    #expect(surface.values != start)
    #expect(surface.values.contains { abs($0 - 600) <= 1e-9 })
  }

  /// Invert4Geom's how-to on adhering to constraints, two layers on 500 m nodes.
  @Test func adheringConvergesAsPublished() throws {
    let project = try run("adhering", "--set", "inversion.max_iterations=2")
    defer { project.remove() }
    let predicted = try NetCDFFile.read(project.result("adhering", "predicted.gravity"))
    #expect(abs(try predicted.doubles("forward_gravity")[0] + 2.369614) <= 1e-6)
    let history = try NetCDFFile.read(project.result("adhering", "inversion.history")).column("rmse")
    for (found, published) in zip(history, [5.796239, 3.921412, 2.819363]) {
      #expect(abs(found - published) <= 2e-6, "\(history)")
    }
  }

  /// Every term of the regularisation and the data's weights, chosen by held-out data with `search`.
  @Test func regularisationIsChosenBySearch() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write(
      "pipelines/search.manifest",
      """
      [model : synthetic_model]
      spacing = 2 km
      density_contrast = 2669 kg/m3
      gravity_noise = 1 mGal
      testing_data = yes

      [start : starting_topography]
      method = flat
      height = 492 m
      like <- model.topography

      [best : search]
      repeat = inversion
      score = inversion.test_rmse
      sampler = halton
      trials = 6
      inversion.smoothness ~ log_uniform(1e-4, 1)
      inversion.curvature ~ log_uniform(1e-4, 1)
      inversion.reference_weight ~ log_uniform(1e-4, 1)

      [inversion : topography_inversion]
      gravity <- model.gravity
      topography <- start.topography
      reference_model <- start.topography
      damping = 0.01
      data_weights = uncertainty
      smoothness <- best.best_smoothness
      curvature <- best.best_curvature
      reference_weight <- best.best_reference_weight
      max_iterations = 8
      """)
    let outcome = try project.pipe("run", "pipelines/search.manifest", "--no-report")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let scores = try NetCDFFile.read(project.result("search", "best.scores")).column("score")
    #expect(Set(scores).count == 6)
    let final = try NetCDFFile.readScalar(project.result("search", "inversion.test_rmse"))
    #expect(abs(final - (scores.min() ?? 0)) <= 1e-12)
  }

  /// Members of a density inversion keep their densities; wells in longitude and latitude score a Moho.
  @Test func ensemblesOfDensitiesAndWellsOnTheGlobe() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write("data/wells.csv", "lon,lat,upward\n12.3,43.1,-35000\n376.5,44.7,-34000\n")
    try project.write(
      "pipelines/members.manifest",
      """
      [model : synthetic_model]
      spacing = 5 km
      density_contrast = 2669 kg/m3
      gravity_noise = 1 mGal
      zref = 0 m

      [inversion : topography_inversion]
      gravity <- model.gravity
      topography <- model.topography
      style = density
      damping = 0.01

      [members : ensemble_loop]
      repeat = inversion
      runs = 2
      model.gravity ~ normal(uncertainty)

      [moho : synthetic_moho]
      region = 10 deg, 18 deg, 40 deg, 48 deg
      spacing = 2 deg
      density_contrast = 400 kg/m3

      [wells : read_table]
      file = file("../data/wells.csv")
      longitude = "lon"
      latitude = "lat"

      [globe : topography_inversion]
      gravity <- moho.gravity
      topography <- moho.topography
      constraints <- wells.table
      model = tesseroids
      damping = 0.001
      max_iterations = 2
      """)
    let outcome = try project.pipe("run", "pipelines/members.manifest", "--no-report")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let members = try NetCDFFile.read(project.result("members", "members.members"))
    #expect(members["density_contrast"]?.dimensions == ["run", "northing", "easting"])
    let values = try members.doubles("density_contrast")
    #expect(values.prefix(values.count / 2) != values.suffix(values.count / 2))
    let score = try NetCDFFile.readScalar(project.result("members", "globe.constraints_rmse"))
    #expect(score.isFinite && score > 0 && score < 20e3)
  }

  @Test(.needsReference) func furtherFieldsOfThePrisms() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write(
      "pipelines/fields.manifest",
      """
      [model : synthetic_model]
      density_contrast = 2669 kg/m3
      testing_data = yes

      [predicted : forward_gravity]
      topography <- model.topography
      gravity <- model.gravity
      fields = potential, g_e, g_zz
      """)
    let outcome = try project.pipe("run", "pipelines/fields.manifest", "--no-report")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let found = try NetCDFFile.read(project.result("fields", "predicted.gravity"))
    #expect(found["potential"]?.units == "J kg-1" && found["g_zz"]?.units == "Eotvos")
    let reference = try Reference.dataset("b_prism_forward.nc")
    for name in ["potential", "g_e", "g_zz"] {
      let worst = zip(try found.doubles(name), try reference.doubles(name)).map { abs($0 - $1) }.max()
      #expect(worst ?? 1 <= 1e-8, "\(name): \(worst ?? .nan)")
    }
  }

  static let mistakes: [(String, String)] = [
    ("fields = potential\nmodel = tesseroids", "the grid is in projected metres"),
    (
      "fields = g_zz\nmodel = tesseroids",
      "error M144: 'model' and 'fields' don't go together: tesseroids have the fields potential and g_z, not g_zz\n"
    ),
    (
      "density_contrast = 2669 kg/m3\ndensity_contrast_grid <- zones.density_contrast",
      "error M142: 'density_contrast' and input 'density_contrast_grid' exclude each other; keep one\n"
    ),
    (
      "density_contrast = 0 kg/m3",
      "error M144: 'density_contrast' is zero: a layer without contrast has no gravity\n"
    ),
  ]

  @Test(arguments: mistakes.indices) func mistakesAreNamed(_ index: Int) throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write(
      "pipelines/wrong.manifest",
      """
      [zones : density_zones]
      above = 1 g/cm3
      below = 2 g/cm3

      [model : synthetic_model]
      density_contrast = 2669 kg/m3

      [predicted : forward_gravity]
      topography <- model.topography
      gravity <- model.gravity
      \(Self.mistakes[index].0)
      """)
    let outcome = try project.pipe("run", "pipelines/wrong.manifest", "--no-report")
    #expect(outcome.status != 0)
    #expect(outcome.errors.contains(Self.mistakes[index].1), "\(outcome.errors)")
  }

  static let inversions: [(String, [String])] = [
    (
      "step_size = 2 m",
      [
        "'step_size' has no meaning with derivative = exact (default); leave it out or use it with derivative = "
          + "finite_difference"
      ]
    ),
    (
      "style = density\nstep_limit = 1 m\nupper_layer <- model.topography\ndensity_range = 3, 2 g/cm3",
      [
        "'step_limit' has no meaning with style = density: it is a length; density_range is for style density; leave it "
          + "out or use it with style = geometry",
        "input 'upper_layer' has no meaning with style = density: it bounds a surface, which style density leaves where "
          + "it is; leave it out or use it with style = geometry",
        "'density_range' goes from low to high, but 3000 kg/m3 is not below 2000 kg/m3",
      ]
    ),
    (
      "density_range = 1, 2 g/cm3",
      [
        "'density_range' has no meaning with style = geometry (default); leave it out or use it with style = density"
      ]
    ),
    (
      "reference_model <- model.topography",
      [
        "'reference_weight' is needed with input 'reference_model' and smoothness_of = surface (default): a reference has no effect "
          + "without a weight"
      ]
    ),
    (
      "reference_model <- model.topography\nreference_weight = 0",
      ["'reference_weight' must be above 0: input 'reference_model' has no effect without a weight"]
    ),
    (
      "reference_weight = 1",
      [
        "'reference_weight' has no meaning without input 'reference_model'; leave it out or use it with input "
          + "'reference_model'"
      ]
    ),
    (
      "derivative = annulus\nmodel = tesseroids",
      [
        "'derivative' and 'model' don't go together: the annulus is a derivative of prisms; tesseroids take exact or "
          + "finite_difference"
      ]
    ),
    (
      "buffer_width = 1 km\nbuffer_angle = 1 deg",
      ["'buffer_width' and 'buffer_angle' exclude each other: a grid is in metres or in degrees; keep one"]
    ),
  ]

  /// Before anything runs.
  @Test(arguments: inversions.indices) func mistakesOfInversionsAreForeseen(_ index: Int) throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    try project.write(
      "pipelines/wrong.manifest",
      """
      [model : synthetic_model]
      density_contrast = 2669 kg/m3

      [inversion : topography_inversion]
      gravity <- model.gravity
      topography <- model.topography
      damping = 0.1
      \(Self.inversions[index].0)
      """)
    let outcome = try project.pipe("check", "pipelines/wrong.manifest")
    #expect(outcome.status == 65)
    let told = outcome.errors.split(separator: "\n").compactMap { line -> String? in
      guard let mark = line.firstRange(of: "error M") else { return nil }
      return String(line.suffix(from: mark.upperBound).dropFirst(5))
    }
    #expect(told == Self.inversions[index].1)
  }
}
