public import Datasets

/// What each receiver contributes to a misfit; the sum over receivers is the misfit.
public struct ReceiverMisfits: Equatable, Sendable {
  /// In the order of the table.
  public let receivers: [String]
  /// By receiver.
  public let values: [String: Double]

  /// Rows of one receiver added up (`contributions`).
  /// - Returns: nil for a table without receivers or misfits.
  public init?(_ table: Dataset) throws {
    guard case .text(let names)? = table[TraceVariables.Windows.receiver]?.values,
      let numbers = try Self.contributions(table)
    else { return nil }
    var (order, sums): ([String], [String: Double]) = ([], [:])
    for (name, number) in zip(names, numbers.map({ $0 ?? 0 })) where number.isFinite {
      if sums[name] == nil { order.append(name) }
      sums[name, default: 0] += number
    }
    (receivers, values) = (order, sums)
  }

  /// What each row of such a table contributes: of windows their value times the weight, nil of those that do not count; of
  /// any other table its column `misfit`.
  /// - Returns: nil for a table without misfits.
  public static func contributions(_ table: Dataset) throws -> [Double?]? {
    typealias Names = TraceVariables.Windows
    guard table[Names.value.name] != nil else {
      return table[Names.misfit] == nil ? nil : try table.column(Names.misfit)
    }
    let values = try table.column(Names.value.name)
    let weights = table[Names.totalWeight] == nil ? nil : try table.column(Names.totalWeight)
    let reasons = table[Names.reason] == nil ? nil : try table.texts(Names.reason)
    let flagged = try table.optionalColumn(Names.flagged)
    return values.indices.map { row in
      let counts = reasons?[row].isEmpty != false && flagged?[row] != 1
      return counts ? values[row] * (weights?[row] ?? 1) : nil
    }
  }

  /// The whole misfit.
  public var total: Double { receivers.reduce(0) { $0 + values[$1, default: 0] } }
}
