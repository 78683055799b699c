import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport

/// Holds a part of a table out, to judge by it what the rest led to: at random, or one fold of several.
struct SplitTable: StageKind {
  private enum Method: String, SettingWord {
    case random, kfold
    case blockedKFold = "blocked_kfold"
    case leaveOneOut = "leave_one_out"

    var summary: String {
      switch self {
      case .random: "drawn once"
      case .kfold: "folds of shuffled rows"
      case .blockedKFold: "folds of whole blocks of neighbours"
      case .leaveOneOut: "folds of one row"
      }
    }
  }

  private enum NoFold: String, SettingWord {
    case none

    var summary: String { "both tables have every row, for the final run after a search over the folds" }
  }

  static let table = Input("table", [.table, .constraints], "the rows to divide")
  static let training = Output(
    "training", .table, "the rows to use", noise: .init(variable: "upward", uncertainty: "uncert"))
  static let testing = Output("testing", .table, "the rows held out")
  private static let fraction = Setting(
    "fraction", .number, .default(0.2), .above(0).below(1), "part of the rows held out, rounded up")
  private static let seed = Setting(
    "seed", .integer, .default(10), .atLeast(0).atMost(Double(UInt32.max)), "seed of NumPy's RandomState")
  private static let method = Setting(
    "method", .word(Method.self), .optional(meaning: .random), "how rows are held out")
  private static let folds = Setting(
    "folds", .integer, .optional(otherwise: "as many as rows"), .atLeast(2),
    "number of folds; of leave_one_out only where a search goes through them")
  private static let fold = Setting(
    "fold", .either(.integer, .word(NoFold.self)), .optional(meaning: .first(0)), .atLeast(0),
    "which fold is held out, 0 to folds - 1")
  private static let blockSize = Setting(
    "block_size", .number(in: .metre), .optional, .above(0),
    "side of a block, adjusted to divide the extent of the points, in longitude and latitude about their middle"
  )
  private static let blockShape = Setting(
    "block_shape", .list(.integer, 2), .optional, .atLeast(1).atMost(1_000_000),
    "number of blocks from south to north and from west to east")

  let signature = StageSignature(
    kind: "split_table", version: 1,
    summary: "holds a part of the rows out for testing: at random, or one fold of several",
    declares: [
      table, fraction, seed, method, folds, fold, blockSize, blockShape, training, testing,
    ],
    rules: [
      .only(fraction, with: method, in: .random),
      .only(
        seed, with: method, in: .random, .kfold, .blockedKFold,
        because: "its folds are the rows in their order"),
      .only(folds, fold, with: method, in: .kfold, .blockedKFold, .leaveOneOut),
      .needs(folds, with: method, in: .kfold, .blockedKFold, because: "it parts the rows by it"),
      .only(blockSize, blockShape, with: method, in: .blockedKFold), .atMostOne(blockSize, blockShape),
      .atLeastOne(blockSize, blockShape, with: method, in: .blockedKFold, because: "it says what blocks are"),
      .check(fold, folds, "fit: the folds are counted from 0") { fold, folds in
        guard case .first(let fold) = fold, let folds, fold >= folds else { return nil }
        return "don't fit: there is no fold \(fold) of \(folds), the first is 0 and the last \(folds - 1)"
      },
    ])

  func run(_ context: StageContext) throws {
    let dataset = try NetCDFFile.read(context[Self.table])
    guard let count = dataset.size(of: "point") else {
      throw StageError.missingVariable(
        "point", artefact: dataset.path, hint: "its rows lie on that dimension")
    }
    let split = try Self.split(dataset, count: count, context)
    // Rows keep the table's order, so that a part does not depend on how it was drawn.
    try NetCDFFile.write(dataset.rows(split.train.sorted()), to: context[Self.training])
    try NetCDFFile.write(dataset.rows(split.test.sorted()), to: context[Self.testing])
    context.log("\(split.train.count) rows to use, \(split.test.count) held out")
  }

  private static func split(
    _ dataset: Dataset, count: Int, _ context: StageContext
  ) throws -> (train: [Int], test: [Int]) {
    guard context[method] != .random else {
      let tests = (context[fraction] * Double(count)).rounded(.up)
      guard count > 1, tests < Double(count) else {
        throw StageError.outOfPlace("a table of \(count) rows cannot be split: one part would be empty")
      }
      return KFold.holdOut(count: count, fraction: context[fraction], seed: UInt32(context[seed]))
    }
    let folds = try folds(dataset, count: count, context)
    guard case .first(let fold) = context[fold] else { return (Array(0..<count), Array(0..<count)) }
    guard folds.indices.contains(fold) else {
      throw StageError.outOfPlace(
        "fold \(fold) of \(folds.count) does not exist: the first is 0, the last \(folds.count - 1)")
    }
    return (KFold.training(without: folds[fold], count: count), folds[fold])
  }

  private static func folds(_ dataset: Dataset, count: Int, _ context: StageContext) throws -> [[Int]] {
    let seed = UInt32(context[seed])
    let splits = context[folds] ?? count
    guard splits >= 2, splits <= count else {
      throw StageError.outOfPlace("a table of \(count) rows cannot be parted into \(splits) folds")
    }
    switch context[method] {
    case .random: preconditionFailure("random draws no folds")
    case .kfold: return KFold.folds(count: count, splits: splits, seed: seed)
    case .leaveOneOut:
      guard splits == count else {
        throw StageError.outOfPlace(
          "leave_one_out has as many folds as rows, \(count), not \(splits): set folds = \(count)")
      }
      return (0..<count).map { [$0] }
    case .blockedKFold:
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
    let blocks: BlockedKFold.Blocks =
      context[blockShape].map { .counts(rows: $0[0], columns: $0[1]) } ?? .size(context[given: blockSize])
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
            [(label: "to use", port: Self.training.name), (label: "held out", port: Self.testing.name)],
            labelOfEqual: "to use and to test by", title: "Rows to use and held out", noun: "rows",
            "Held-out rows should lie among the others."))
      ],
      landmarks: [.knownPoints(Self.training.name), .knownPoints(Self.testing.name)])
  }
}
