import Datasets
import Foundation
import TestSupport
import Testing

/// A program that computes many members of a family in one process, as a user runs it.
@Suite(.serialized) struct CommandTableTests {
  /// Writes θ² and a file a row, notes its starts, and does what `x` asks for at some rows. One that gets no table computes one.
  private static let program = """
    #!/bin/sh
    printf x >> "$STARTS"
    compute() {
      [ "$1" = 7 ] && exit 3
      awk -v x="$1" -v base="$(cat base)" 'BEGIN { if (x == 4) print "no number here"; else printf "%.17g\\n", -0.5 * (x - base)^2 }'
    }
    if [ -f rows.csv ]; then
      : > value
      tail -n +2 rows.csv | while IFS=, read -r row x member; do
        compute "$x" >> value || exit 3
        [ "$x" = 5 ] || cp base "copy.$row"
      done || exit 3
    else
      compute "$1" > value || exit 3
      [ "$1" = 5 ] || cp base copy
    fi
    """

  private static func manifest(_ rows: String, runs: Int = 40, distribution: String = "integers(0, 39)")
    -> String
  {
    """
    [model : command]
    program     = file("../model.sh")
    arguments   = "{setting.x}", "{member}"
    environment = "STARTS"
    inputs      = base
    base        = file("../base.txt")
    outputs     = value(number), copy
    \(rows)
    x           = 1

    [family : search]
    repeat  = model
    score   = model.value
    goal    = maximise
    sampler = grid
    trials  = \(runs)
    members = chunks
    max_failures = 10
    model.x ~ \(distribution)
    """
  }

  private func run(_ rows: String, _ arguments: String...) throws -> (
    results: [String: Data], starts: Int, errors: String
  ) {
    let project = try TemporaryProject()
    defer { project.remove() }
    let program = try project.write("model.sh", Self.program + "\n")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path)
    try project.write("base.txt", "3\n")
    try project.write("pipelines/p.manifest", Self.manifest(rows))
    let starts = FileManager.default.temporaryDirectory.appendingPathComponent("starts \(UUID().uuidString)")
    try Data().write(to: starts)
    defer { try? FileManager.default.removeItem(at: starts) }
    let outcome = try Program.run(
      ["run", "pipelines/p.manifest", "--no-report"] + arguments, in: project.root,
      environment: ["STARTS": starts.path])
    #expect(outcome.status == 0, "\(outcome.errors)")
    return (
      try project.results("p").filter { $0.key.hasPrefix("family.") }, try Data(contentsOf: starts).count,
      outcome.errors
    )
  }

  /// The same scores whether one process computes a member, or many on one thread or two; rows that fail are told alike.
  @Test func theTableDecidesNothing() throws {
    let one = try run("rows = one", "--jobs", "1")
    #expect(one.starts == 41)
    for jobs in ["1", "2"] {
      let table = try run("rows = table", "--jobs", jobs)
      #expect(table.results == one.results, "\(jobs)")
      // Halves down to the one that ends the program, twice for two processes.
      #expect(table.starts < 24, "\(table.starts) starts")
    }
  }
}
