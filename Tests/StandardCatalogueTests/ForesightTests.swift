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
