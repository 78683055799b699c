import Datasets
import NumericCore
import Planning

/// Holds a random part of a table out, to judge by it what the rest led to.
struct SplitTable: StageKind {
  let signature = StageSignature(
    kind: "split_table", version: 1,
    summary: "holds a random part of the rows out for testing",
    settings: [
      SettingSpec(
        "fraction", .number(.dimensionless), .defaultsTo("20 %"), minimum: "0", maximum: "1",
        minimumExcluded: true, maximumExcluded: true, "part of the rows held out, rounded up"),
      SettingSpec("seed", .integer, .defaultsTo("10"), minimum: "0", "seed of NumPy's RandomState"),
    ],
    inputs: [InputSpec("table", [.table, .constraints], "the rows to divide")],
    outputs: [
      OutputSpec(
        "training", .table, "the rows to use", noise: .init(variable: "upward", uncertainty: "uncert")),
      OutputSpec("testing", .table, "the rows held out"),
    ])

  func run(_ context: StageContext) throws {
    let dataset = try NetCDFFile.read(context.input("table"))
    let count = try dataset.column("easting").count
    let split = KFold.holdOut(
      count: count, fraction: context.settings.number("fraction"),
      seed: UInt32(context.settings.integer("seed")))
    guard !split.train.isEmpty, !split.test.isEmpty else {
      throw StageError.outOfPlace("a table of \(count) rows cannot be split: one part would be empty")
    }
    // Rows keep the table's order, so that a part does not depend on how it was drawn.
    try NetCDFFile.write(dataset.rows(split.train.sorted()), to: context.output("training"))
    try NetCDFFile.write(dataset.rows(split.test.sorted()), to: context.output("testing"))
    context.log("\(split.train.count) rows to use, \(split.test.count) held out")
  }
}
