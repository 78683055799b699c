import Planning
import Waves

/// Names of the numbers that are known of media, events and records before anything runs.
enum WaveFacts {
  /// Of a medium, m/s.
  static let slowest = "slowest"
  /// Of events, Hz.
  static let highestFrequency = "highest_frequency"
  /// Of traces, seconds, and how many samples they have.
  static let (step, count) = ("step", "count")
  /// Of windows, seconds.
  static let latest = "latest"

  /// The traces of a record that begins at 0.
  static func samples(duration: Double, step: Double) -> [String: Double] {
    [Self.step: step, count: (duration / step + 1e-9).rounded(.down) + 1]
  }

  /// Why two records can't be compared; nil where they can or something is not known.
  static func difference(_ synthetic: OutputFacts, _ observed: OutputFacts) -> String? {
    guard let step = synthetic.numbers[step], let count = synthetic.numbers[count],
      let otherStep = observed.numbers[Self.step], let otherCount = observed.numbers[Self.count],
      abs(step - otherStep) > 1e-9 * otherStep || count != otherCount
    else { return nil }
    return WaveError.otherSampling(
      step: step, count: Int(count), expectedStep: otherStep, expectedCount: Int(otherCount)
    ).description + "; process_waveforms resamples and cuts"
  }

  /// A mistake where two rows of a file have one name.
  static func requireNames(
    _ rows: [OutputFacts.Row]?, what: String, at setting: String, in foresight: inout Foresight
  ) {
    var known: Set<String> = []
    guard let twin = (rows ?? []).first(where: { !known.insert($0.name).inserted }) else { return }
    foresight.refuse(WaveError.sameName(what: what, name: twin.name).description, at: setting)
  }
}
