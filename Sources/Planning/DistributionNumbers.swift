import Manifests

extension Distribution {
  /// The positional arguments as numbers in canonical units.
  public var numbers: [Double] {
    arguments.compactMap { if case .number(let decimal) = $0 { decimal.double } else { nil } }
  }
}
