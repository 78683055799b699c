import Artefacts
import Datasets
import Inference
import Planning
import StageSupport

/// A member's row of a table: what `~ samples(stage.output, column)` gives a family's members.
///
/// Which row that is follows from kind and seed of the family and the number of the member: a permutation of all rows, so that no two members share
/// one and that columns of one table are drawn together. It says so where there are more members than rows.
struct TableCell: StageKind {
  private static let dimensions = [.dimensionless] + PhysicalDimension.registered

  private static let table = Input(
    "table", [.table, .constraints, .statistics], "of which each member has a row")
  private static let column = Setting("column", .text, .required, "of the table")
  private static let factor = Setting(
    "factor", .number, .required, "canonical units of a number of the column")
  private static let dimension = Setting("dimension", .name, .required, "of the setting that gets it")
  private static let family = Setting("family", .name, .required, "kind of the family")
  private static let seed = Setting("seed", .integer, .required, .atLeast(0), "of the family")
  private static let member = Setting("member", .integer, .required, .atLeast(0), "of the family")
  private static let value = Output("value", .scalar(.dimensionless), "the number")

  let signature = StageSignature(
    kind: "table_cell", version: 1, summary: "a number of a table's row",
    declares: [table, column, factor, dimension, family, seed, member, value]
  ).hidden

  func run(_ context: StageContext) throws {
    let name = context[Self.column]
    let dataset = try NetCDFFile.read(context[Self.table])
    guard let column = dataset[name], column.dimensions.count == 1, let values = column.decoded() else {
      let names = dataset.variables.filter { $0.dimensions.count == 1 }.map { "'\($0.name)'" }
      throw StageError.missingVariable(
        name, artefact: dataset.path, hint: "its columns are \(names.joined(separator: ", "))")
    }
    let member = context[Self.member]
    guard member < values.count else {
      throw StageError.outOfPlace(
        "each member has a row of its own, and the table has \(values.count): there can't be \(member + 1) members"
      )
    }
    let row = Self.rows(values.count, family: context[Self.family], seed: context[Self.seed])[member]
    guard values[row].isFinite else {
      throw StageError.outOfPlace("row \(row + 1) of the table has no number in column '\(name)'")
    }
    guard let dimension = Self.dimensions.first(where: { $0.name == context[Self.dimension] }) else {
      preconditionFailure("the planner knows the dimensions")
    }
    context.log("row \(row + 1) of \(values.count): \(name) = \(values[row])")
    try NetCDFFile.writeScalar(
      values[row] * context[Self.factor], name: "value", units: dimension.units, longName: name,
      to: context[Self.value])
  }

  /// All rows in the order of the members: by a random number of each (ties, which take 2⁵³ rows, by the row).
  static func rows(_ count: Int, family: String, seed: Int) -> [Int] {
    let keys = (0..<count).map {
      MonteCarlo.unit(member: $0, dimension: "rows of \(family)", seed: UInt64(seed))
    }
    return keys.indices.sorted { keys[$0] == keys[$1] ? $0 < $1 : keys[$0] < keys[$1] }
  }
}
