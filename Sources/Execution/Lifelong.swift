import Synchronization

/// What the process keeps to its end.
///
/// Freeing a pipeline of a hundred thousand stages piece by piece takes as long as planning it; the system
/// takes back all of it at once when the process ends.
public enum Lifelong {
  private static let kept = Mutex<[any Sendable]>([])

  public static func keep(_ thing: any Sendable) { kept.withLock { $0.append(thing) } }
}
