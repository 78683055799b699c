import Datasets
import Execution
import Planning
import Reporting
import StandardCatalogue

/// The lock file of a manifest: where it lies, and what a run's results come to.
struct LockFile {
  let path: String

  /// - Parameters:
  ///   - explicit: the path that the user gave.
  ///   - profile: each profile has a lock of its own, for its results are others.
  init(manifest: String, profile: String?, explicit: String?) {
    path = explicit ?? "\(manifest).\(profile.map { "\($0)." } ?? "")lock"
  }

  /// The lock that stands there now; nil if there is none that can be read.
  var current: ResultLock? { (try? TextFile.read(path)).flatMap { try? ResultLock(text: $0) } }

  /// - Throws: ends the program where there is no lock.
  func read() throws -> ResultLock {
    guard let text = try? TextFile.read(path) else {
      throw Terminal.failure("there is no lock file \(path): `pipe lock` writes it", .noInput)
    }
    do throws(ResultLock.TextError) {
      return try ResultLock(text: text)
    } catch {
      throw Terminal.failure("\(path) is no lock file: \(error)", .noInput)
    }
  }

  func write(_ lock: ResultLock) throws {
    if let text = try? TextFile.read(path), text == lock.text { return }
    do {
      try TextFile.write(lock.text, to: path)
    } catch {
      throw Terminal.failure("cannot write \(path): \(error)", .cannotCreate)
    }
  }
}

extension ResultLock {
  /// What the stages of a run gave; members' own results are in what collects them.
  init(_ record: RunRecord, layout: ProjectLayout) throws {
    let results = StoredResults(layout: layout)
    var outputs: [Output] = []
    for node in record.nodes where node.members.isEmpty && !node.nodeName.isBetweenStages {
      let volatile = Catalogue.standard.signature(node.kind)?.outputs.filter(\.isVolatile).map(\.name) ?? []
      for (port, hash) in node.outputs.sorted(by: { $0.key < $1.key })
      where !hash.isEmpty && !volatile.contains(port) {
        let path = try results.path(hash: hash, pipeline: record.pipeline, stage: node.stage, port: port)
        do {
          switch try ArtefactContent(path: path, isOurs: node.isOurs) {
          case .dataset(let dataset): outputs.append(Output(stage: node.stage, port: port, dataset: dataset))
          case .file: outputs.append(Output(stage: node.stage, port: port, file: hash))
          }
        } catch {
          throw Terminal.failure("cannot read \(node.stage).\(port): \(error)", .store)
        }
      }
    }
    self.init(outputs)
  }
}

/// `pipe run --locked`: compares what a run gave with the lock.
struct LockCheck {
  let file: LockFile
  let locked: ResultLock
  /// Whether only some stages were asked for.
  let isPartial: Bool

  /// - Throws: ends the program before anything runs where there is no lock to compare with.
  init(_ file: LockFile, isPartial: Bool) throws {
    (self.file, self.isPartial) = (file, isPartial)
    locked = try file.read()
  }

  /// Says what differs, first the stage that no other differing one comes before.
  func compare(_ record: RunRecord, layout: ProjectLayout) throws -> LockFinding {
    let order = record.nodes.filter(\.members.isEmpty).map(\.stage)
    let found = try ResultLock(record, layout: layout)
    let comparison = LockComparison(locked: locked, found: found, order: order, isPartial: isPartial)
    let finding = LockFinding(
      file: file.path, results: found.outputs.count, differences: comparison.stages)
    for line in finding.lines { Terminal.say(line) }
    return finding
  }
}

/// How a run's results compare with a lock.
struct LockFinding {
  var file: String
  /// How many were compared.
  var results: Int
  var differences: [LockComparison.Stage]

  var holds: Bool { differences.isEmpty }

  var lines: [String] {
    guard let first = differences.first else { return ["locked: \(results) results are as \(file) has them"] }
    let others = differences.dropFirst().map(\.name)
    return ["locked: \(file) does not hold; \(first.name) differs first"] + first.lines.map { "  \($0)" }
      + (others.isEmpty ? [] : ["  after it: \(others.joined(separator: ", "))"])
  }
}
