import Foundation
import Planning
import TestSupport
import Testing

@testable import Execution

/// Many cheap members in few nodes.
@Suite(.serialized) struct ChunkTests {
  private static func kinds(_ world: FoldWorld) -> [any StageKind] {
    let base = LambdaKind(
      signature: StageSignature(
        kind: "base", version: 1, summary: "", settings: [FoldToy.number("level")],
        outputs: [OutputSpec("out", FoldToy.scalar, "")])
    ) { try $0.write([$0.settings.number("level")], to: "out") }
    let cheap = LambdaKind(
      signature: StageSignature(
        kind: "cheap", version: 1, summary: "", settings: [FoldToy.number("x"), FoldToy.number("shift")],
        inputs: [InputSpec("level", [FoldToy.scalar], "")], outputs: [OutputSpec("out", FoldToy.scalar, "")])
    ) { context in
      let x = context.settings.number("x")
      if x == 11 || x == 1500 || x == 2999 { throw ToyError(message: "no value at \(Int(x))") }
      if x == 471 { context.log("x is 471") }
      try context.write(
        [2 * x + context.settings.number("shift") + (try context.numbers("level")[0])], to: "out")
    }
    let last = LambdaKind(
      signature: StageSignature(
        kind: "last", version: 1, summary: "", inputs: [InputSpec("in", [FoldToy.scalar], "")],
        outputs: [OutputSpec("value", FoldToy.scalar, "", collected: true)])
    ) { try $0.write([-(try $0.numbers("in")[0])], to: "value") }
    return [base, cheap, last, Many()]
  }

  private struct Many: FamilyKind {
    let signature = FoldToy.family(
      "many",
      [
        FoldToy.integer("runs"), FoldToy.integer("from", .defaultsTo("0")),
        SettingSpec("members", .word(["nodes", "chunks"]), .defaultsTo("chunks"), ""),
        SettingSpec("nested", .list(.stage, count: 0...9), .optional, ""),
        FoldToy.integer("max_failures", .defaultsTo("0")),
      ], outputs: [OutputSpec("sum", FoldToy.scalar, ""), OutputSpec("count", FoldToy.scalar, "")])

    func design(_ request: DesignRequest) throws -> RoundPlan {
      let from = request.settings.integer("from")
      return RoundPlan((0..<request.settings.integer("runs")).map { [Double(from + $0)] })
    }

    func run(_ context: StageContext) throws {
      var lines: [String: [Substring]] = [:]
      let values = try context.members.compactMap { member -> Double? in
        guard let path = member.inputs["value"] else { return nil }
        guard let row = member.row else { return try readNumber(path) }
        if lines[path] == nil {
          let text = try String(contentsOfFile: path, encoding: .utf8)
          lines[path] = text.split(separator: "\n", omittingEmptySubsequences: false)
        }
        return Double(lines[path]?[row] ?? "")
      }
      try context.write([values.reduce(0, +)], to: "sum")
      try context.write([Double(values.count)], to: "count")
    }
  }

  private static func manifest(_ runs: Int, _ more: String = "") -> String {
    """
    [base : base]
    level = 5

    [cheap : cheap]
    level <- base.out
    shift <- base.out
    x = 0

    [last : last]
    in <- cheap.out

    [many : many]
    repeat = last
    runs = \(runs)
    max_failures = 9
    cheap.x ~ uniform(0, 1)
    \(more)
    """
  }

  @Test func theSameAsNodes() throws {
    let project = try FoldProject(Self.kinds)
    let record = try project.run(Self.manifest(1200))
    #expect(record.outcome == .succeeded, "\(record.messages)")
    #expect(
      record.nodes.map(\.name).filter { $0.contains("rows") } == [
        "many.rows[many 0]", "many.rows[many 1024]",
      ])
    let nodes = try FoldProject(Self.kinds)
    try nodes.run(Self.manifest(1200, "members = nodes"))
    #expect(try project.result("many.sum") == nodes.result("many.sum"))
    #expect(try project.result("many.count") == [1199])
  }

  @Test func blocksDecideNothing() throws {
    let results = try [1, 7, 64].map { block -> [String: [String: String]] in
      let project = try FoldProject(Self.kinds)
      project.block = block
      let record = try project.run(Self.manifest(3000))
      #expect(record.outcome == .succeeded, "\(record.messages)")
      return record.results
    }
    #expect(results[0] == results[1] && results[1] == results[2])
  }

  @Test func growingKeepsFullChunks() throws {
    let project = try FoldProject(Self.kinds)
    try project.run(Self.manifest(2500))
    let record = try project.run(Self.manifest(5000))
    let rows = record.nodes.filter { $0.kind == "chunk" }
    #expect(rows.map(\.outcome) == [.cached, .cached, .executed, .executed, .executed])
    let second = try project.run(Self.manifest(5000))
    #expect(second.count(.executed) == 0)
    #expect(try project.makeRun(Self.manifest(5000)).forecast().allSatisfy { $0.state == .cached })
  }

  @Test func rowsThatFailAreRows() throws {
    let project = try FoldProject(Self.kinds)
    let record = try project.run(Self.manifest(3000))
    #expect(record.outcome == .succeeded)
    #expect(try project.result("many.count") == [2997])
    let chunk = try #require(record.nodes.first { $0.kind == "chunk" })
    let failures = try String(
      contentsOfFile: ObjectStore(layout: project.layout).path(try #require(chunk.outputs["failures"])),
      encoding: .utf8)
    #expect(failures == "11: no value at 11\n")
    let log = try #require(try NodeLogs(layout: project.layout).text(chunk.key))
    #expect(log.contains("[471] x is 471") && log.contains("[11] error: no value at 11"))
    let strict = try project.makeRun(
      Self.manifest(3000).replacingOccurrences(of: "max_failures = 9", with: "max_failures = 2"))
    #expect(try strict.execute().outcome == .failed)
    #expect(
      strict.failures.map { "\($0)" } == [
        "many: 3 of 3000 members failed, more than max_failures = 2; first: many 11: no value at 11"
      ])
  }

  /// A family that reads one output under two names.
  private struct Twice: FamilyKind {
    let signature = FoldToy.family(
      "twice",
      [
        FoldToy.integer("runs"), FoldToy.output("value"), FoldToy.output("again"),
        SettingSpec("members", .word(["nodes", "chunks"]), .defaultsTo("chunks"), ""),
      ], outputs: [OutputSpec("sums", .file, "")], roles: [.init("value"), .init("again")])

    func design(_ request: DesignRequest) throws -> RoundPlan {
      RoundPlan((0..<request.settings.integer("runs")).map { [Double($0)] })
    }

    func run(_ context: StageContext) throws {
      let sums = try ["value", "again"].map { port in
        try context.members.reduce(0.0) { sum, member in
          let path = try #require(member.inputs[port])
          guard let row = member.row else { return sum + (try readNumber(path)) }
          let lines = try String(contentsOfFile: path, encoding: .utf8).split(
            separator: "\n", omittingEmptySubsequences: false)
          return sum + (Double(lines[row]) ?? .nan)
        }
      }
      try context.write(sums, to: "sums")
    }
  }

  @Test(arguments: ["chunks", "nodes"]) func oneOutputInTwoRoles(_ members: String) throws {
    let project = try FoldProject { Self.kinds($0) + [Twice()] }
    let record = try project.run(
      Self.manifest(10) + """

        [twice : twice]
        repeat = cheap
        runs = 10
        value = cheap.out
        again = cheap.out
        members = \(members)
        cheap.x ~ uniform(0, 1)
        """)
    #expect(record.outcome == .succeeded, "\(record.messages)")
    // Σ 2x + 5 + 5 of x from 0 to 9.
    #expect(try project.result("twice.sums") == [190, 190])
  }

  /// Each member of the outer family has chunks of its own, which see what it varies.
  @Test func chunksInsideOfMembers() throws {
    func manifest(_ members: String) -> String {
      Self.manifest(3, "members = \(members)") + """

        [total : last]
        in <- many.sum

        [outer : many]
        repeat = total
        nested = many
        runs = 2
        members = nodes
        cheap.shift ~ uniform(0, 1)
        """
    }
    let project = try FoldProject(Self.kinds)
    let record = try project.run(manifest("chunks"))
    #expect(record.outcome == .succeeded, "\(record.messages)")
    let nodes = try FoldProject(Self.kinds)
    try nodes.run(manifest("nodes"))
    // −Σ (2x + shift + 5) with x = 0, 1, 2, each value negated twice: shift 0 and 1.
    #expect(try project.result("outer.sum") == nodes.result("outer.sum"))
    #expect(record.nodes.filter { $0.kind == "chunk" }.count == 3)
  }

  /// Where the rest of a chunk lies is decided by the first member that ends well, whichever that is.
  @Test func theFirstOneMayFail() throws {
    let (project, nodes) = (try FoldProject(Self.kinds), try FoldProject(Self.kinds))
    let record = try project.run(Self.manifest(30, "from = 11"))
    #expect(record.outcome == .succeeded, "\(record.messages)")
    try nodes.run(Self.manifest(30, "from = 11\nmembers = nodes"))
    #expect(try project.result("many.sum") == nodes.result("many.sum"))
    #expect(try project.result("many.count") == [29])
  }

  /// A hundred thousand in the long tests: within 20 s, 200 MB and 2000 files.
  @Test func manyMembersAreCheap() throws {
    let isLong = Effort.isLong
    let count = isLong ? 100_000 : 5000
    let project = try FoldProject(Self.kinds)
    let start = Posix.seconds()
    #expect(try project.run(Self.manifest(count)).outcome == .succeeded)
    let seconds = Posix.seconds() - start
    let paths = try FileManager.default.subpathsOfDirectory(atPath: project.layout.store)
    let bytes = paths.reduce(0) { sum, path in
      sum + (FileIdentity(path: project.layout.store + "/" + path).map { Int($0.size) } ?? 0)
    }
    print("chunks: \(count) members in \(seconds) s, \(paths.count) files, \(bytes) bytes")
    #expect(paths.count < 2000 * count / 100_000 + 100 && bytes < 2000 * count + 1_000_000)
    if isLong { #expect(seconds < 20) }
  }
}

/// Chunks inside of a fold, and members that say which draws and settings they have.
@Suite(.serialized) struct ChunkFoldTests {
  /// Sums what members give, round by round, and asks for three rounds of `batch` members.
  private struct Rounds: FoldKind {
    let signature = FoldToy.family(
      "rounds",
      [
        FoldToy.integer("batch"), FoldToy.integer("rounds"), FoldToy.output("value"),
        SettingSpec("members", .word(["nodes", "chunks"]), .defaultsTo("chunks"), ""),
        FoldToy.integer("max_failures", .defaultsTo("0")),
      ], outputs: [OutputSpec("sums", .file, "")], roles: [.init("value")])
    func design(_ request: DesignRequest) throws -> RoundPlan { RoundPlan() }
    func fold(_ request: DesignRequest) throws -> Fold? {
      Fold(
        step: "rounds_step", settings: ["batch": request.settings.given("batch")],
        first: ChunkFoldTests.plan(request.settings.integer("batch"), round: 0))
    }
    func rows(_ progress: FoldProgress) throws -> Int {
      progress.rounds < progress.settings.integer("rounds") ? progress.next.rows.count : 0
    }
    func run(_ context: StageContext) throws {
      try context.write(try context.readReports().compactMap { $0["sum"] }, to: "sums")
    }
  }

  fileprivate static func plan(_ batch: Int, round: Int) -> RoundPlan {
    RoundPlan((0..<batch).map { [Double(1000 * round + $0)] })
  }

  private static func kinds(_ world: FoldWorld) -> [any StageKind] {
    let work = LambdaKind(
      signature: StageSignature(
        kind: "work", version: 1, summary: "", settings: [FoldToy.number("x")],
        outputs: [OutputSpec("out", FoldToy.scalar, "")])
    ) { context in
      let x = context.settings.number("x")
      if x == 1003 { throw ToyError(message: "no") }
      try context.write([x + 0.5], to: "out")
    }
    let step = LambdaKind(
      signature: FoldToy.step(
        "rounds_step", [FoldToy.integer("batch")], states: [OutputSpec("state", .file, "")])
    ) { context in
      let before = try context.inputs["state"].map { try StageContext.numbers(at: $0) } ?? [0, 0]
      var sum = before[0]
      for member in context.members where !member.hasFailed {
        let path = try #require(member.inputs["value"])
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(
          separator: "\n", omittingEmptySubsequences: false)
        sum += Double(lines[member.row ?? 0]) ?? .nan
      }
      try context.write([sum, before[1] + 1], to: "state")
      try context.write(
        ChunkFoldTests.plan(context.settings.integer("batch"), round: Int(before[1]) + 1),
        FoldReport([("sum", sum)]))
    }
    return [work, step, Rounds()]
  }

  private static func manifest(_ batch: Int, _ rounds: Int, _ more: String = "") -> String {
    """
    [work : work]
    x = 0

    [rounds : rounds]
    repeat = work
    value  = work.out
    batch  = \(batch)
    rounds = \(rounds)
    max_failures = 1
    work.x ~ uniform(0, 1)
    \(more)
    """
  }

  @Test func aChunkEndsWithItsRound() throws {
    let project = try FoldProject(Self.kinds)
    let record = try project.run(Self.manifest(1500, 2))
    #expect(record.outcome == .succeeded, "\(record.messages)")
    #expect(record.nodes.filter { $0.kind == "chunk" }.count == 4)
    let nodes = try FoldProject(Self.kinds)
    try nodes.run(Self.manifest(1500, 2, "members = nodes"))
    #expect(try project.result("rounds.sums") == nodes.result("rounds.sums"))
    let more = try project.run(Self.manifest(1500, 3))
    #expect(
      more.nodes.filter { $0.kind == "chunk" }.map(\.outcome) == [
        .cached, .cached, .cached, .cached, .executed, .executed,
      ])
    #expect(try project.run(Self.manifest(1500, 2)).outcomes(.executed).isEmpty)
  }
}
