/// What a simulation does along time, the same for all its systems: wavelets, and the corrections of sources and records.
struct SimulationTimes: Sendable {
  /// Of the sources at the times of each group, corrected.
  let wavelets: [[[Double]]]
  let sourceMaps: [TimeDispersion]
  /// From samples at (n + ½) dt, at (n + 1) dt and at (n + 3/2) dt.
  let recordMaps: [TimeDispersion]

  init(_ plan: SimulationPlan, _ settings: SimulationSettings, sources: [PointSource]) {
    let maps = [0, 1].map { group in
      let times = TimeDispersion.Times(count: plan.steps, offset: Self.sourceOffset(group))
      return TimeDispersion.known(settings.correctsDispersion ? .source : .none, from: times, to: times)
    }
    sourceMaps = maps
    recordMaps = [0.5, 1, 1.5].map { offset in
      TimeDispersion.known(
        settings.correctsDispersion ? .record : .none,
        from: .init(count: plan.steps, offset: offset),
        to: .init(count: plan.outputCount, stride: plan.stride))
    }
    wavelets = [0, 1].map { group in
      maps[group].applied(
        to: sources.map {
          $0.wavelet.sampled(count: plan.steps, step: plan.step, offset: Self.sourceOffset(group))
        })
    }
  }

  /// Sources enter the first group's update at n dt, the second's at (n + ½) dt.
  private static func sourceOffset(_ group: Int) -> Double { group == 0 ? 0 : 0.5 }
}
