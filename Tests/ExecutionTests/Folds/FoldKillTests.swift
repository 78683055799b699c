import Foundation
import Planning
import Synchronization
import TestSupport
import Testing

@testable import Execution

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Processes that are killed while a family runs, which is another thing than a run that is asked to stop: nothing is
/// written any more, no lock given back, no folder removed.
@Suite(.serialized) struct FoldKillTests {
  /// Killed a few times (fifty in the long tests) and run to the end: the bytes of an undisturbed run.
  @Test(arguments: FoldTests.toys.indices, [1, 2]) func killed(_ toy: Int, jobs: Int) async throws {
    let manifest = FoldTests.toys[toy].manifest
    let whole = try FoldProject(FoldTests.kinds).run(manifest)
    let project = try FoldProject(FoldTests.kinds)
    let folder = project.layout.root
    for round in 0..<Effort.count(1, long: 50) {
      await #expect(processExitsWith: .signal(SIGKILL)) {
        [toy, jobs, folder = folder as String, round = round as Int] in
        try Self.runAndDie(toy, jobs: jobs, in: folder, round: round)
      }
    }
    let record = try project.run(manifest, jobs: jobs)
    #expect(record.outcome == .succeeded, "\(record.messages)")
    #expect(record.results == whole.results)
    // The next run that works removes the scratch folders of the dead; one that finds all there has none of its own.
    if !record.outcomes(.executed).isEmpty { #expect(Posix.names(in: project.layout.temporary).isEmpty) }
  }

  /// Dies some microseconds after one of its first stages began: in the midst of it, of a commit, or of planning a round.
  private static func runAndDie(_ toy: Int, jobs: Int, in folder: String, round: Int) throws {
    let project = try FoldProject(FoldTests.kinds, in: folder)
    let address = "kill \(toy) \(jobs) \(round)"
    let notes = Counter(Int(5 * toyDraw(address)))
    project.world.hook.withLock {
      $0 = { _ in
        guard notes.isDown() else { return }
        Thread.detachNewThread {
          usleep(UInt32(3000 * toyDraw("after \(address)")))
          kill(getpid(), SIGKILL)
        }
      }
    }
    _ = try project.run(FoldTests.toys[toy].manifest, jobs: jobs)
    kill(getpid(), SIGKILL)
  }
}

/// Counts down from several threads.
private final class Counter: Sendable {
  private let left: Mutex<Int>

  init(_ count: Int) { left = Mutex(count) }

  /// Whether this call is the one behind the last.
  func isDown() -> Bool {
    left.withLock { left in
      left -= 1
      return left == -1
    }
  }
}
