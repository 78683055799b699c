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

  let signature = StageSignature(
    kind: "table_cell", version: 1, summary: "a number of a table's row",
    settings: [
      SettingSpec("column", .text, .required, "of the table"),
      SettingSpec("factor", .number(.dimensionless), .required, "canonical units of a number of the column"),
      SettingSpec("dimension", .word(Self.dimensions.map(\.name)), .required, "of the setting that gets it"),
      SettingSpec("family", .name, .required, "kind of the family"),
      SettingSpec("seed", .integer, .required, minimum: "0", "of the family"),
      SettingSpec("member", .integer, .required, minimum: "0", "of the family"),
    ],
    inputs: [InputSpec("table", [.table, .constraints, .statistics], "of which each member has a row")],
    outputs: [OutputSpec("value", .scalar(.dimensionless), "the number")],
    isPublic: false)

  func run(_ context: StageContext) throws {
    let settings = context.settings
    let name = settings.optionalText("column") ?? ""
    let dataset = try NetCDFFile.read(context.input("table"))
    guard let column = dataset[name], column.dimensions.count == 1, let values = column.decoded() else {
      let names = dataset.variables.filter { $0.dimensions.count == 1 }.map { "'\($0.name)'" }
      throw StageError.missingVariable(
        name, artefact: dataset.path, hint: "its columns are \(names.joined(separator: ", "))")
    }
    let member = settings.integer("member")
    guard member < values.count else {
      throw StageError.outOfPlace(
        "each member has a row of its own, and the table has \(values.count): there can't be \(member + 1) members"
      )
    }
    let row = Self.rows(values.count, family: settings.word("family"), seed: settings.integer("seed"))[member]
    guard values[row].isFinite else {
      throw StageError.outOfPlace("row \(row + 1) of the table has no number in column '\(name)'")
    }
    guard let dimension = Self.dimensions.first(where: { $0.name == settings.word("dimension") }) else {
      preconditionFailure("the planner knows the dimensions")
    }
    context.log("row \(row + 1) of \(values.count): \(name) = \(values[row])")
    try NetCDFFile.writeScalar(
      values[row] * settings.number("factor"), name: "value", units: dimension.units, longName: name,
      to: context.output("value"))
  }

  /// All rows in the order of the members: by a random number of each (ties, which take 2⁵³ rows, by the row).
  static func rows(_ count: Int, family: String, seed: Int) -> [Int] {
    let keys = (0..<count).map {
      MonteCarlo.unit(member: $0, dimension: "rows of \(family)", seed: UInt64(seed))
    }
    return keys.indices.sorted { keys[$0] == keys[$1] ? $0 < $1 : keys[$0] < keys[$1] }
  }
}
