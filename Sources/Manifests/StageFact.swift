/// What stages foresee to fail, from settings, arrows and headers of files: codes M150 to M159.
public enum StageFact: Sendable, Equatable {
  /// Reasons are sentences that go on behind a colon.
  case inputLacks(input: String, variable: String, source: String, reason: String)
  case nothingToDraw(output: String, reason: String)
  case gridsDiffer(input: String, mesh: String, other: String, otherMesh: String)
  /// The reason names the file.
  case fileUnfit(reason: String)
  case unfit(reason: String)
  case scoreWithoutValue(output: String, reason: String)
  case nothingThere(output: String, reason: String)
  case framesDiffer(input: String, source: String, other: String, otherSource: String, advice: String)
  case otherForm(input: String, takes: String, source: String, holds: String)

  var number: Int {
    switch self {
    case .inputLacks: 150
    case .nothingToDraw: 151
    case .gridsDiffer: 152
    case .fileUnfit: 153
    case .unfit: 154
    case .scoreWithoutValue: 155
    case .nothingThere: 156
    case .otherForm: 157
    case .framesDiffer: 158
    }
  }

  var message: String {
    switch self {
    case .inputLacks(let input, let variable, let source, let reason):
      "'\(input)' needs '\(variable)', which \(source) has not: \(reason)"
    case .nothingToDraw(let output, let reason): "\(output) has no uncertainty to draw from: \(reason)"
    case .gridsDiffer(let input, let mesh, let other, let otherMesh):
      "'\(input)' (\(mesh)) and '\(other)' (\(otherMesh)) must have the same nodes"
    case .fileUnfit(let reason): reason
    case .unfit(let reason): reason
    case .scoreWithoutValue(let output, let reason):
      "trials are compared by \(output), which has no value: \(reason)"
    case .nothingThere(let output, let reason): "\(output) holds nothing: \(reason)"
    case .framesDiffer(let input, let source, let other, let otherSource, let advice):
      "'\(input)' (\(source)) and '\(other)' (\(otherSource)) have coordinates that mean other places: \(advice)"
    case .otherForm(let input, let takes, let source, let holds):
      "'\(input)' takes \(takes), and \(source) will hold \(holds)"
    }
  }
}
