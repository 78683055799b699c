import Planning

/// A node's inputs as its stage sees them: paths by port, reports in order, members with what they gave.
struct ContextInputs {
  private(set) var ordinary: [String: String] = [:]
  private(set) var reports: [String] = []
  private(set) var members: [StageContext.Member] = []

  /// - Precondition: the objects are there.
  /// - Throws: where a number of a table can't be read.
  init(_ job: NodeJob, _ store: Store) throws {
    var perMember: [Int: [String: String]] = [:]
    var perChunk: [Int: [String: String]] = [:]
    var failed: Set<Int> = []
    for (input, hash) in zip(job.node.inputs, job.evaluated.inputHashes) {
      let path = hash.map(store.objects.path)
      switch input.part {
      case .whole: ordinary[input.port] = path
      case .step: if let path { reports.append(path) }
      case .chunk(let chunk): if let path { perChunk[chunk, default: [:]][input.port] = path }
      case .member(let member):
        if let path { perMember[member, default: [:]][input.port] = path } else { failed.insert(member) }
      }
    }
    let values = job.node.members?.values ?? []
    if !job.node.chunkSizes.isEmpty {
      addRows(values, perChunk, sizes: job.node.chunkSizes, before: values.count)
      return
    }
    members = values.enumerated().map { index, values in
      let hasFailed = failed.contains(index)
      return StageContext.Member(
        index: index, values: values, inputs: hasFailed ? [:] : perMember[index] ?? [:], hasFailed: hasFailed)
    }
    for (port, variable) in job.node.members?.cells ?? [:] { try takeCells(port, variable, job, store) }
  }

  /// Values of members that are numbers of another stage's table.
  private mutating func takeCells(_ port: String, _ variable: Int, _ job: NodeJob, _ store: Store) throws {
    for (input, hash) in zip(job.node.inputs, job.evaluated.inputHashes) where input.port == port {
      guard let member = input.member, members.indices.contains(member) else { continue }
      members[member].inputs[port] = nil
      guard let hash else { continue }
      members[member].values[variable] = try store.scalars.value(hash, store: store.objects) ?? .nan
    }
  }

  /// Members in chunks, row by row.
  private mutating func addRows(
    _ values: [[Double]], _ chunks: [Int: [String: String]], sizes: [Int], before count: Int
  ) {
    members.reserveCapacity(count)
    // Chunks are numbered through the family, or from 0 where a step sees one round.
    for (size, number) in zip(sizes, chunks.keys.sorted()) {
      var files = chunks[number] ?? [:]
      let failures = files.removeValue(forKey: ChunkPlan.failures)
      let failed = failures.map { ChunkFailures(path: $0).rows } ?? [:]
      let first = members.count
      for row in 0..<size {
        let hasFailed = failed[row] != nil
        var member = StageContext.Member(
          index: first + row, values: values[first + row], inputs: hasFailed ? [:] : files,
          hasFailed: hasFailed)
        member.row = row
        members.append(member)
      }
    }
  }
}

/// The rows of a chunk that failed, and why: a line `row: what went wrong` each, rows counted within the chunk.
struct ChunkFailures {
  private(set) var rows: [Int: String] = [:]

  init(_ text: String) {
    for line in text.split(separator: "\n") {
      guard let colon = line.firstIndex(of: ":"), let row = Int(line[..<colon]) else { continue }
      rows[row] = String(line[line.index(after: colon)...].drop { $0 == " " })
    }
  }

  /// - Precondition: the file is an object of the store, whose content is what a chunk has written.
  init(path: String) {
    guard let bytes = try? Posix.readFile(path) else { preconditionFailure("\(path) was there a moment ago") }
    self.init(String(decoding: bytes, as: UTF8.self))
  }

  /// - Parameter failures: by row; nil for one that did not fail.
  static func text(_ failures: [String?]) -> String {
    var text = ""
    for (row, failure) in failures.enumerated() {
      guard let failure else { continue }
      text += "\(row): \(failure.split(whereSeparator: \.isNewline).joined(separator: " "))\n"
    }
    return text
  }
}
