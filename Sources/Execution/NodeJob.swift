import Planning
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Work that a thread does for the scheduler.
enum Job: Sendable {
  case run(NodeJob)
  /// Writes the readable copies of a node that was found in the index.
  case export(node: Int, copies: [Copy])
}

/// One readable copy: content hash and name below `results/`.
struct Copy: Sendable {
  var hash: String
  var name: String

  /// Of the outputs that have a name; one that nobody has wanted has no content.
  static func all(_ outputs: [String], _ names: [String?]) -> [Copy] {
    zip(outputs, names).compactMap { hash, name in
      hash.isEmpty ? nil : name.map { Copy(hash: hash, name: $0) }
    }
  }
}

struct NodeJob: Sendable {
  let id: Int
  let node: Node
  let kind: any StageKind
  let evaluated: EvaluatedNode
  /// Base node: its outputs are copied to `results/` under these names, in the order of its outputs; volatile ones are not.
  let exportNames: [String?]
  /// Its key is known but objects are missing or damaged.
  let isForced: Bool
  /// Computed again although its result is known, since the user wants it.
  var isAgain = false

  /// What it writes: what is wanted, and what was made before, which tells whether it is the same again.
  func madeOutputs(_ before: [String: String]) -> [OutputSpec] {
    guard let wanted = node.wanted else { return node.outputs }
    return node.outputs.filter { wanted.contains($0.name) || before[$0.name] != nil }
  }

  /// Whether another result is an error: of a step, since the rounds after it follow from the first one, and where it
  /// runs again for outputs that are made on demand, or were dropped by intent.
  var mustReproduce: Bool {
    node.wanted != nil || !node.volatile.isEmpty
      || node.outputs.contains { $0.isOnDemand || $0.name == "plan" }
  }
}

enum JobResult: Sendable {
  /// Ran; content hashes in the order of the node's outputs. An export that failed stands beside.
  case done([String], exportError: StoreError?)
  /// Another process had computed it meanwhile.
  case found([String], exportError: StoreError?)
  /// Another process is computing it.
  case claimed
  /// Objects it needs are missing or damaged: the nodes that make them.
  case needs([Int])
  case failed(StageFailure)
  case stopped
  /// The store can't go on.
  case broken(StoreError)
  case exported(StoreError?)
}

struct Completion: Sendable {
  var node: Int
  var result: JobResult
  var seconds: Double
  /// What the stage warned of, when it ran or when the result was made that was found.
  var warnings: [String] = []
}

/// What the scheduler's thread hears.
enum Event: Sendable {
  case completed(Completion)
  /// Look again: threads came back, or the run is to stop.
  case wake
}

/// The life of a node on a worker thread.
struct NodeRunner: Sendable {
  let store: Store
  let claims: Claims
  let budget: ThreadBudget
  /// This worker's folder, empty between nodes.
  let scratch: String
  let isCancelled: @Sendable () -> Bool
  /// `StageContext.instructions`.
  let instructions: String?
  /// `StageContext.scratchLimit`.
  var scratchLimit: Int?

  func perform(_ job: Job) -> Completion {
    let start = Posix.seconds()
    switch job {
    case .run(let job):
      let warnings = WarningCollector()
      let result = run(job, warnings)
      return Completion(
        node: job.id, result: result, seconds: Posix.seconds() - start, warnings: warnings.all)
    case .export(let node, let copies):
      return Completion(node: node, result: export(node, copies), seconds: Posix.seconds() - start)
    }
  }

  private func run(_ job: NodeJob, _ warnings: WarningCollector) -> JobResult {
    let key = job.evaluated.recipe.key
    let log = NodeLog(
      path: store.layout.log(key: key), name: job.node.name.description,
      isHeld: job.node.name.isBetweenStages)
    defer { log.close() }
    do {
      guard claims.take(key) else { return .claimed }
      defer { claims.release(key) }
      let found = try job.isAgain ? nil : store.lease.hold { try foundMeanwhile(job, warnings) }
      if let outputs = found { return .found(outputs, exportError: copyOut(outputs, job)) }
      let missing = try damagedInputs(job)
      if !missing.isEmpty { return .needs(missing) }
      defer { emptyScratch() }
      // Whoever made outputs of this recipe before is checked by them.
      let before = try store.index.lookup(key) ?? [:]
      let made = job.madeOutputs(before)
      let handed = HandedOn()
      try runKind(job, made, log, warnings, handed)
      // A program that does not look whether its writes succeed ends well and leaves half a file.
      if store.isFull { throw StoreError.diskFull(path: job.node.name.description) }
      let outputs = try commit(job, made, before, warnings.all, handed.hashes)
      if job.isAgain { tellDifference(job, before, outputs, warnings) }
      if let text = log.take() { try store.logs.put(key, text) }
      return .done(outputs, exportError: copyOut(outputs, job))
    } catch is CancellationError where isCancelled() {
      return .stopped
    } catch let error as StoreError {
      return .broken(error)
    } catch {
      if store.isFull { return .broken(.diskFull(path: "\(job.node.name): \(error)")) }
      let path = log.fail(error)
      return .failed(
        StageFailure(
          node: job.node.name, stage: job.node.signature.kind, recipe: key, underlying: error, log: path))
    }
  }

  /// Runs the stage, again where an input file was edited and put back meanwhile: what the stage read is then
  /// not what its recipe says, though the file is. An edit that stays is found at the commit.
  private func runKind(
    _ job: NodeJob, _ made: [OutputSpec], _ log: NodeLog, _ warnings: WarningCollector, _ handed: HandedOn
  ) throws {
    var changed: String?
    for _ in 0..<3 {
      let before = try identities(job)
      warnings.clear()
      handed.clear()
      let context = try context(job, made, log, warnings, handed)
      let received = job.node.settings.lazy.filter { if case .output = $0.value { true } else { false } }
      try job.node.signature.checkValues(
        of: context.settings, inputs: context.inputs.keys, received: received.map(\.key))
      try store.perform(job.kind, context)
      let now = try identities(job)
      guard let index = before.indices.first(where: { before[$0] != now[$0] }) else { return }
      changed = job.evaluated.files[index].path
      emptyScratch()
    }
    throw NodeError.inputChanged(path: changed ?? "")
  }

  /// Of the input files, each of which holds what the recipe says.
  private func identities(_ job: NodeJob) throws -> [FileIdentity?] {
    try job.evaluated.files.map { file in
      let identity = FileIdentity(path: file.path)
      guard (try? store.files.hash(file.path)) == file.hash else {
        throw NodeError.inputChanged(path: file.path)
      }
      return identity
    }
  }

  /// The claim may have been free only because its holder has just finished.
  private func foundMeanwhile(_ job: NodeJob, _ warnings: WarningCollector) throws -> [String]? {
    let key = job.evaluated.recipe.key
    guard let outputs = try store.index.lookup(key, ports: job.node.outputs, wanted: job.node.wanted)
    else { return nil }
    if job.isForced {
      for hash in outputs where try !hash.isEmpty && !store.objects.isIntact(hash) { return nil }
    }
    for warning in try store.warnings.warnings(of: key, foundIn: store.index) { _ = warnings.add(warning) }
    store.lease.pin(key)
    return outputs
  }

  func damagedInputs(_ job: NodeJob) throws -> [Int] {
    var missing: Set<Int> = []
    for (input, hash) in zip(job.node.inputs, job.evaluated.inputHashes) {
      if let hash, try !store.objects.isIntact(hash) { missing.insert(input.source.node) }
    }
    return missing.sorted()
  }

  func context(
    _ job: NodeJob, _ made: [OutputSpec], _ log: NodeLog, _ warnings: WarningCollector, _ handed: HandedOn
  ) throws -> StageContext {
    let inputs = try ContextInputs(job, store)
    let outputs = made.map { ($0.name, scratch + "/" + $0.fileName) }
    let (budget, isCancelled, own) = (budget, isCancelled, ownFolder)
    var context = StageContext(
      settings: job.evaluated.settings(of: job.node), inputs: inputs.ordinary,
      outputs: Dictionary(uniqueKeysWithValues: outputs), members: inputs.members,
      memberVariables: job.node.members?.variables ?? [])
    context.makeScratch = {
      try Posix.makeFolder(own)
      return own
    }
    context.log = { log.append($0) }
    context.checkCancelled = { if isCancelled() { throw CancellationError() } }
    context.borrowThreads = { budget.borrow($0) }
    context.returnThreads = { budget.giveBack($0) }
    context.memberPerturbations = job.node.members?.perturbations ?? []
    context.memberDraws = job.node.members?.draws ?? []
    context.memberCases = job.node.members?.cases ?? []
    context.memberPorts = job.node.members?.ports ?? []
    context.reports = inputs.reports
    context.warn = { if warnings.add($0) { log.append("warning: \($0)") } }
    context.instructions = instructions
    context.scratchLimit = scratchLimit
    var hashes: [String: String] = [:]
    for (input, hash) in zip(job.node.inputs, job.evaluated.inputHashes) {
      if case .whole = input.part, let hash { hashes[input.port] = hash }
    }
    context.handOn = { [hashes] input, output in
      guard let hash = hashes[input] else { preconditionFailure("nothing feeds the input '\(input)'") }
      handed.add(hash, output)
    }
    return context
  }

  /// What a stage that asks for a folder of its own gets: beside the outputs, which hold nothing else.
  private var ownFolder: String { scratch + ".own" }

  /// Takes the outputs into the store and makes the key known. Everything is checked before anything
  /// is moved, the index comes last.
  private func commit(
    _ job: NodeJob, _ made: [OutputSpec], _ before: [String: String], _ warnings: [String],
    _ handed: [String: String]
  ) throws -> [String] {
    let written = made.filter { handed[$0.name] == nil }
    let expected = Set(written.map(\.fileName))
    for port in written {
      var status = stat()
      guard lstat(scratch + "/" + port.fileName, &status) == 0 else {
        throw NodeError.missingOutput(port: port.name)
      }
      guard status.st_mode & S_IFMT == S_IFREG else { throw NodeError.notAFile(port: port.name) }
      if status.st_nlink > 1 { try detach(scratch + "/" + port.fileName) }
    }
    for name in Posix.names(in: scratch) where !expected.contains(name) {
      throw NodeError.unexpectedFile(name: name)
    }
    let different = try differences(of: made, from: before, handed)
    if job.mustReproduce, !different.isEmpty { throw NodeError.notReproducible(ports: different) }
    let recipe = job.evaluated.recipe
    // No cleaning may come between the object and what refers to it.
    return try store.lease.hold {
      let outputs = try made.map { port in
        (port: port.name, hash: try handed[port.name] ?? store.objects.adopt(scratch + "/" + port.fileName))
      }
      try store.recipes.record(
        key: recipe.key, name: job.node.name.description, outputs: outputs, text: recipe.text)
      try store.warnings.record(recipe.key, warnings)
      try store.index.record(recipe.key, outputs: outputs)
      store.lease.pin(recipe.key)
      return job.node.outputs.map { port in outputs.first { $0.port == port.name }?.hash ?? "" }
    }
  }

  /// Another result of the same recipe: a stage that is not reproducible, or a program of another version.
  private func tellDifference(
    _ job: NodeJob, _ before: [String: String], _ outputs: [String], _ warnings: WarningCollector
  ) {
    let different = zip(job.node.outputs, outputs).filter { port, hash in
      !hash.isEmpty && before[port.name].map { $0 != hash } == true
    }
    guard !different.isEmpty else { return }
    _ = warnings.add(
      "computed again, \(different.map(\.0.name).joined(separator: ", ")) came out with other bytes than before"
    )
  }

  /// Outputs that were made before, maybe to be read by others since, and are not the same bytes again. What a program
  /// of before wrote in another form stays in that form.
  private func differences(
    of made: [OutputSpec], from before: [String: String], _ handed: [String: String]
  ) throws -> [String] {
    var different: [String] = []
    for port in made {
      guard let old = before[port.name] else { continue }
      if let hash = handed[port.name] {
        if hash != old { different.append(port.name) }
        continue
      }
      let path = scratch + "/" + port.fileName
      if try Hashing.file(path).hash != old, try !takeOlderForm(of: path, hash: old) {
        different.append(port.name)
      }
    }
    return different
  }

  private func takeOlderForm(of path: String, hash: String) throws -> Bool {
    let target = scratch + ".older"
    defer { unlink(target) }
    for write in try store.olderForms(path) {
      try write(target)
      guard Posix.exists(target), try Hashing.file(target).hash == hash else { continue }
      try Posix.move(target, to: path)
      return true
    }
    return false
  }

  /// A file that has another name elsewhere could be changed through it, and would be made read-only there.
  private func detach(_ path: String) throws {
    let own = scratch + ".copy"
    _ = try Results.copy(path, to: own)
    try Posix.move(own, to: path)
  }

  func emptyScratch() {
    for name in Posix.names(in: scratch) { Posix.removeTree(scratch + "/" + name) }
    Posix.removeTree(ownFolder)
  }

  private func copyOut(_ outputs: [String], _ job: NodeJob) -> StoreError? {
    let copies = Copy.all(outputs, job.exportNames)
    guard case .exported(let error) = export(job.id, copies) else {
      return copies.first.map { .damagedObject(hash: $0.hash) }
    }
    return error
  }

  private func export(_ node: Int, _ copies: [Copy]) -> JobResult {
    do {
      for copy in copies where !store.results.isCurrent(copy.name, hash: copy.hash) {
        guard try store.objects.isIntact(copy.hash) else { return .needs([node]) }
        let temporary = scratch + ".copy"
        try store.results.export(
          copy.hash, from: store.objects.path(copy.hash), as: copy.name, temporary: temporary)
      }
      return .exported(nil)
    } catch let error as StoreError {
      return .exported(error)
    } catch {
      return .exported(.system(operation: "export", path: "results", code: EIO))
    }
  }
}

/// Outputs that a stage has made of its inputs' bytes: content hashes by port.
final class HandedOn: Sendable {
  private let all = Mutex<[String: String]>([:])

  var hashes: [String: String] { all.withLock { $0 } }
  func add(_ hash: String, _ output: String) { all.withLock { $0[output] = hash } }
  func clear() { all.withLock { $0 = [:] } }
}

/// The log of one node, made with its first line.
final class NodeLog: Sendable {
  private let path: String
  private let name: String
  private struct State {
    var file: Descriptor?
    var isUnwritable = false
    /// Lines that have not been written yet, of a log that is held.
    var held: [String]?
  }
  private let state: Mutex<State>

  /// - Parameter isHeld: it gets no file unless it is closed before it is taken, as those of the many steps of a family are.
  init(path: String, name: String, isHeld: Bool = false) {
    (self.path, self.name) = (path, name)
    state = Mutex(State(held: isHeld ? [] : nil))
  }

  /// A log that can't be written is no reason to fail a stage; the run's record still has the error.
  func append(_ line: String) {
    state.withLock { state in
      if state.held == nil { write(line, &state) } else { state.held?.append(line) }
    }
  }

  private func write(_ line: String, _ state: inout State) {
    guard !state.isUnwritable else { return }
    do throws(StoreError) {
      if state.file == nil {
        if let slash = path.lastIndex(of: "/") { try Posix.makeFolder(String(path[..<slash])) }
        state.file = try Descriptor(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND)
        if let file = state.file { try Self.write("# \(name)", to: file, path) }
      }
      if let file = state.file { try Self.write(line, to: file, path) }
    } catch {
      state.isUnwritable = true
    }
  }

  /// The whole of a log that is held, for another place than its file; nil where there is none.
  func take() -> String? {
    state.withLock { state in
      guard let held = state.held, !held.isEmpty else { return nil }
      state.held = []
      return "# \(name)\n" + held.map { $0 + "\n" }.joined()
    }
  }

  private static func write(_ line: String, to file: Descriptor, _ path: String) throws(StoreError) {
    let bytes = Array(line.utf8) + [10]
    var problem: StoreError?
    bytes.withUnsafeBytes { buffer in
      do throws(StoreError) { try file.writeAll(buffer, path: path) } catch { problem = error }
    }
    if let problem { throw problem }
  }

  /// Adds the error; answers the path of the log, empty if there is none.
  func fail(_ error: any Error) -> String {
    append("error: \(error)")
    release()
    return state.withLock { $0.isUnwritable ? "" : path }
  }

  /// Writes what is held.
  private func release() {
    state.withLock { state in
      let held = state.held ?? []
      state.held = nil
      for line in held { write(line, &state) }
    }
  }

  /// No more lines will come; what was held and not taken is written.
  func close() {
    release()
    state.withLock { $0.file = nil }
  }
}
