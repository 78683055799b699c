public import Datasets

/// What each receiver contributes to a misfit; the sum over receivers is the misfit.
public struct ReceiverMisfits: Equatable, Sendable {
  /// In the order of the table.
  public let receivers: [String]
  /// By receiver.
  public let values: [String: Double]

  /// Rows of one receiver added up: of windows their value times the weight of those that count, of any other table of
  /// receivers its column `misfit`.
  /// - Returns: nil for a table without receivers or misfits.
  public init?(_ table: Dataset) throws {
    typealias Names = TraceVariables.Windows
    guard case .text(let names)? = table[Names.receiver]?.values else { return nil }
    let numbers: [Double]
    if table[Names.value.name] != nil {
      let values = try table.column(Names.value.name)
      let weights =
        table[Names.totalWeight] == nil ? values.map { _ in 1 } : try table.column(Names.totalWeight)
      let reasons = table[Names.reason] == nil ? values.map { _ in "" } : try table.texts(Names.reason)
      let flagged = try table.optionalColumn(Names.flagged)
      numbers = values.indices.map { row in
        reasons[row].isEmpty && flagged?[row] != 1 ? values[row] * weights[row] : 0
      }
    } else if table[Names.misfit] != nil {
      numbers = try table.column(Names.misfit)
    } else {
      return nil
    }
    var (order, sums): ([String], [String: Double]) = ([], [:])
    for (name, number) in zip(names, numbers) where number.isFinite {
      if sums[name] == nil { order.append(name) }
      sums[name, default: 0] += number
    }
    (receivers, values) = (order, sums)
  }

  /// The whole misfit.
  public var total: Double { receivers.reduce(0) { $0 + values[$1, default: 0] } }
}
