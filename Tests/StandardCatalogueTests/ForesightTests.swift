import Manifests
import Planning
import Testing

@testable import StandardCatalogue

/// What the program's own kinds foresee, by message.
@Suite struct ForesightTests {
  private func messages(_ text: String) -> [String] {
    Self.resolve(text).diagnostics.map { "\($0.place.line): \($0.code): \($0.message)" }
  }

  private static func resolve(_ text: String) -> ResolutionResult {
    Resolver.resolve(
      manifestPath: "x.manifest", text: .texts(["x.manifest": text], existing: ["g.nc", "t.csv"]),
      catalogue: .standard)
  }

  /// Whatever lies between: every stage hands on what coordinates mean, project changes it.
  @Test func coordinatesThatMeanOtherPlaces() {
    func text(_ code: Int, _ between: String = "", _ relief: String = "t.grid") -> String {
      """
      [g : read_grid]
      file = file("g.nc")
      quantity = gravity
      height = 1 km
      crs = EPSG:32722
      [t : read_grid]
      file = file("g.nc")
      quantity = topography
      crs = EPSG:\(code)
      [part : cut]
      data <- g.grid
      region = 0, 10, 0, 10 km
      \(between)
      [e : topographic_effect]
      cells = prisms
      gravity <- part.data
      topography <- \(relief)
      """
    }
    #expect(
      messages(text(32723)).map { String($0.drop { $0 != ":" }) } == [
        ": M158: 'gravity' (part.data) and 'topography' (t.grid) have coordinates that mean other places: one is in "
          + "EPSG:32722 (WGS 84 / UTM zone 22S), the other in EPSG:32723 (WGS 84 / UTM zone 23S); bring them into one by "
          + "stages of kind 'project', or correct the crs where they are read"
      ])
    for code in [32722, 31982, 2154] { #expect(messages(text(code)) == []) }
    let projected =
      "[p : project]\ndata <- t.grid\nprojection = transverse_mercator\ncentral_longitude = LON deg\nscale = 0.9996\n"
      + "false_easting = 500 km\nfalse_northing = 10000 km\nspacing = 1 km"
    #expect(messages(text(4326, projected.replacing("LON", with: "-51"), "p.data")) == [])
    #expect(messages(text(4326, projected.replacing("LON", with: "-45"), "p.data")).count == 1)
  }

  private static let section = """
    [earth : wave_model]
    physics = acoustic2d
    region = 0 km, 2 km, 0 km, 1 km
    spacing = 20 m
    vp = 2 km/s
    rho = 2000 kg/m3
    [receivers : wave_receivers]
    layout = line
    start = RECEIVER, 100 m
    end = 1900 m, 100 m
    count = 5
    components = p
    [events : wave_events]
    name = "shot"
    x = SOURCE
    z = 500 m
    volume_rate = 1
    period = 0.2 s
    [smooth : smooth_model]
    model <- earth.model
    lengths = 100 m, 100 m
    [run : wave_simulation]
    model <- smooth.model
    receivers <- receivers.table
    event <- events.table
    duration = 1 s
    output_step = 10 ms

    """

  /// A source or a receiver outside of the section, an event that there is not: told before anything runs.
  @Test(arguments: [
    ("1 km", "100 m", "", []),
    (
      "2.5 km", "100 m", "",
      [
        "25: M154: source shot at x = 2500.0 m, z = 500.0 m lies outside the section: in the absorbing layer or above the "
          + "surface; the section has x = 0.0 … 2000.0 m, z = 0.0 … 1000.0 m"
      ]
    ),
    (
      "1 km", "-100 m", "",
      [
        "24: M154: receiver R1 at x = -100.0 m, z = 100.0 m lies outside the section: in the absorbing layer or above the "
          + "surface; the section has x = 0.0 … 2000.0 m, z = 0.0 … 1000.0 m"
      ]
    ),
    (
      "1 km", "100 m", "event_name = \"other\"", ["28: M154: there is no event \"other\"; the table has shot"]
    ),
  ])
  func placesOfWaves(source: String, receiver: String, more: String, expected: [String]) {
    let text = Self.section.replacing("SOURCE", with: source).replacing("RECEIVER", with: receiver)
    #expect(messages(text + more) == expected)
  }

  private static let data = "[data : read_grid]\nfile = file(\"g.nc\")\nquantity = gravity\n"
  private static let chain = """
    [start : starting_topography]
    method = flat
    height = 0 m
    region = 0, 40, 0, 30 km
    spacing = 1 km
    [inversion : topography_inversion]
    gravity <- data.grid
    topography <- start.topography
    damping <- damping.best
    density_contrast = 400 kg/m3
    zref = 0 m
    [damping : damping_cv]
    repeat = inversion
    limits = 0.001, 1

    """

  @Test func realDataAreToldOfSplitGrid() {
    #expect(
      messages(Self.data + "height = 10 m\n" + Self.chain) == [
        "17: M155: trials are compared by inversion.test_rmse, which has no value: it needs 'data.grid' with nodes held out, but none of its nodes is held out; put a stage of kind split_grid between, or set testing_data = yes where the model is made"
      ])
    let split = "[split : split_grid]\ngravity <- data.grid\n"
    let right = Self.chain.replacing("gravity <- data.grid", with: "gravity <- split.gravity")
    #expect(messages(Self.data + "height = 10 m\n" + split + right) == [])
  }

  /// One line, however many members.
  @Test func drawsWithoutUncertaintyAreOneMistake() {
    let ensemble = """
      [start : starting_topography]
      method = flat
      height = 0 m
      region = 0, 40, 0, 30 km
      spacing = 1 km
      [inversion : topography_inversion]
      gravity <- data.grid
      topography <- start.topography
      damping = 0.1
      density_contrast = 400 kg/m3
      zref = 0 m
      [ensemble : ensemble_loop]
      repeat = inversion
      runs = 300
      seed = 1
      data.grid ~ normal(uncertainty)
      """
    #expect(
      messages(Self.data + "height = 10 m\n" + ensemble) == [
        "20: M151: data.grid has no uncertainty to draw from: stage 'data' gives none; set its uncertainty or uncertainty_variable"
      ])
    #expect(messages(Self.data + "height = 10 m\nuncertainty = 1 mGal\n" + ensemble) == [])
  }

  @Test func aModelNeedsAContrastAndALevel() {
    let text =
      Self.data + "height = 10 m\n"
      + "[start : starting_topography]\nmethod = flat\nheight = 0 m\nregion = 0, 40, 0, 30 km\nspacing = 1 km\n"
      + "[forward : forward_gravity]\ngravity <- data.grid\ntopography <- start.topography\n"
    #expect(
      messages(text) == [
        "11: M150: 'gravity' needs 'density_contrast', which data.grid has not: give the setting 'density_contrast' or the input 'density_contrast_grid'",
        "11: M150: 'gravity' needs 'zref', which data.grid has not: give the setting 'zref' or the input 'zref_grid'",
      ])
    #expect(messages(text + "density_contrast = 400 kg/m3\nzref = 0 m") == [])
  }

  @Test func theSurfaceAloneNeedsNoContrast() {
    #expect(
      messages("[m : synthetic_model]\n[c : cut]\ndata <- m.topography\nregion = 0, 10, 0, 10 km") == [])
  }

  @Test func layersOfOtherNodesAreFound() {
    let text = """
      [m : synthetic_model]
      density_contrast = 2669 kg/m3
      [fine : synthetic_model]
      spacing = 500 m
      [start : starting_topography]
      method = flat
      height = 400 m
      like <- m.topography
      [i : topography_inversion]
      gravity <- m.gravity
      topography <- start.topography
      damping = 0.1
      upper_layer <- fine.topography
      """
    #expect(
      messages(text) == [
        "13: M152: 'upper_layer' (fine.topography: 81 x 61 nodes, 0 … 40000, 0 … 30000 m) and 'topography' (start.topography: 41 x 31 nodes, 0 … 40000, 0 … 30000 m) must have the same nodes"
      ])
  }
}

/// What can't work with ensembles of tables and of numbers is told before their members run.
@Suite struct EnsembleForesightTests {
  private static let members = """
    [model : synthetic_model]
    density_contrast = 2669 kg/m3
    constraints = 10
    constraints_noise = 5 m
    [start : starting_topography]
    method = spline
    constraints <- model.constraints
    like <- model.topography
    [known : score_at_points]
    surface <- start.topography
    points <- model.constraints
    [judged : command]
    program = "sh"
    arguments = "-c", "echo {setting.x} > square"
    outputs = square(number)
    x = 1
    [tables : ensemble_loop]
    repeat = known
    runs = 4
    model.constraints ~ normal(uncertainty)
    [numbers : ensemble_loop]
    repeat = judged
    runs = 4
    judged.x ~ uniform(0, 1)
    [s : merged_stats]

    """

  @Test(arguments: [
    ("members <- tables.members", []),
    ("members <- tables.members\nregion = 0, 1, 0, 1 km\nvariable = predicted", []),
    ("members <- numbers.members\nvariable = square", []),
    ("members <- numbers.members\nvariable = param_x", []),
    (
      "members <- numbers.members\nvariable = topography",
      ["27: M154: members hold no 'topography'; they hold 'square'"]
    ),
    (
      "members <- tables.members\ninner = 1 km",
      ["27: M154: 'inner' is a distance from the edges of a grid: members hold tables at 'table'"]
    ),
    (
      "members <- numbers.members\nregion = 0, 1, 0, 1 km\ntruth <- model.topography",
      [
        "27: M154: 'region' is a part of a grid or of places: members hold numbers at 'square'",
        "28: M154: a grid or a table is no truth of a number: members hold numbers at 'square'",
      ]
    ),
    (
      "members <- tables.members\nconstraints <- model.constraints",
      ["27: M154: members have no surface to compare with constraints: they hold tables"]
    ),
    (
      "members <- numbers.members\nweight_by = residual",
      [
        "27: M154: members have no residual to be weighed by: they hold numbers alone; weigh them by something else"
      ]
    ),
    (
      "members <- numbers.members\nweight_by = score",
      [
        "27: M154: members have no cross-validation score to be weighed by; only equivalent_sources_grid gives one"
      ]
    ),
    (
      "members <- tables.members\n[c : compare_grids]\nsurface <- s.statistics\nreference <- model.topography",
      ["28: M157: 'surface' takes a grid, and s.statistics will hold a table"]
    ),
    (
      "members <- tables.members\n[c : calibration]\nmembers <- numbers.members\npoints <- model.constraints",
      ["28: M154: members hold no surface to compare with points: no grid 'topography'"]
    ),
    (
      "members <- tables.members\n[v : sensitivity]\nrepeat = judged\nsamples = 4\nvariable = reg\njudged.x ~ uniform(0, 1)",
      ["30: M154: members hold no 'reg'; they hold 'square'"]
    ),
  ])
  func whatCannotWork(section: String, messages: [String]) {
    let text = Self.members + section + "\n"
    let result = Resolver.resolve(
      manifestPath: "x.manifest", text: .texts(["x.manifest": text]), catalogue: .standard)
    #expect(result.diagnostics.map { "\($0.place.line): \($0.code): \($0.message)" } == messages)
  }
}

/// What traces are is known along the arrows.
@Suite struct WaveForesightTests {
  private static let shots = """
    [earth : wave_model]
    physics = acoustic2d
    region = 0, 300, 0, 250 m
    spacing = 10 m
    vp = 2000 m/s
    rho = 2000 kg/m3
    [events : wave_events]
    x = 100 m
    z = 100 m
    volume_rate = 1
    period = 0.1 s
    [receivers : wave_receivers]
    layout = line
    start = 200, 100 m
    end = 200, 200 m
    count = 2
    components = p
    [one : wave_simulation]
    model <- earth.model
    event <- events.table
    receivers <- receivers.table
    duration = 1 s
    output_step = 2 ms
    [other : wave_simulation]
    model <- earth.model
    event <- events.table
    receivers <- receivers.table
    duration = 1 s
    output_step = 2 ms
    receiver_field = displacement
    [processed : process_waveforms]
    waveforms <- one.seismograms
    calculus = integrate

    """

  @Test(arguments: [
    ("one.seismograms", "other.seismograms", "the synthetics are velocity and the data displacement"),
    ("one.seismograms", "processed.waveforms", "the synthetics are velocity and the data displacement"),
    ("processed.waveforms", "other.seismograms", nil),
  ]) func comparisons(synthetic: String, observed: String, message: String?) {
    let text =
      Self.shots + "[m : waveform_misfit]\nkind = l2\nsynthetic <- \(synthetic)\nobserved <- \(observed)\n"
    let result = Resolver.resolve(
      manifestPath: "x.manifest", text: .texts(["x.manifest": text]), catalogue: .standard)
    #expect(result.diagnostics.map(\.message) == (message.map { [$0] } ?? []))
  }

  @Test func seismogramsAreNoAdjointSource() {
    let text = Self.shots + "[a : wave_adjoint]\nwavefield <- one.wavefield\nsource <- one.seismograms\n"
    let result = Resolver.resolve(
      manifestPath: "x.manifest", text: .texts(["x.manifest": text]), catalogue: .standard)
    #expect(
      result.diagnostics.map(\.message) == [
        "'source' holds velocity; it takes the adjoint source of waveform_misfit"
      ])
  }
}
