import Manifests
import Planning
import Testing

@testable import StandardCatalogue

/// Quantities along arrows: what is known to be another one than an input takes is refused before anything runs.
@Suite struct QuantityTests {
  private static let model = """
    [m : synthetic_model]
    density_contrast = 2669 kg/m3
    [s : starting_topography]
    method = flat
    height = 492 m
    like <- m.topography

    """

  private static func inversion(_ gravity: String, _ start: String) -> String {
    """
    [i : topography_inversion]
    gravity <- \(gravity)
    topography <- \(start)
    damping = 0.1
    density_contrast = 2669 kg/m3
    zref = 492 m

    """
  }

  private static func forward(_ line: String) -> String {
    "[f : forward_gravity]\ntopography <- m.topography\ngravity <- m.gravity\nzref = 400 m\n\(line)\n"
  }

  private static func read(_ quantity: String, _ line: String = "") -> String {
    "[g : read_grid]\nfile = file(\"g.nc\")\nquantity = \(quantity)\n\(line)\n"
  }

  private static func filter(_ data: String, _ type: String) -> String {
    "[d : filter_grid]\ndata <- \(data)\ntype = \(type)\n"
  }

  private static func messages(_ text: String) -> [String] {
    Resolver.resolve(
      manifestPath: "x.manifest", text: .texts(["x.manifest": model + text], existing: ["g.nc"]),
      catalogue: .standard
    ).diagnostics.map(\.message)
  }

  private static let densities =
    "input 'density_contrast_grid' takes density contrasts (kg m-3) or densities (kg m-3), but "

  @Test(arguments: [
    (forward("density_contrast_grid <- m.topography"), densities + "m.topography holds heights (m)"),
    (forward("density_contrast_grid <- m.gravity"), densities + "m.gravity holds gravity (mGal)"),
    (read("weights") + forward("density_contrast_grid <- g.grid"), densities + "g.grid holds weights"),
    (
      filter("m.topography", "lowpass\nfilter_width = 9 km") + forward("density_contrast_grid <- d.data"),
      densities + "d.data holds heights (m)"
    ),
    (
      "[r : resample]\ndata <- m.topography\nlike <- m.gravity\n"
        + forward("density_contrast_grid <- r.data"),
      densities + "r.data holds heights (m)"
    ),
    (
      read("density")
        + "[f : forward_gravity]\ntopography <- m.topography\ngravity <- m.gravity\nzref_grid <- g.grid\n",
      "input 'zref_grid' takes heights (m), but g.grid holds densities (kg m-3)"
    ),
    (
      read("topography") + inversion("g.grid", "s.topography"),
      "input 'gravity' takes gravity (mGal), but g.grid holds heights (m)"
    ),
    (
      read("gravity", "height = 1 km") + inversion("m.gravity", "g.grid"),
      "input 'topography' takes heights (m), but g.grid holds gravity (mGal)"
    ),
    (
      read("observed_gravity", "height = 1 km") + inversion("g.grid", "s.topography"),
      "input 'gravity' takes gravity (mGal), but g.grid holds observed gravity (mGal)"
    ),
    (
      filter("m.gravity", "up_deriv") + inversion("d.data", "s.topography"),
      "input 'gravity' takes gravity (mGal), but d.data holds derivatives of gravity (mGal)"
    ),
    (
      filter("m.topography", "easting_deriv") + inversion("m.gravity", "d.data"),
      "input 'topography' takes heights (m), but d.data holds derivatives of heights (m)"
    ),
    (
      "[d : gravity_disturbance]\ngravity <- m.gravity\n",
      "input 'gravity' takes observed gravity (mGal), but m.gravity holds gravity (mGal)"
    ),
    (
      read("topography") + "[a : add_grids]\ndata <- m.gravity\nother <- g.grid\n",
      "gravity (mGal) and heights (m) can't be added"
    ),
  ])
  func anotherQuantityIsRefused(_ text: String, _ message: String) {
    #expect(Self.messages(text).contains { $0.hasPrefix(message) }, "\(Self.messages(text))")
  }

  @Test(arguments: [
    read("density") + forward("density_contrast_grid <- g.grid"),
    read("density_contrast") + forward("density_contrast_grid <- g.grid"),
    filter("m.gravity", "up_continue\nheight_displacement = 1 km") + inversion("d.data", "s.topography"),
    filter("m.topography", "lowpass\nfilter_width = 9 km") + inversion("m.gravity", "d.data"),
    read("topography") + "[a : add_grids]\ndata <- m.topography\nother <- g.grid\n"
      + inversion("m.gravity", "a.data"),
    // An inversion for density gives both.
    inversion("m.gravity", "s.topography") + "style = density\ndensity_range = 2000, 3000 kg/m3\n"
      + forward("density_contrast_grid <- i.topography"),
  ])
  func theRightOneIsTaken(_ text: String) {
    #expect(
      Self.messages(text).allSatisfy { !$0.contains(" takes ") && !$0.contains("added") },
      "\(Self.messages(text))")
  }
}
