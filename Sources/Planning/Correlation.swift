import Manifests

/// Correlations between the settings that a family draws, as its setting `correlation` gives them: two names and
/// a number, one triple after the other.
public struct Correlation: Sendable, Equatable {
  /// Two variables with their correlation.
  public struct Pair: Sendable, Equatable {
    /// Numbers of the variables.
    public var first, second: Int
    /// Between −1 and 1.
    public var value: Double
  }

  /// Positions among the varied settings, each pair once, first < second, by rising positions.
  public let pairs: [Pair]
  /// Variables.
  public let count: Int

  /// What is wrong with the setting, as a sentence goes on behind "correlation: ".
  public struct Fault: Error, Equatable, CustomStringConvertible {
    /// What keeps the matrix from being one of correlations.
    public var description: String
  }

  /// - Parameters:
  ///   - elements: of the list.
  ///   - names: of the varied settings, in their order.
  public init(_ elements: [SettingValue], names: [String]) throws(Fault) {
    guard elements.count % 3 == 0 else {
      throw Fault(description: "takes triples of two names and a number, not \(elements.count) elements")
    }
    var pairs: [Pair] = []
    for start in stride(from: 0, to: elements.count, by: 3) {
      let pair = try Self.pair(Array(elements[start..<start + 3]), names)
      if pairs.contains(where: { $0.first == pair.first && $0.second == pair.second }) {
        throw Fault(description: "gives \(names[pair.first]) and \(names[pair.second]) twice")
      }
      pairs.append(pair)
    }
    self.pairs = pairs.sorted { ($0.first, $0.second) < ($1.first, $1.second) }
    count = names.count
    if factor() == nil {
      throw Fault(
        description:
          "holds numbers that contradict each other: no quantities can be correlated like this (the matrix is "
          + "not positive definite)")
    }
  }

  private static func pair(_ triple: [SettingValue], _ names: [String]) throws(Fault) -> Pair {
    guard case .word(let first) = triple[0], case .word(let second) = triple[1],
      case .number(let number) = triple[2]
    else { throw Fault(description: "takes triples of two names and a number") }
    var positions: [Int] = []
    for name in [first, second] {
      guard let position = names.firstIndex(of: name) else {
        let near = Suggestion.nearest(to: name, in: names)
        let hint = near.map { "; did you mean '\($0)'?" } ?? "; varied are \(names.joined(separator: ", "))"
        throw Fault(description: "names '\(name)', which is not varied" + hint)
      }
      positions.append(position)
    }
    guard positions[0] != positions[1] else { throw Fault(description: "names '\(first)' beside itself") }
    guard abs(number.double) < 1 else {
      throw Fault(description: "must lie between -1 and 1, not \(number.plain)")
    }
    return Pair(first: positions.min() ?? 0, second: positions.max() ?? 0, value: number.double)
  }

  /// The lower triangle L of the matrix of correlations, R = L Lᵀ, row by row; nil if there is none.
  public func factor() -> [[Double]]? {
    var matrix = (0..<count).map { row in (0..<count).map { $0 == row ? 1.0 : 0.0 } }
    for pair in pairs { matrix[pair.second][pair.first] = pair.value }
    for row in 0..<count {
      for column in 0...row {
        var sum = matrix[row][column]
        for index in 0..<column { sum -= matrix[row][index] * matrix[column][index] }
        if column < row {
          matrix[row][column] = sum / matrix[column][column]
        } else {
          guard sum > 1e-12 else { return nil }
          matrix[row][row] = sum.squareRoot()
        }
      }
    }
    return matrix
  }
}
