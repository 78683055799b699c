import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport

/// Holds a part of a table out, to judge by it what the rest led to: at random, or one fold of several.
struct SplitTable: StageKind {
  let signature = StageSignature(
    kind: "split_table", version: 1,
    summary: "holds a part of the rows out for testing: at random, or one fold of several",
    settings: [
      SettingSpec(
        "fraction", .number(.dimensionless), .defaultsTo("20 %"), minimum: "0", maximum: "1",
        minimumExcluded: true, maximumExcluded: true, "random: part of the rows held out, rounded up"),
      SettingSpec("seed", .integer, .defaultsTo("10"), minimum: "0", "seed of NumPy's RandomState"),
      SettingSpec(
        "method", .word(["random", "kfold", "blocked_kfold", "leave_one_out"]), .optional,
        "random (default) draws once; the others part the rows into folds, blocked_kfold whole blocks of neighbours"
      ),
      SettingSpec(
        "folds", .integer, .optional, minimum: "2",
        "number of folds; leave_one_out has as many as rows and needs it only where a search goes through them"
      ),
      SettingSpec(
        "fold", .either([.integer, .word(["none"])]), .optional, minimum: "0",
        "which fold is held out, 0 (default) to folds - 1; none: both tables have every row, for the final run "
          + "after a search over the folds"),
      SettingSpec(
        "block_size", .number(.length), .optional, minimum: "0 m", minimumExcluded: true,
        "blocked_kfold: side of a block, adjusted to divide the extent of the points, in longitude and latitude about "
          + "their middle; or give block_shape"),
      SettingSpec(
        "block_shape", .list(.integer, count: 2...2), .optional, minimum: "1", maximum: "1000000",
        "blocked_kfold: number of blocks from south to north and from west to east, in place of block_size"),
    ],
    inputs: [InputSpec("table", [.table, .constraints], "the rows to divide")],
    outputs: [
      OutputSpec(
        "training", .table, "the rows to use", noise: .init(variable: "upward", uncertainty: "uncert")),
      OutputSpec("testing", .table, "the rows held out"),
    ])

  func run(_ context: StageContext) throws {
    let dataset = try NetCDFFile.read(context.input("table"))
    guard let count = dataset.size(of: "point") else {
      throw StageError.missingVariable(
        "point", artefact: dataset.path, hint: "its rows lie on that dimension")
    }
    let split = try Self.split(dataset, count: count, context)
    // Rows keep the table's order, so that a part does not depend on how it was drawn.
    try NetCDFFile.write(dataset.rows(split.train.sorted()), to: context.output("training"))
    try NetCDFFile.write(dataset.rows(split.test.sorted()), to: context.output("testing"))
    context.log("\(split.train.count) rows to use, \(split.test.count) held out")
  }

  private static func split(
    _ dataset: Dataset, count: Int, _ context: StageContext
  ) throws -> (train: [Int], test: [Int]) {
    let settings = context.settings
    let method = settings.optionalWord("method") ?? "random"
    try checkSettings(settings, method)
    guard method != "random" else {
      let tests = (settings.number("fraction") * Double(count)).rounded(.up)
      guard count > 1, tests < Double(count) else {
        throw StageError.outOfPlace("a table of \(count) rows cannot be split: one part would be empty")
      }
      return KFold.holdOut(
        count: count, fraction: settings.number("fraction"), seed: UInt32(settings.integer("seed")))
    }
    let folds = try folds(dataset, count: count, method, context)
    guard settings.optionalWord("fold") == nil else { return (Array(0..<count), Array(0..<count)) }
    let fold = settings.optionalInteger("fold") ?? 0
    guard folds.indices.contains(fold) else {
      throw StageError.outOfPlace(
        "fold \(fold) of \(folds.count) does not exist: the first is 0, the last \(folds.count - 1)")
    }
    return (KFold.training(without: folds[fold], count: count), folds[fold])
  }

  /// Settings of another method would have no effect.
  private static func checkSettings(_ settings: Settings, _ method: String) throws {
    let own = [
      "random": [], "kfold": ["folds", "fold"],
      "blocked_kfold": ["folds", "fold", "block_size", "block_shape"],
      "leave_one_out": ["folds", "fold"],
    ]
    for name in ["folds", "fold", "block_size", "block_shape"]
    where settings.has(name) && own[method]?.contains(name) != true {
      throw StageError.outOfPlace("'\(name)' has no meaning for method \(method); leave it out")
    }
    guard method == "kfold" || method == "blocked_kfold" else { return }
    guard settings.has("folds") else {
      throw StageError.missingSetting(name: "folds", because: "method \(method) parts the rows by it")
    }
    guard method == "blocked_kfold", settings.has("block_size") == settings.has("block_shape") else { return }
    guard settings.has("block_size") else {
      throw StageError.missingSetting(name: "block_size", because: "it, or block_shape, says what blocks are")
    }
    throw StageError.outOfPlace("both 'block_size' and 'block_shape' are given; keep one")
  }

  private static func folds(
    _ dataset: Dataset, count: Int, _ method: String, _ context: StageContext
  ) throws -> [[Int]] {
    let seed = UInt32(context.settings.integer("seed"))
    let splits = context.settings.optionalInteger("folds") ?? count
    guard splits >= 2, splits <= count else {
      throw StageError.outOfPlace("a table of \(count) rows cannot be parted into \(splits) folds")
    }
    switch method {
    case "kfold": return KFold.folds(count: count, splits: splits, seed: seed)
    case "leave_one_out":
      guard splits == count else {
        throw StageError.outOfPlace(
          "leave_one_out has as many folds as rows, \(count), not \(splits): set folds = \(count)")
      }
      return (0..<count).map { [$0] }
    default:
      return try blocked(places(dataset), splits: splits, seed: seed, context)
    }
  }

  /// In metres. Of longitudes and latitudes along the parallel of the middle latitude and the meridians, points on both
  /// sides of the 180th meridian side by side.
  private static func places(_ dataset: Dataset) throws -> Points {
    guard dataset["easting"] == nil, dataset["longitude"] != nil else {
      return Points(easting: try dataset.column("easting"), northing: try dataset.column("northing"))
    }
    let longitudes = Degrees.together(try dataset.column("longitude"))
    let latitudes = try dataset.column("latitude")
    let finite = latitudes.filter(\.isFinite)
    let middle = ((finite.min() ?? 0) + (finite.max() ?? 0)) / 2
    let degree = Ellipsoid.sphere.semimajorAxis * Double.pi / 180
    let parallel = degree * Degrees.sincos(middle).cos
    return Points(
      easting: longitudes.map { $0 * parallel }, northing: latitudes.map { $0 * degree })
  }

  private static func blocked(
    _ points: Points, splits: Int, seed: UInt32, _ context: StageContext
  ) throws -> [[Int]] {
    let shape = context.settings.numbers("block_shape").map { Int($0) }
    let blocks: BlockedKFold.Blocks =
      shape.count == 2
      ? .counts(rows: shape[0], columns: shape[1]) : .size(context.settings.metres("block_size"))
    let blocked: BlockedKFold
    do {
      blocked = try BlockedKFold(points: points, blocks: blocks, splits: splits, seed: seed)
    } catch {
      guard case .tooFewBlocks(let found, let needed) = error else { throw error }
      throw StageError.outOfPlace(
        "the points lie in \(found) of the blocks, too few for \(needed) folds; make the blocks smaller")
    }
    context.log("\(blocked.blockCount) blocks hold points")
    if !blocked.isBalanced {
      context.warn("the folds hold equally many blocks, as they can't be made equal in points")
    }
    return blocked.folds
  }
}

extension SplitTable: ReportedKind {
  var report: StageReport {
    StageReport(
      [
        .pointGroups(
          PointGroups(
            [(label: "to use", port: "training"), (label: "held out", port: "testing")],
            labelOfEqual: "to use and to test by", title: "Rows to use and held out", noun: "rows",
            "Held-out rows should lie among the others."))
      ],
      landmarks: [.knownPoints("training"), .knownPoints("testing")])
  }
}
