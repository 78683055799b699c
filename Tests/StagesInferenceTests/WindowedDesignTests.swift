import Manifests
import Planning
import StageSupport
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

  @Test func bufferOfHalfCells() {
    var settings = Self.settings("grid", trials: 2)
    settings.values["window_buffer"] = Self.number("500")
    #expect(
      throws: StageError.outOfPlace(
        "window_buffer must be a multiple of the spacing: 500.0 m are 0.5 times 1000.0 m")
    ) {
      try WindowedSearch().design(
        DesignRequest(settings: settings, variables: [Self.density]))
    }
  }
}
