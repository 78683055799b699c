import Manifests
import Planning
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Computes the members of a chunk, one after the other on each thread, and gathers what the family reads of them. Where a
/// stage can run for many at once (`BatchKind`), members go through their stages together.
///
/// A member that fails is a row without results and a line of `failures`; its log lines stand in the chunk's log behind
/// its number. Files of a member that nobody else reads are written over by the next one.
struct ChunkKind: StageKind {
  let node: Node
  let chunk: ChunkPlan
  let catalogue: Catalogue
  /// Members that a thread takes at once: decides no result.
  let block: Int
  /// Of members of earlier chunks.
  let sizes: RowSizes

  var signature: StageSignature { node.signature }

  func run(_ context: StageContext) throws {
    let shared = try Shared(chunk, context, catalogue)
    let rows = Rows(count: context.members.count)
    let folders = try RowFolders(
      disk: context.makeScratch(), memory: catalogue.memory(shared.paths))
    try folders.memory.perform {
      if shared.stages.contains(where: { $0.together != nil }) {
        try computeTogether(context, shared, rows, folders)
      } else if try begin(context, shared, rows, folders) {
        try computeRest(context, shared, rows, folders)
      }
      if let error = rows.error { throw error }
      for role in chunk.roles.indices {
        guard let path = context.outputs[chunk.roles[role].name] else { continue }
        // Of several roles of one output the first has its files.
        let first = chunk.roles.firstIndex { $0.source == chunk.roles[role].source } ?? role
        let files = rows.failures.map { $0 == nil ? folders.file(first, of: $1) : nil }
        try catalogue.gather(files, node.outputs[role], chunk.roles[role].variables, path)
      }
    }
    try write(rows.failures, context)
  }

  /// Decides where files of members go: by the first one that ends well, unless an earlier chunk has told.
  /// - Returns: false where none ended well.
  private func begin(
    _ context: StageContext, _ shared: Shared, _ rows: Rows, _ folders: RowFolders
  ) throws -> Bool {
    let family = node.name.stage
    if let size = sizes[family] {
      folders.decide(size, of: context.members.count)
      return true
    }
    for row in context.members.indices {
      try context.checkCancelled()
      let own = try folders.own("first")
      defer { Posix.removeTree(own) }
      var batch = [ChunkRow(row: row, own: own)]
      try compute(&batch, context, shared, rows, folders)
      if rows.hasFailed(row) { continue }
      sizes[family] = folders.measured(
        row, own: own, roles: chunk.roles.count, of: context.members.count)
      return true
    }
    return false
  }

  private func computeRest(
    _ context: StageContext, _ shared: Shared, _ rows: Rows, _ folders: RowFolders
  ) throws {
    let count = context.members.count
    // A round of a fold may be smaller than a block; its rows are for all threads too.
    let block = max(1, min(block, (count + 7) / 8))
    let blocks = (count + block - 1) / block
    let lent = blocks > 1 ? context.borrowThreads(blocks - 1) : 0
    defer { context.returnThreads(lent) }
    try WorkerPool.forEach(blocks, jobs: 1 + lent) { number in
      guard !rows.isStopped else { return }
      do {
        let own = try folders.own("\(number)")
        try folders.memory.perform {
          for row in number * block..<min((number + 1) * block, count)
          where row >= folders.begun {
            try context.checkCancelled()
            var batch = [ChunkRow(row: row, own: own)]
            try compute(&batch, context, shared, rows, folders)
            // A file that is written over is flushed to the disk by some file systems; one that goes before that never is.
            folders.empty(own)
          }
        }
        Posix.removeTree(own)
      } catch {
        rows.stop(error)
      }
    }
  }

  /// Members that are worth a start of what runs for many of them, and the most whose files lie beside each other.
  private static let (fewestTogether, mostTogether) = (8, 256)

  /// Computes the rows in as few batches as there are threads.
  private func computeTogether(
    _ context: StageContext, _ shared: Shared, _ rows: Rows, _ folders: RowFolders
  ) throws {
    let count = context.members.count
    let wanted = (count - 1) / Self.fewestTogether
    let lent = wanted > 0 ? context.borrowThreads(wanted) : 0
    defer { context.returnThreads(lent) }
    let size = min(Self.mostTogether, (count + lent) / (1 + lent))
    try WorkerPool.forEach((count + size - 1) / size, jobs: 1 + lent) { number in
      guard !rows.isStopped else { return }
      do {
        try context.checkCancelled()
        let own = try folders.own("\(number)")
        var batch = try (number * size..<min((number + 1) * size, count)).map { row in
          ChunkRow(row: row, own: try folders.own("\(number)/\(row)"))
        }
        try compute(&batch, context, shared, rows, folders)
        Posix.removeTree(own)
      } catch {
        rows.stop(error)
      }
    }
  }

  /// Runs the stages of the rows of a batch, one stage after the other.
  private func compute(
    _ batch: inout [ChunkRow], _ context: StageContext, _ shared: Shared, _ rows: Rows, _ folders: RowFolders
  ) throws {
    for (index, stage) in chunk.stages.enumerated() {
      var contexts: [(position: Int, context: StageContext)] = []
      for position in batch.indices where !batch[position].hasFailed {
        let row = batch[position].row
        if let draw = stage.draw, chunk.draws?[row][draw] == nil {
          batch[position].outputs.append([:])
          continue
        }
        var paths: [String: String] = [:]
        for (output, role) in shared.stages[index].outputs {
          paths[output.name] =
            role.map { folders.file($0, of: row) }
            ?? "\(batch[position].own)/\(index)-\(output.fileName)"
        }
        batch[position].outputs.append(paths)
        do {
          contexts.append((position, try self.context(of: stage, batch[position], context, shared)))
        } catch {
          try fail(&batch[position], error, context, rows, folders)
        }
      }
      let errors = try shared.stages[index].run(contexts.map(\.context))
      for ((position, _), error) in zip(contexts, errors) {
        let paths = batch[position].outputs[index]
        let missing = stage.signature.outputs.first {
          let path = paths[$0.name] ?? ""
          return !$0.isOnDemand && !folders.memory.has(path) && access(path, R_OK) != 0
        }
        guard let error = error ?? missing.map({ NodeError.missingOutput(port: $0.name) }) else { continue }
        try fail(&batch[position], error, context, rows, folders)
      }
    }
  }

  /// Makes a row one without results, unless it is not the row's fault.
  private func fail(
    _ row: inout ChunkRow, _ error: any Error, _ context: StageContext, _ rows: Rows, _ folders: RowFolders
  ) throws {
    if error is StoreError || error is CancellationError { throw error }
    if folders.isFull { throw StoreError.diskFull(path: row.own) }
    row.hasFailed = true
    context.log("[\(chunk.first + row.row)] error: \(error)")
    rows.fail(row.row, "\(error)")
  }

  private func context(
    of stage: ChunkPlan.Stage, _ row: ChunkRow, _ context: StageContext, _ shared: Shared
  ) throws -> StageContext {
    let number = chunk.first + row.row
    let outputs = row.outputs
    let files = RowFiles(row: row.row, draws: chunk.draws?[row.row], shared: shared, outputs: outputs)
    var values: [String: SettingValue] = [:]
    for (name, value) in stage.settings {
      values[name] = try self.value(value, context.members[row.row].values, files)
    }
    var inputs: [String: String] = [:]
    for input in stage.inputs { inputs[input.port] = files.path(input.source) }
    var member = StageContext(settings: Settings(values), inputs: inputs, outputs: outputs.last ?? [:])
    member.makeScratch = {
      let folder = row.own + "/own"
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

  /// A member that is being computed.
  private struct ChunkRow {
    let row: Int
    /// A folder for what nobody else reads.
    let own: String
    /// Of the stages so far, by port.
    var outputs: [[String: String]] = []
    var hasFailed = false
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
    /// What each stage of the plan does for every member.
    let stages: [Work]

    init(_ chunk: ChunkPlan, _ context: StageContext, _ catalogue: Catalogue) throws {
      stages = chunk.stages.indices.map { Work($0, of: chunk, catalogue) }
      while let path = context.inputs[ChunkPlan.shared(paths.count)] { paths.append(path) }
      for stage in chunk.stages {
        for value in stage.settings.values {
          guard case .output(.shared(let index)) = value.own, scalars[index] == nil else { continue }
          scalars[index] = try catalogue.readScalar(paths[index])
        }
      }
    }
  }

  /// What a stage does for every member.
  private struct Work: Sendable {
    let kind: any StageKind
    /// The kind where it runs for many members at once.
    let together: (any BatchKind)?
    /// What it makes, with the role that it has for the family.
    let outputs: [(output: OutputSpec, role: Int?)]

    init(_ index: Int, of chunk: ChunkPlan, _ catalogue: Catalogue) {
      let stage = chunk.stages[index]
      guard let kind = catalogue.kinds[stage.signature.kind] else {
        preconditionFailure(
          "the plan holds a kind of stage that the catalogue doesn't: \(stage.signature.kind)")
      }
      self.kind = kind
      let constants = stage.settings.compactMapValues { value -> SettingValue? in
        if case .constant(let value) = value { value } else { nil }
      }
      together = (kind as? any BatchKind).flatMap {
        $0.runsTogether(Settings(constants.dictionary)) ? $0 : nil
      }
      // What is made on demand and read by nobody is not asked for.
      outputs = stage.signature.outputs.filter { !$0.isOnDemand || chunk.reads($0.name, of: index) }.map {
        output in
        (output, chunk.roles.firstIndex { $0.source == .stage(index, port: output.name) })
      }
    }

    /// What went wrong with each of the members, nil where nothing did.
    func run(_ contexts: [StageContext]) throws -> [(any Error)?] {
      if !contexts.isEmpty, let together { return try together.run(together: contexts) }
      return contexts.map { context in
        do {
          try kind.run(context)
          return nil
        } catch {
          return error
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
