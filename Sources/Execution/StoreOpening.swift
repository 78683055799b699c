public import Planning
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Reads the store of a project on a thread of its own, while the manifest is read and planned.
///
/// Nothing is made where there is no store yet: the manifest may have mistakes, and then nothing happens.
public final class StoreOpening {
  private let layout: ProjectLayout
  private let catalogue: Catalogue
  private let isParanoid: Bool
  private let pool = WorkerPool()
  private let box = Box()

  private final class Box: Sendable {
    let result = Mutex<Result<Store, any Error>?>(nil)
  }

  /// - Parameter pipeline: whose copies in `results/` are looked at.
  public init(layout: ProjectLayout, catalogue: Catalogue, isParanoid: Bool, pipeline: String) {
    (self.layout, self.catalogue, self.isParanoid) = (layout, catalogue, isParanoid)
    guard access(layout.store, F_OK) == 0 else { return }
    let box = box
    // Without a thread it is opened when it is asked for.
    try? pool.start {
      let result = Result {
        let store = try Store(layout: layout, catalogue: catalogue, isParanoid: isParanoid)
        store.results.look(pipeline: pipeline)
        return store
      }
      box.result.withLock { $0 = result }
    }
  }

  deinit { pool.join() }

  func store() throws -> Store {
    pool.join()
    if let result = box.result.withLock({ $0 }) { return try result.get() }
    return try Store(layout: layout, catalogue: catalogue, isParanoid: isParanoid)
  }
}
