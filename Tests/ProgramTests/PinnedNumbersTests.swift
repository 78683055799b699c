import Datasets
import Foundation
import Planning
import Testing

@testable import StandardCatalogue

/// What every kind of stage computes, pinned with its version: whoever changes a number without raising
/// the version would let old results of the store pass for new ones.
@Suite struct PinnedNumbersTests {
  static let manifest = """
    [model : synthetic_model]
    spacing = 5 km
    density_contrast = 2669 kg/m3
    gravity_noise = 0.2 mGal
    testing_data = yes
    constraints = 12
    constraints_noise = 5 m
    regional_density_contrast = 430 kg/m3

    [split : split_table]
    table <- model.constraints

    [dense : synthetic_model]
    spacing = 5 km
    density_contrast = 2669 kg/m3
    gravity_noise = 0.2 mGal

    [held : split_grid]
    gravity <- dense.gravity
    method = interpolated

    [sampled : sample_grid]
    data <- dense.gravity
    points <- model.constraints

    [start : starting_topography]
    method = spline
    constraints <- split.training
    like <- model.gravity

    [predicted : forward_gravity]
    topography <- start.topography
    gravity <- model.gravity
    zref = 492 m

    [regional : regional_separation]
    method = constraints
    gravity <- predicted.gravity
    constraints <- split.training
    damping = 1
    drift = none

    [damping : damping_cv]
    repeat = inversion
    trials = 3

    [inversion : topography_inversion]
    gravity <- regional.gravity
    topography <- start.topography
    constraints <- split.testing
    damping <- damping.best
    max_iterations = 5

    [best : search]
    repeat = inversion
    score = inversion.constraints_rmse
    sampler = halton
    trials = 3
    predicted.zref ~ uniform(480, 500) m

    [ensemble : ensemble_loop]
    repeat = inversion
    runs = 3
    model.gravity ~ normal(uncertainty, data_low_pass = 3 km)
    split.training ~ normal(uncertainty)
    predicted.density_contrast ~ normal(2669, 50) kg/m3

    [statistics : merged_stats]
    members <- ensemble.members
    truth <- model.topography

    [indices : sensitivity]
    repeat = predicted
    samples = 2
    variable = misfit
    predicted.zref ~ uniform(480, 500) m
    model.gravity ~ normal(uncertainty)

    [coverage : calibration]
    statistics <- statistics.statistics
    points <- split.testing

    [score : score_at_points]
    surface <- statistics.statistics
    points <- split.testing

    [error : compare_grids]
    surface <- inversion.topography
    reference <- model.topography

    [zones : density_zones]
    spacing = 5 km
    above = 2000 kg/m3
    below = 2700 kg/m3

    [weights : distance_weights]
    points <- split.training
    like <- start.topography

    [mask : region_mask]
    like <- start.topography
    region = 5 km, 35 km, 5 km, 25 km

    [surface : starting_topography]
    method = minimum_curvature
    constraints <- split.training
    like <- model.gravity
    outside <- model.topography
    inside_region = 10 km, 30 km, 5 km, 25 km
    buffer_width = 5 km

    [tuned : regional_separation]
    method = constraints_cv
    grid_method = minimum_curvature
    drift = none
    gravity <- predicted.gravity
    constraints <- split.training
    mask <- mask.mask
    trials = 3
    folds = 3

    [surface_fit : gravity_misfit]
    gravity <- regional.gravity
    topography <- start.topography
    smoothness = 0.001

    [agreement : compare_gravity]
    field <- tuned.gravity
    reference <- regional.gravity
    reference_variable = "reg"

    [edge : edge_decay]
    like <- model.topography
    buffer = 10 %
    top = 492 m
    zref = 0 m
    density = 2669 kg/m3
    amplitude = 100 m
    wavelength = 20 km

    [densities : topography_inversion]
    gravity <- regional.gravity
    topography <- start.topography
    density_contrast_grid <- zones.density_contrast
    zref = 0 m
    weights <- weights.weights
    mask <- mask.mask
    style = density
    damping = 0.001
    smoothness = 0.001
    max_iterations = 3

    [parts : split_table]
    table <- model.constraints
    method = blocked_kfold
    folds = 3
    block_size = 8 km

    [judged : regional_score]
    gravity <- regional.gravity
    points <- parts.testing
    true_regional <- regional.gravity

    [part_start : starting_topography]
    method = spline
    dampings = 1e-6
    constraints <- parts.training
    like <- tile.data

    [tile : cut]
    data <- model.topography
    region = 0 km, 40 km, 0 km, 30 km

    [tile_data : cut]
    data <- regional.gravity
    region = 0 km, 40 km, 0 km, 30 km

    [tile_inversion : topography_inversion]
    gravity <- tile_data.data
    topography <- part_start.topography
    constraints <- parts.testing
    density_contrast = 2669 kg/m3
    zref = 492 m
    damping = 0.1
    max_iterations = 2

    [folded : search]
    repeat = tile_inversion
    score = tile_inversion.constraints_rmse
    folds = parts
    fold_average = median
    trials = 3
    tile_inversion.zref ~ uniform(480, 500) m

    [tiles : windowed_search]
    repeat = tile_inversion
    score = tile_inversion.test_rmse
    windows = tile_data
    padded_windows = tile
    points <- model.constraints
    region = 0 km, 40 km, 0 km, 30 km
    spacing = 5 km
    window_width = 20 km
    window_buffer = 5 km
    trials = 3
    tile_inversion.density_contrast ~ uniform(2500, 2800) kg/m3

    [moho : synthetic_moho]
    region = 10 deg, 20 deg, 40 deg, 48 deg
    spacing = 2 deg
    density_contrast = 400 kg/m3

    [level : starting_topography]
    method = flat
    height = -35 km
    like <- moho.topography

    [globe : topography_inversion]
    gravity <- moho.gravity
    topography <- level.topography
    model = tesseroids
    damping = 0.001
    max_iterations = 3
    """

  /// Stages that read measurements, which `MeasuredSample` makes.
  static let measured = """
    [stations : read_table]
    file = file("../data/stations.csv")
    longitude = "lon"
    latitude = "lat"
    upward = "h"
    gravity = "g"

    [relief_map : read_grid]
    file = file("../data/relief.xyz")
    quantity = topography

    [relief : project]
    data <- relief_map.grid
    projection = transverse_mercator
    central_longitude = 20 deg
    spacing = 20 km

    [disturbance : gravity_disturbance]
    gravity <- stations.table

    [round : topographic_effect]
    cells = tesseroids
    topography <- relief_map.grid
    gravity <- disturbance.gravity

    [placed : project]
    data <- round.gravity
    projection = transverse_mercator
    central_longitude = 20 deg

    [flat : topographic_effect]
    cells = prisms
    topography <- relief.data
    gravity <- placed.data

    [bouguer : bouguer_disturbance]
    gravity <- flat.gravity

    [thinned : block_reduce]
    table <- bouguer.gravity
    block_size = 30 km

    [grid : equivalent_sources_grid]
    table <- thinned.table
    height = 6 km
    spacing = 20 km
    method = gradient_boosted
    window_size = 200 km
    dampings = 0.01, 1

    [slope : filter_grid]
    data <- grid.gravity
    type = total_gradient

    [part : cut]
    data <- slope.data
    region = -60 km, 60 km, -3220 km, -3100 km

    [fine : resample]
    data <- part.data
    spacing = 15 km

    [doubled : add_grids]
    data <- relief.data
    other <- relief.data
    """

  /// Stage of the manifests → version of its kind and digest of what it wrote.
  static let pinned: [String: (version: Int, digest: String)] = [
    "agreement": (2, "ad75d20a4aea091c"),
    "best": (2, "c54fce3ca15450d6"),
    "bouguer": (1, "dec1161494cad1e1"),
    "damping": (2, "8b86647ade42a487"),
    "doubled": (1, "1bd29e6928aa536"),
    "disturbance": (1, "a8f7e98d9b4827c3"),
    "edge": (1, "cea3ad56f2725806"),
    "ensemble": (4, "2aa99c1173786f69"),
    "error": (1, "b59acebbab7b0965"),
    "fine": (2, "dd774f42062e6665"),
    "flat": (2, "e34485eb6ddb1b80"),
    "coverage": (3, "f733294dd257756b"),
    "grid": (3, "1a369b67592cdf54"),
    "held": (1, "6916a26e0d27f979"),
    "indices": (2, "975b5b389c22fb83"),
    "inversion": (7, "da04639be61b11a4"),
    "dense": (4, "eab2fc42a4489273"),
    "densities": (7, "3f54a33c997e2f17"),
    "globe": (7, "83e9aac97227d760"),
    "level": (3, "a80d0069dc5bf304"),
    "mask": (2, "e9cd938599d4b9eb"),
    "moho": (1, "c9a651b074fd0014"),
    "weights": (1, "69ddf6f5e7a85f07"),
    "zones": (1, "d4abea4cf7f3b24a"),
    "model": (4, "bfe786540c4969be"),
    "part": (2, "893c948eec5954f4"),
    "placed": (3, "5fada8ae7ca1349e"),
    "predicted": (5, "95f3cceb65f0437c"),
    "regional": (5, "914917e4f17f5ab8"),
    "relief": (3, "6c8434de6d53ec16"),
    "relief_map": (4, "dfb63bf28cabd744"),
    "round": (2, "40ffb1907693e6dc"),
    "sampled": (2, "4df995aba85d4de3"),
    "score": (3, "84d6b03e3b88d1fa"),
    "slope": (2, "61eefd1630abf57e"),
    "split": (1, "a98fa07703dd04a8"),
    "start": (3, "7a54b7a12704865e"),
    "stations": (3, "e4e86ea1e803ed74"),
    "statistics": (3, "88930431ad3d4f1b"),
    "surface": (3, "4cbee7a41b73396e"),
    "folded": (2, "d81fd16ccd234171"),
    "judged": (2, "df866346233b2c35"),
    "part_start": (3, "442fe34ba83b4fe5"),
    "parts": (1, "a90003c3da87bcb0"),
    "tile": (2, "fe15ce89382d4b86"),
    "tile_data": (2, "e9c1627d2b88c01f"),
    "tile_inversion": (7, "ea7c96c5c55e7fda"),
    "tiles": (3, "52fc05a345d95c8"),
    "thinned": (2, "e18da5c3c641918"),
    "tuned": (5, "72898034dad8328f"),
    "medium": (1, "238907a014374ff7"),
    "true_medium": (1, "cd0352c6d37d8b"),
    "softened": (1, "255ae495fe610953"),
    "shots": (1, "af9da97e7a27f60e"),
    "shot_row": (1, "af9da97e7a27f60e"),
    "geophones": (1, "9469aeb8b512a2eb"),
    "recorded": (1, "69ca165681eaf9d2"),
    "simulated": (1, "ce4e43cebd397670"),
    "records": (1, "4944b790c462c0c0"),
    "filtered": (1, "28e1bc50d2c3e2b"),
    "stretches": (1, "8f1e571b21c6ff80"),
    "fit": (1, "2bd455bab026d981"),
    "slopes": (2, "ff88bbba15124f53"),
    "slope_test": (1, "3158402800a1f327"),
    "basin": (4, "40bf2ab3053f3dea"),
    "both_folds": (4, "9e3678ad723ac827"),
    "compared": (1, "c6a53b316394d8ab"),
    "counted": (1, "8942cde4790cc3c0"),
    "fold_of_two": (1, "46a980f1e99f2882"),
    "kept": (1, "6cb5e3807e949a63"),
    "kriged": (1, "26e78617dcd9db60"),
    "kriged_ensemble": (4, "1b3d4db560114a3c"),
    "kriged_forward": (5, "cd40f8828047dc4f"),
    "kriged_inversion": (7, "ef3bb2d00f7f5386"),
    "kriged_regional": (5, "aba4562f39d31200"),
    "kriged_start": (3, "b3c9a5464dfc11d2"),
    "kriged_statistics": (3, "8a6b4df6961d67c4"),
    "made": (1, "aa350ae6e148e997"),
    "made_true": (1, "1e7f959e6c194c7f"),
    "probable": (1, "3fa8291003aabf36"),
    "random": (1, "55786535e37e218d"),
    "together": (1, "e4aa7f489a77d48b"),
    "truths": (4, "e40b0466d87fe459"),
    "answered": (1, "ab462ab080cf3445"),
    "chamber": (1, "485d0077be4bcd08"),
    "crystal": (1, "93e0ed0e3d1c2683"),
    "drawn": (2, "443d33d4a8b5b49e"),
    "points_of_ground": (3, "83ace562ae344a52"),
    "trained": (2, "375451b80eb4344d"),
    "chained": (1, "ee2e3d0ecfb52924"),
    "descent": (2, "649a2e226758524b"),
    "linearised": (2, "e4e154ac693c3851"),
    "smoothed": (2, "302bf7b66cdd659a"),
    "stretched": (1, "22850bd1ac94c738"),
    "surface_fit": (1, "262e653b11b95733"),
    "varied": (2, "991158fd9fa389a2"),
    "believed": (1, "b3bd5824ffb71312"),
    "calibrated_network": (1, "8c7672ab3c3d57b7"),
    "layer": (4, "47aeafcee9c5853f"),
    "layer_gravity": (5, "12b68a1da0c49b72"),
    "answered_narrowed": (1, "3e4eb33e1b0a63e4"),
    "compared_answers": (1, "dc40acdaa234e03a"),
    "crossed": (1, "ee6ef7f48d4af8e9"),
    "crossing": (1, "2dd56c5e1f428280"),
    "fits": (1, "7f8516d5d79a964b"),
    "lateness": (1, "dfe4c81ec883f6f6"),
    "likely": (1, "30d38fcf21dd42f3"),
    "narrowed": (2, "c2d7672537acf1dd"),
    "perfect_fit": (1, "2dc126bab7ffc0f7"),
    "pull": (1, "96fcb323619d95db"),
    "pull_misfit": (1, "68d63e681505f730"),
    "sequence": (1, "e3b0c3141739dcb2"),
    "slip": (1, "e5fe998d03697f30"),
    "sphere": (1, "1294b65cd33a849c"),
    "stretch_of_stations": (1, "f145395d1ef8ac89"),
    "trained_narrowed": (2, "81c2b57fb8c6d7ce"),
  ]

  @Test func numbersChangeWithTheVersionOnly() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    for pipeline in Self.pipelines {
      try project.write("pipelines/\(pipeline.name).manifest", pipeline.manifest)
    }
    try project.write("data/records.csv", PinnedWaves.records)
    try project.write("data/ground.csv", PinnedNetworks.ground)
    try project.write("data/earth.csv", PinnedNetworks.earth)
    try MeasuredSample.write(to: project)
    for pipeline in Self.pipelines {
      let outcome = try project.pipe("run", "pipelines/\(pipeline.name).manifest", "--no-report")
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    let stages = Self.stages()
    #expect(Set(stages.map(\.name)).count == stages.count, "two stages of one name share a pin")
    for (pipeline, stage, kind) in stages.sorted(by: { $0.name < $1.name }) {
      let signature = try #require(Catalogue.standard.signature(kind))
      let digest = try Self.digest(project, pipeline, stage)
      let line = "\"\(stage)\": (\(signature.version), \"\(digest)\"),"
      let pin = Self.pinned[stage]
      #expect(pin?.version == signature.version && pin?.digest == digest, "now \(line)")
      if pin?.version == signature.version, pin?.digest != digest {
        Issue.record("the numbers of \(kind) changed: raise its version, then pin \(line)")
      }
    }
    // What no section can name is checked where it is used: draws, rows of tables by FamilyTests, steps of learning families by
    // what these find, rays and modes by CrossholeTests, and numbers of outputs by ReductionTests.
    let covered = Set(stages.map(\.kind)).union([
      "perturbation", "reduction", "search_step", "command", "ensemble_check", "table_cell", "kriging_draw",
      "starting_topography_draw", "regional_separation_draw", "prior_surface_draw",
      "variational_step", "laplace_step", "markov_chain_step", "ensemble_kalman_step", "iteration_step",
      "mixture_network_part", "prior_samples_step", "sequential_prior_step", "read_picks", "field_modes",
    ])
    #expect(covered.isSuperset(of: Catalogue.standard.kinds.keys))
  }

  private static let pipelines: [(name: String, manifest: String)] = [
    ("all", manifest), ("measured", measured), ("waves", PinnedWaves.manifest),
    ("uncertainty", PinnedUncertainty.manifest), ("networks", PinnedNetworks.manifest),
    ("posteriors", PinnedPosteriors.manifest),
  ]

  private static func stages() -> [(pipeline: String, name: String, kind: String)] {
    pipelines.flatMap { pipeline in
      pipeline.manifest.split(separator: "\n").filter { $0.hasPrefix("[") }.map { line in
        let words = line.dropFirst().dropLast().split(separator: ":").map {
          $0.trimmingCharacters(in: .whitespaces)
        }
        return (pipeline.name, words[0], words[1])
      }
    }
  }

  /// FNV-1a over the names and the bits of every variable of every output, in the order of file names.
  private static func digest(
    _ project: TemporaryProject, _ pipeline: String, _ stage: String
  ) throws -> String {
    let folder = project.root.appendingPathComponent("results/\(pipeline)")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasPrefix(stage + ".") }.sorted()
    try #require(!names.isEmpty, "\(stage) has no results to pin")
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func add(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    for name in names {
      let dataset = try NetCDFFile.read(folder.appendingPathComponent(name).path)
      for variable in dataset.variables {
        variable.name.utf8.forEach(add)
        for value in variable.decoded() ?? [] {
          for shift in stride(from: UInt64(0), to: 64, by: 8) {
            add(UInt8(truncatingIfNeeded: value.bitPattern >> shift))
          }
        }
      }
    }
    return String(hash, radix: 16)
  }
}
