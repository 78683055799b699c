import Synchronization

/// What has come of members that are trained side by side.
final class MemberResults: Sendable {
  private let found: Mutex<[Result<NetworkMember, any Error>?]>

  init(_ count: Int) { found = Mutex(Array(repeating: nil, count: count)) }

  func set(_ member: Int, _ result: Result<NetworkMember, any Error>) {
    found.withLock { $0[member] = result }
  }

  /// - Throws: the error of the first member that failed.
  func all() throws -> [NetworkMember] {
    try found.withLock { results in
      try results.map { result in
        guard let result else { preconditionFailure("a member was not trained") }
        return try result.get()
      }
    }
  }
}
