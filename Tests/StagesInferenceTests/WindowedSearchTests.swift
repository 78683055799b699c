import Artefacts
import Manifests
import Planning
import StageTestSupport
import Testing

@testable import StagesInference

/// Which trials a search by windows makes.
@Suite struct WindowedDesignTests {
  private static func number(_ text: String) -> SettingValue {
    .number(ExactDecimal(text) ?? ExactDecimal(0))
  }

  private static func settings(_ sampler: String, trials: Int, startup: Int? = nil) -> Settings {
    var values: [String: SettingValue] = [
      "region": .list(["0", "40000", "0", "30000"].map(number)), "spacing": number("1000"),
      "window_width": number("20000"), "window_overlap": number("0"), "window_buffer": number("2000"),
      "goal": .word("minimise"), "sampler": .word(sampler), "trials": number("\(trials)"),
      "seed": number("0"),
    ]
    values["startup_trials"] = startup.map { number("\($0)") }
    return Settings(values)
  }

  private static let density = DesignRequest.Variable(
    name: "density_contrast",
    distribution: Distribution(name: "uniform", arguments: [number("1000"), number("3000")]), isInteger: false
  )

  /// Plays all trials; the score of a window is the distance from its own best value, and `failing` never scores.
  private static func play(
    _ sampler: String, trials: Int, startup: Int? = nil, failing: Double? = nil
  ) throws -> [[Double]] {
    let settings = settings(sampler, trials: trials, startup: startup)
    let request = DesignRequest(settings: settings, variables: [density])
    guard let fold = try WindowedSearch().fold(request) else {
      return try WindowedSearch().design(request).rows.map(\.values)
    }
    let design = SearchDesign(settings, goals: [.minimise], variables: [try DrawnVariable(density)])
    return try FamilyDesignTests.play(WindowedSearch(), fold, settings, [density]) { _, members in
      var next: [[Double]] = []
      var most = 0
      for (place, indices) in SearchStep.places(members, from: 1) {
        let known = indices.map { index -> SearchDesign.Trial in
          let member = members[index]
          return ([member[0]], member[1] == failing ? nil : [abs(member[0] - 1500 - member[1] / 20)])
        }
        most = max(most, known.count)
        if known.allSatisfy({ $0.scores == nil }) { continue }
        if let values = try design.next(after: known) { next.append(values + place) }
      }
      return (FoldReport([("trials", Double(most))]), RoundPlan(next))
    }
  }

  @Test(arguments: ["grid", "halton", "golden_section", "gaussian_process", "tpe"])
  func everyWindowHasItsTrials(_ sampler: String) throws {
    let members = try Self.play(sampler, trials: 9)
    // Two windows each way, and 2 km of buffer where the region goes on.
    let places = Set(members.map { Array($0.dropFirst()) })
    #expect(
      places == [
        [0, 20000, 0, 20000, 0, 22000, 0, 22000], [20000, 40000, 0, 20000, 18000, 40000, 0, 22000],
        [0, 20000, 10000, 30000, 0, 22000, 8000, 30000],
        [20000, 40000, 10000, 30000, 18000, 40000, 8000, 30000],
      ])
    for place in places {
      #expect(members.count { Array($0.dropFirst()) == place } == 9)
    }
  }

  /// What one window learns has nothing to do with the others.
  @Test(arguments: ["golden_section", "gaussian_process"]) func windowsLearnApart(_ sampler: String) throws {
    let members = try Self.play(sampler, trials: 14)
    func nearest(_ west: Double) -> Double {
      members.filter { $0[1] == west }.map { abs($0[0] - 1500 - west / 20) }.min() ?? .infinity
    }
    #expect(nearest(0) < 20 && nearest(20000) < 20)
  }

  /// A window in which everything fails gets no more than its first trials.
  @Test func hopelessWindowsAreGivenUp() throws {
    let members = try Self.play("gaussian_process", trials: 9, startup: 4, failing: 20000)
    #expect(members.count { $0[1] == 20000 } == 2 * 4)
    #expect(members.count { $0[1] == 0 } == 2 * 9)
  }

  private static let section = """
    repeat = repeated
    score = repeated.value
    windows = repeated
    padded_windows = padded
    repeated.number ~ uniform(1, 3)

    """
  private static let places = "region = 0, 40, 0, 30 km\nspacing = 1 km\nwindow_width = 20 km\n"

  @Test(arguments: [
    (places + "merge_damping = 0.1", []),
    (
      places + "merge = nearest\nmerge_damping = 0.1",
      [
        "M140: 'merge_damping' has no meaning with merge = nearest; leave it out or use it with merge = spline"
      ]
    ),
    (
      "spacing = 1 km",
      [
        "M143: one of 'region' and 'geographic_region' is needed: it says what the windows cover",
        "M140: 'spacing' has no meaning without 'region'; leave it out or use it with 'region'",
      ]
    ),
    (
      "region = 0, 40, 0, 30 km\nspacing = 1 km",
      ["M141: 'window_width' is needed with 'region'"]
    ),
    (
      places + "angular_window_buffer = 1 deg",
      [
        "M140: 'angular_window_buffer' has no meaning without 'geographic_region'; leave it out or use it with "
          + "'geographic_region'"
      ]
    ),
    (
      places + "window_buffer = 500 m",
      [
        "M144: 'window_buffer' and 'spacing' don't fit: a buffer of 500.0 m is 0.5 times the spacing of 1000.0 m"
      ]
    ),
    (
      "region = 0, 40, 0, 30 km\nspacing = 7 km\nwindow_width = 20 km",
      [
        "M144: 'region' and 'spacing' don't fit: the spacing of 7000.0 m does not divide the region's extent of 40000.0 "
          + "m; choose another spacing or move an edge"
      ]
    ),
    (
      "geographic_region = 0 deg, 10 deg, 0 deg, 5 deg\nangular_spacing = 3 deg\nangular_window_width = 5 deg",
      [
        "M144: 'geographic_region' and 'angular_spacing' don't fit: the spacing of 3.0° does not divide the region's "
          + "extent of 10.0°; choose another spacing or move an edge"
      ]
    ),
  ])
  func settingsThatDoNotGoTogether(section: String, messages: [String]) {
    let stage = LoneStage(
      WindowedSearch(), Self.section + section, ["points": .constraints],
      beside: [Repeated("padded"), Repeated()], wires: ["repeated": "before <- padded.grid"])
    #expect(stage.mistakes == messages)
  }
}
