import Planning

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Everything below `.pipe` that a run uses, opened once.
struct Store: Sendable {
  let layout: ProjectLayout
  let objects: ObjectStore
  let index: ActionIndex
  let warnings: WarningLog
  let recipes: RecipeLog
  let files: FileHashCache
  let scalars: ScalarCache
  /// Runs a stage.
  let perform: Catalogue.Perform
  /// Of an output that is made again.
  let olderForms: Catalogue.OlderForms
  let texts: TextCache
  let volatile: VolatileLog
  let logs: NodeLogs
  let results: Results
  let lease: Lease
  /// What was repaired while opening.
  let notices: [String]

  init(layout: ProjectLayout, catalogue: Catalogue, isParanoid: Bool) throws {
    self.layout = layout
    try Posix.makeFolder(layout.store)
    recipes = RecipeLog(path: layout.recipes)
    let hadIndex = access(layout.index, F_OK) == 0
    let index = try ActionIndex(path: layout.index)
    var notices: [String] = []
    if !hadIndex || index.damagedLines > 0 {
      let restored = try Self.restore(index, from: recipes)
      if index.damagedLines > 0 || restored > 0 {
        let cause = hadIndex ? "\(index.damagedLines) damaged line(s) ignored" : "it was missing"
        notices.append("the index of the store was repaired: \(cause), \(restored) result(s) restored")
      }
      if index.damagedLines > 0 { try index.heal() }
    }
    self.index = index
    warnings = try WarningLog(path: layout.warnings)
    if warnings.damagedLines > 0 {
      notices.append("\(warnings.damagedLines) damaged line(s) with warnings of stages ignored")
      try warnings.heal()
    }
    self.notices = notices
    objects = ObjectStore(layout: layout)
    files = try FileHashCache(layout: layout, isParanoid: isParanoid)
    scalars = ScalarCache(layout: layout, read: catalogue.readScalar)
    perform = catalogue.perform
    olderForms = catalogue.olderForms
    texts = TextCache(layout: layout)
    (volatile, logs) = (VolatileLog(layout: layout), NodeLogs(layout: layout))
    results = try Results(layout: layout)
    lease = Lease(layout: layout)
  }

  /// Gives the index what the log of recipes knows and it doesn't.
  private static func restore(_ index: ActionIndex, from recipes: RecipeLog) throws -> Int {
    var newest: [String: [String: String]] = [:]
    for entry in try recipes.entries() { newest[entry.key] = entry.outputs }
    var restored = 0
    for (key, outputs) in newest.sorted(by: { $0.key < $1.key }) where try index.lookup(key) == nil {
      try index.record(key, outputs: outputs.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
      restored += 1
    }
    return restored
  }

  /// Forces everything written so far to the disk.
  func sync() {
    // Not declared without _GNU_SOURCE, which Swift's module of the C library doesn't set.
    typealias SyncFileSystem = @convention(c) (Int32) -> Int32
    let folder = open(layout.store, O_RDONLY | O_CLOEXEC)
    guard folder >= 0 else { return }
    defer { close(folder) }
    if let symbol = dlsym(nil, "syncfs") {
      _ = unsafeBitCast(symbol, to: SyncFileSystem.self)(folder)
    } else {
      index.sync()
      warnings.sync()
      recipes.sync()
      files.sync()
      results.sync()
    }
  }

  /// Whether the file system of the store is out of space: a stage that fails then failed for that.
  var isFull: Bool {
    var status = statvfs()
    guard statvfs(layout.store, &status) == 0 else { return false }
    return UInt64(status.f_bavail) * UInt64(status.f_frsize) < 1 << 16
      || status.f_favail == 0 && status.f_files > 0
  }
}
