import Datasets
import Foundation
import Manifests
import NumericCore
import Planning
import StageSupport
import StageTestSupport
import Testing

@testable import StagesData

/// Parts of a table, against scikit-learn's KFold and verde's BlockKFold for these 23 points.
@Suite struct SplitTableTests {
  static let easting: [Double] = [
    22032, 28326, 11636, 20433, 35718, 35852, 5023, 8290, 2059, 17632, 1195, 18273, 25966, 11139, 27050,
    23635, 959, 22354, 10370, 16604, 11341, 27726, 17618,
  ]
  static let northing: [Double] = [
    4706, 16339, 23409, 9191, 6659, 11639, 28092, 29280, 20172, 27085, 25373, 11340, 2767, 19602, 16735,
    10847, 6752, 12196, 14068, 8077, 8754, 13731, 25816,
  ]

  /// Row numbers of both parts.
  private static func split(_ settings: [String: SettingValue]) throws -> (train: [Int], test: [Int]) {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("split-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var table = Dataset(title: "points")
    try table.addColumn("easting", easting, units: "m")
    try table.addColumn("northing", northing, units: "m")
    let input = folder.appendingPathComponent("table.nc").path
    try NetCDFFile.write(table, to: input)
    var all: [String: SettingValue] = ["fraction": number("0.2"), "seed": number("10")]
    all.merge(settings) { $1 }
    let outputs = ["training", "testing"].map { ($0, folder.appendingPathComponent($0 + ".nc").path) }
    try SplitTable().run(
      StageContext(
        settings: Settings(all), inputs: ["table": input], outputs: Dictionary(uniqueKeysWithValues: outputs))
    )
    func rows(_ path: String) throws -> [Int] {
      try NetCDFFile.read(path).column("easting").compactMap { easting.firstIndex(of: $0) }
    }
    return (try rows(outputs[0].1), try rows(outputs[1].1))
  }

  private static func number(_ text: String) -> SettingValue {
    .number(ExactDecimal(text) ?? ExactDecimal(0))
  }

  private static func folds(
    _ method: String, _ count: Int, _ more: [String: SettingValue] = [:]
  ) throws -> [[Int]] {
    try (0..<count).map { fold in
      var settings: [String: SettingValue] = [
        "method": .word(method), "folds": number("\(count)"), "fold": number("\(fold)"),
      ]
      settings.merge(more) { $1 }
      let (train, test) = try split(settings)
      #expect((train + test).sorted() == Array(0..<23) && train == train.sorted())
      return test
    }
  }

  /// `random` is the default and as it was before there were others.
  @Test func random() throws {
    let (train, test) = try Self.split([:])
    #expect(test == [1, 2, 5, 7, 11])
    #expect(train.count == 18)
    #expect(try Self.split(["method": .word("random")]).test == test)
  }

  @Test func kfold() throws {
    #expect(
      try Self.folds("kfold", 4) == [
        [1, 2, 5, 7, 11, 12], [3, 6, 13, 14, 20, 21], [8, 10, 16, 18, 19, 22], [0, 4, 9, 15, 17],
      ])
  }

  @Test func blocked() throws {
    #expect(
      try Self.folds("blocked_kfold", 4, ["block_size": Self.number("8000")]) == [
        [6, 7, 10], [0, 3, 12, 13, 15, 18], [4, 11, 14, 17, 19, 20], [1, 2, 5, 8, 9, 16, 21, 22],
      ])
  }

  @Test func blockedByNumber() throws {
    let shape = SettingValue.list([Self.number("3"), Self.number("4")])
    #expect(
      try Self.folds("blocked_kfold", 3, ["block_shape": shape]) == [
        [0, 3, 6, 7, 10, 12, 15], [4, 13, 14, 17, 18], [1, 2, 5, 8, 9, 11, 16, 19, 20, 21, 22],
      ])
  }

  @Test func leaveOneOut() throws {
    #expect(try Self.folds("leave_one_out", 23) == (0..<23).map { [$0] })
    // Without a number of folds it has as many as rows.
    #expect(try Self.split(["method": .word("leave_one_out"), "fold": Self.number("22")]).test == [22])
  }

  @Test func noFold() throws {
    let (train, test) = try Self.split([
      "method": .word("kfold"), "folds": Self.number("5"), "fold": .word("none"),
    ])
    #expect(train == Array(0..<23) && test == train)
  }

  @Test func whatTheTableShows() {
    func message(_ settings: [String: SettingValue]) -> String {
      do {
        _ = try Self.split(settings)
        return "no error"
      } catch { return "\(error)" }
    }
    #expect(
      message(["method": .word("kfold"), "folds": Self.number("24")])
        == "a table of 23 rows cannot be parted into 24 folds")
    #expect(
      message(["method": .word("leave_one_out"), "folds": Self.number("5")])
        == "leave_one_out has as many folds as rows, 23, not 5: set folds = 23")
    #expect(
      message(["method": .word("leave_one_out"), "fold": Self.number("23")])
        == "fold 23 of 23 does not exist: the first is 0, the last 22")
    let wide: [String: SettingValue] = [
      "method": .word("blocked_kfold"), "folds": Self.number("3"), "block_size": Self.number("50000"),
    ]
    #expect(
      message(wide)
        == "the points lie in 1 of the blocks, too few for 3 folds; make the blocks smaller")
  }

  @Test(arguments: [
    ("fraction = 10 %\nseed = 3", []),
    (
      "folds = 3\nfold = 1",
      [
        "M140: 'folds' has no meaning with method = random (default); leave it out or use it with method = kfold or "
          + "blocked_kfold or leave_one_out",
        "M140: 'fold' has no meaning with method = random (default); leave it out or use it with method = kfold or "
          + "blocked_kfold or leave_one_out",
      ]
    ),
    ("method = kfold", ["M141: 'folds' is needed with method = kfold: it parts the rows by it"]),
    (
      "method = kfold\nfolds = 3\nfold = 3",
      ["M144: 'fold' and 'folds' don't fit: there is no fold 3 of 3, the first is 0 and the last 2"]
    ),
    (
      "method = kfold\nfolds = 3\nfraction = 10 %",
      ["M140: 'fraction' has no meaning with method = kfold; leave it out or use it with method = random"]
    ),
    (
      "method = leave_one_out\nseed = 3",
      [
        "M140: 'seed' has no meaning with method = leave_one_out: its folds are the rows in their order; leave it out "
          + "or use it with method = random or kfold or blocked_kfold"
      ]
    ),
    (
      "method = blocked_kfold\nfolds = 3\nblock_size = 1 km\nblock_shape = 3, 4",
      ["M142: 'block_size' and 'block_shape' exclude each other; keep one"]
    ),
    (
      "method = blocked_kfold\nfolds = 3",
      [
        "M143: one of 'block_size' and 'block_shape' is needed with method = blocked_kfold: it says what blocks are"
      ]
    ),
  ])
  func settingsOfAnotherMethodAreRefused(section: String, messages: [String]) {
    #expect(LoneStage(SplitTable(), section, ["table": .table]).mistakes == messages)
  }
}
