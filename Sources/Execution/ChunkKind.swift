import Manifests
import Planning
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Computes the members of a chunk, one after the other on each thread, and gathers what the family reads of them.
///
/// A member that fails is a row without results and a line of `failures`; its log lines stand in the chunk's log behind
/// its number. Files of a member that nobody else reads are written over by the next one.
struct ChunkKind: StageKind {
  let node: Node
  let chunk: ChunkPlan
  let catalogue: Catalogue
  /// Members that a thread takes at once: decides no result.
  let block: Int

  var signature: StageSignature { node.signature }

  func run(_ context: StageContext) throws {
    let shared = try Shared(chunk, context, catalogue)
    let rows = Rows(count: context.members.count)
    let folders = try RowFolders(disk: context.makeScratch())
    if try begin(context, shared, rows, folders) { try computeRest(context, shared, rows, folders) }
    if let error = rows.error { throw error }
    for role in chunk.roles.indices {
      guard let path = context.outputs[chunk.roles[role].name] else { continue }
      // Of several roles of one output the first has its files.
      let first = chunk.roles.firstIndex { $0.source == chunk.roles[role].source } ?? role
      let files = rows.failures.map { $0 == nil ? folders.file(first, of: $1) : nil }
      try catalogue.gather(files, node.outputs[role], path)
    }
    try write(rows.failures, context)
  }

  /// Computes the rows up to the first one that ends well: its files tell where those of the others go.
  /// - Returns: false where none did.
  private func begin(
    _ context: StageContext, _ shared: Shared, _ rows: Rows, _ folders: RowFolders
  ) throws -> Bool {
    for row in context.members.indices {
      try context.checkCancelled()
      let own = try folders.own("first")
      defer { Posix.removeTree(own) }
      try compute(row, context, shared, rows, folders, own: own)
      if rows.hasFailed(row) { continue }
      folders.measured(row, own: own, roles: chunk.roles.count, of: context.members.count)
      return true
    }
    return false
  }

  private func computeRest(
    _ context: StageContext, _ shared: Shared, _ rows: Rows, _ folders: RowFolders
  ) throws {
    let blocks = (context.members.count + block - 1) / block
    let lent = blocks > 1 ? context.borrowThreads(blocks - 1) : 0
    defer { context.returnThreads(lent) }
    try WorkerPool.forEach(blocks, jobs: 1 + lent) { number in
      guard !rows.isStopped else { return }
      do {
        let own = try folders.own("\(number)")
        for row in number * block..<min((number + 1) * block, context.members.count)
        where row >= folders.begun {
          try context.checkCancelled()
          try compute(row, context, shared, rows, folders, own: own)
          // A file that is written over is flushed to the disk by some file systems; one that goes before that never is.
          for name in Posix.names(in: own) { Posix.removeTree(own + "/" + name) }
        }
        Posix.removeTree(own)
      } catch {
        rows.stop(error)
      }
    }
  }

  private func compute(
    _ row: Int, _ context: StageContext, _ shared: Shared, _ rows: Rows, _ folders: RowFolders, own: String
  ) throws {
    let member = chunk.first + row
    do {
      var outputs: [[String: String]] = []
      for (index, stage) in chunk.stages.enumerated() {
        if let draw = stage.draw, chunk.draws?[row][draw] == nil {
          outputs.append([:])
          continue
        }
        guard let kind = catalogue.kinds[stage.signature.kind] else {
          preconditionFailure(
            "the plan holds a kind of stage that the catalogue doesn't: \(stage.signature.kind)")
        }
        var paths: [String: String] = [:]
        for output in stage.signature.outputs {
          let role = chunk.roles.firstIndex { $0.source == .stage(index, port: output.name) }
          paths[output.name] =
            role.map { folders.file($0, of: row) }
            ?? "\(own)/\(index)-\(output.fileName)"
        }
        outputs.append(paths)
        try kind.run(try self.context(of: stage, row, context, shared, outputs, own: own))
        for output in stage.signature.outputs where !output.isOnDemand {
          guard access(paths[output.name] ?? "", R_OK) == 0 else {
            throw NodeError.missingOutput(port: output.name)
          }
        }
      }
    } catch let error as StoreError {
      throw error
    } catch let error as CancellationError {
      throw error
    } catch {
      if folders.isFull { throw StoreError.diskFull(path: own) }
      context.log("[\(member)] error: \(error)")
      rows.fail(row, "\(error)")
    }
  }

  private func context(
    of stage: ChunkPlan.Stage, _ row: Int, _ context: StageContext, _ shared: Shared,
    _ outputs: [[String: String]], own: String
  ) throws -> StageContext {
    let number = chunk.first + row
    let files = RowFiles(row: row, draws: chunk.draws?[row], shared: shared, outputs: outputs)
    var values: [String: SettingValue] = [:]
    for (name, value) in stage.settings {
      values[name] = try self.value(value, context.members[row].values, files)
    }
    var inputs: [String: String] = [:]
    for input in stage.inputs { inputs[input.port] = files.path(input.source) }
    var member = StageContext(settings: Settings(values), inputs: inputs, outputs: outputs.last ?? [:])
    member.makeScratch = {
      let folder = own + "/own"
      Posix.removeTree(folder)
      try Posix.makeFolder(folder)
      return folder
    }
    member.log = { context.log("[\(number)] \($0)") }
    member.checkCancelled = context.checkCancelled
    return member
  }

  private func value(
    _ value: ChunkPlan.Value, _ columns: [Double], _ files: RowFiles
  ) throws -> SettingValue? {
    switch value {
    case .constant(let value): return value
    case .column(let column, let isInteger, let otherwise):
      let number = columns[column]
      if number.isNaN { return try otherwise.flatMap { try self.value($0, columns, files) } }
      return .number(ExactDecimal(isInteger ? number.rounded() : number))
    case .number: return .number(ExactDecimal(chunk.first + files.row))
    case .draw(let draw): return files.draws?[draw].map { .number(ExactDecimal($0)) }
    case .output(.shared(let index)): return .number(ExactDecimal(files.shared.scalars[index] ?? .nan))
    case .output(let source):
      return .number(ExactDecimal(try catalogue.readScalar(files.path(source) ?? "")))
    case .list(let elements):
      return .list(try elements.compactMap { try self.value($0, columns, files) })
    }
  }

  private func write(_ failures: [String?], _ context: StageContext) throws {
    guard let path = context.outputs[ChunkPlan.failures] else { return }
    let file = try Descriptor(path, O_WRONLY | O_CREAT | O_TRUNC)
    var problem: StoreError?
    Array(ChunkFailures.text(failures).utf8).withUnsafeBytes { bytes in
      do throws(StoreError) { try file.writeAll(bytes, path: path) } catch { problem = error }
    }
    if let problem { throw problem }
  }

  /// What a row's stages read.
  private struct RowFiles {
    var row: Int
    /// In the order of what is perturbed; nil for the members' own numbers.
    var draws: [Int?]?
    var shared: Shared
    /// Of the stages so far, by port.
    var outputs: [[String: String]]

    func path(_ source: ChunkPlan.Source) -> String? {
      switch source {
      case .shared(let index): shared.paths[index]
      case .stage(let index, let port): outputs[index][port]
      case .drawn(let draw, let noisy, let plain): path(draws?[draw] == nil ? plain : noisy)
      }
    }
  }

  /// What all members use.
  private struct Shared: Sendable {
    var paths: [String] = []
    /// Numbers of those that give settings.
    var scalars: [Int: Double] = [:]

    init(_ chunk: ChunkPlan, _ context: StageContext, _ catalogue: Catalogue) throws {
      while let path = context.inputs[ChunkPlan.shared(paths.count)] { paths.append(path) }
      for stage in chunk.stages {
        for value in stage.settings.values {
          guard case .output(.shared(let index)) = value.own, scalars[index] == nil else { continue }
          scalars[index] = try catalogue.readScalar(paths[index])
        }
      }
    }
  }

  /// What has come of the members, from several threads.
  private final class Rows: Sendable {
    private struct State {
      var failures: [String?]
      var error: (any Error)?
    }
    private let state: Mutex<State>

    init(count: Int) { state = Mutex(State(failures: Array(repeating: nil, count: count))) }

    func fail(_ row: Int, _ message: String) { state.withLock { $0.failures[row] = message } }
    func stop(_ error: any Error) { state.withLock { $0.error = $0.error ?? error } }
    func hasFailed(_ row: Int) -> Bool { state.withLock { $0.failures[row] != nil } }
    var isStopped: Bool { state.withLock { $0.error != nil } }
    var error: (any Error)? { state.withLock { $0.error } }
    /// With the number of each row.
    var failures: [String?] { state.withLock { $0.failures } }
  }
}

extension [String?] {
  /// Element and position.
  fileprivate func map<Result>(_ transform: (String?, Int) -> Result) -> [Result] {
    indices.map { transform(self[$0], $0) }
  }
}
