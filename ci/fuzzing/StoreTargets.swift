import Execution
import Planning

/// Logs of checked lines. Half of the inputs are damaged as a disk would, so that check sums must catch
/// them and only true entries may be answered; in the other half the lines are signed again, so that the
/// readers behind the check sums meet nonsense too and must merely live.
private struct DamagedLog {
  let payloads: [[UInt8]]
  private let whole: [UInt8]
  private let words = [
    "\n", " ", "=", "%", "%0", "-", "removed ", "0 0 0 0", "99999999999999999999", "sha256:",
  ]

  init(_ payloads: [String]) {
    self.payloads = payloads.map { Array($0.utf8) }
    whole = self.payloads.flatMap { AppendLog.line($0) }
  }

  /// - Returns: the file, and whether its lines were signed after they were damaged.
  func variant(_ mutator: inout Mutator) -> (bytes: [UInt8], isSigned: Bool) {
    guard mutator.below(2) == 0 else { return (mutator.variant(of: [whole], words: words), false) }
    var bytes: [UInt8] = []
    for payload in payloads {
      let line = mutator.below(3) == 0 ? [payload] : [mutator.variant(of: [payload], words: words)]
      for piece in line[0].split(separator: 10) { bytes += AppendLog.line(Array(piece)) }
    }
    return (bytes, true)
  }
}

private enum Sample {
  static func hash(_ number: Int) -> String { ContentHash.hex(of: "sample \(number)") }
}

/// The action index: key → outputs.
struct IndexTarget: FuzzTarget {
  private let path: String
  private let log: DamagedLog
  private let known: [String: [String: String]]

  init(folder: String) throws {
    path = folder + "/index"
    var known: [String: [String: String]] = [:]
    for number in 0..<6 {
      let ports = number == 0 ? [] : (0..<number % 3 + 1).map { "port\($0)" }
      let outputs = ports.enumerated().map { ($1, Sample.hash(10 * number + $0)) }
      known[Sample.hash(1000 + number)] = Dictionary(uniqueKeysWithValues: outputs)
    }
    self.known = known
    let lines = known.sorted { $0.key < $1.key }.map { key, outputs in
      let words = outputs.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      return key + " " + (words.isEmpty ? "-" : words.joined(separator: " "))
    }
    log = DamagedLog(lines)
  }

  mutating func feed(_ mutator: inout Mutator) throws {
    let (bytes, isSigned) = log.variant(&mutator)
    try Scratch.write(bytes, to: path)
    let index = try ActionIndex(path: path)
    for (key, outputs) in known {
      let found = try index.lookup(key)
      if let found, found != outputs, !isSigned { throw Finding("the index answers what was never written") }
    }
    guard index.damagedLines > 0, mutator.below(4) == 0 else { return }
    try index.heal()
    let healed = try ActionIndex(path: path)
    if healed.damagedLines > 0 { throw Finding("an index that was healed is damaged") }
    if healed.count < index.count { throw Finding("healing lost an entry") }
  }
}

/// The log of recipes.
struct RecipesTarget: FuzzTarget {
  private let path: String
  private let log: DamagedLog
  private let known: [RecipeLog.Entry]

  init(folder: String) throws {
    path = folder + "/recipes.log"
    let writer = RecipeLog(path: path)
    for number in 0..<4 {
      try writer.record(
        key: Sample.hash(number), name: "inversion[ensemble \(number)]",
        outputs: [(port: "topography", hash: Sample.hash(50 + number))],
        text: "recipe 1\nkind toy 1\nsetting a = \"\(number) %\"\n")
    }
    known = try writer.entries()
    let lines = try Scratch.read(path).split(separator: 10)
    log = DamagedLog(lines.map { String(decoding: $0.dropLast(17), as: UTF8.self) })
  }

  mutating func feed(_ mutator: inout Mutator) throws {
    let (bytes, isSigned) = log.variant(&mutator)
    try Scratch.write(bytes, to: path)
    let entries = try RecipeLog(path: path).entries()
    if !isSigned, !entries.allSatisfy({ known.contains($0) }) {
      throw Finding("the log answers a recipe that was never written")
    }
  }
}

/// The memory of copies in `results/`.
struct ExportsTarget: FuzzTarget {
  private let layout: ProjectLayout
  private let log: DamagedLog

  init(folder: String) throws {
    layout = ProjectLayout(root: folder)
    try Scratch.makeFolder(layout.store)
    log = DamagedLog([
      "\(Sample.hash(1)) 12 345 1700000000000000000 1700000000000000001 toy/a.out.nc",
      "\(Sample.hash(2)) 0 0 0 0 toy/with%20blank.out.nc", "removed toy/a.out.nc",
    ])
  }

  mutating func feed(_ mutator: inout Mutator) throws {
    try Scratch.write(log.variant(&mutator).bytes, to: layout.exports)
    let results = try Results(layout: layout)
    // No such file is there, whatever the memory says.
    for name in ["toy/a.out.nc", "toy/with blank.out.nc"]
    where results.isCurrent(name, hash: Sample.hash(1)) || results.isCurrent(name, hash: Sample.hash(2)) {
      throw Finding("a copy that does not exist is taken for current")
    }
  }
}

/// The memory of input files' hashes.
struct FilesTarget: FuzzTarget {
  private let layout: ProjectLayout
  private let log: DamagedLog
  private let input: String
  private let hash: String

  init(folder: String) throws {
    layout = ProjectLayout(root: folder)
    try Scratch.makeFolder(layout.store)
    input = folder + "/input"
    try Scratch.write(Array("content".utf8), to: input)
    hash = ContentHash.hex(of: "content")
    // Another file's identity: an entry for this one would be true.
    log = DamagedLog([
      "\(Sample.hash(1)) 12 7 1700000000000000000 1700000000000000001 input",
      "\(Sample.hash(2)) 13 7 1700000000000000000 1700000000000000001 data/with%20blank.nc",
    ])
  }

  mutating func feed(_ mutator: inout Mutator) throws {
    try Scratch.write(log.variant(&mutator).bytes, to: layout.files)
    if try FileHashCache(layout: layout).hash(input) != hash {
      throw Finding("a wrong hash of an input file")
    }
  }
}
