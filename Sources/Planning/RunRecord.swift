/// What one run did: the provenance that artefacts themselves do not hold. One JSON file a run.
public struct RunRecord: Codable, Sendable, Equatable {
  /// How a run ended.
  public enum Outcome: String, Codable, Sendable { case succeeded, failed, cancelled }

  /// Of the file.
  public var format: Int
  /// Sortable: time and a few random digits.
  public var id: String
  /// Its name.
  public var pipeline: String
  /// Path of the manifest relative to the project.
  public var manifest: String
  /// Of the program that ran.
  public var programVersion: String
  /// The machine's name.
  public var host: String
  /// Threads that were allowed.
  public var threads: Int
  /// Time of the start, ISO 8601 in UTC, and seconds until the end.
  public var started: String
  /// From start to end.
  public var seconds: Double
  /// Most that the process had.
  public var peakMemoryBytes: Int
  /// How it ended.
  public var outcome: Outcome
  /// In the order of the plan.
  public var nodes: [NodeRecord]

  /// What ran, and from what.
  public struct Origin: Sendable {
    var pipeline, manifest, started: String

    /// Name of the pipeline, path of its manifest relative to the project, ISO 8601 time of the start.
    public init(pipeline: String, manifest: String, started: String) {
      (self.pipeline, self.manifest, self.started) = (pipeline, manifest, started)
    }
  }

  /// What ran it.
  public struct Machine: Sendable {
    var programVersion, host: String
    var threads: Int

    /// Version of the program, name of the machine, threads that were allowed.
    public init(programVersion: String, host: String, threads: Int) {
      (self.programVersion, self.host, self.threads) = (programVersion, host, threads)
    }
  }

  /// A record of format 1, of a run that took no time.
  public init(id: String, of origin: Origin, on machine: Machine, outcome: Outcome, nodes: [NodeRecord]) {
    self.format = 1
    (self.id, pipeline, manifest) = (id, origin.pipeline, origin.manifest)
    (programVersion, host, threads) = (machine.programVersion, machine.host, machine.threads)
    (started, seconds, peakMemoryBytes) = (origin.started, 0, 0)
    (self.outcome, self.nodes) = (outcome, nodes)
  }
}

/// What became of one node.
public struct NodeRecord: Codable, Sendable, Equatable {
  /// How a node ended.
  public enum Outcome: String, Codable, Sendable, CaseIterable {
    /// Ran; was found in the index; ran and failed; not run because something it needs failed; not
    /// reached because the run was stopped.
    case executed, cached, failed, skipped, stopped
  }

  /// A link of the chain.
  public struct Member: Codable, Sendable, Equatable {
    /// Name of the family.
    public var family: String
    /// Round of a family that is called by rounds.
    public var round: Int?
    /// Row of the round, or number in the family.
    public var index: Int
    /// In place of the number: the event that the member is computed for.
    public var label: String?

    /// A member of a family.
    public init(family: String, round: Int? = nil, index: Int, label: String? = nil) {
      (self.family, self.round, self.index, self.label) = (family, round, index, label)
    }
  }

  /// Stage in the manifest and the chain of members, outermost first.
  public var stage: String
  /// Outermost family first; empty for a base node.
  public var members: [Member]
  /// Of the stage.
  public var kind: String
  /// Of the kind.
  public var kindVersion: Int
  /// How it ended.
  public var outcome: Outcome
  /// Empty for nodes that were not reached.
  public var key: String
  /// That it ran.
  public var seconds: Double
  /// Output port → content hash (64 hexadecimal digits).
  public var outputs: NameTable<String>
  /// Setting → value as text with its unit, for people.
  public var settings: NameTable<String>
  /// "port" → names of the nodes whose outputs feed it, `stage.port`.
  public var inputs: NameTable<String>
  /// Why it ran, or what went wrong.
  public var message: String?
  /// What its stage warned of when the result was made.
  public var warnings: [String]

  /// Of a node's own results: what people call what its family varies, where the name in files is not a setting's own.
  public var labels: NameTable<String>?

  /// A record of one node that used nothing and gave nothing.
  public init(
    stage: String, members: [Member] = [], kind: String, kindVersion: Int = 1, outcome: Outcome,
    key: String = ""
  ) {
    (self.stage, self.members, self.kind, self.kindVersion) = (stage, members, kind, kindVersion)
    (self.outcome, self.key, seconds) = (outcome, key, 0)
    (outputs, settings, inputs, warnings) = ([:], [:], [:], [])
  }

  /// Records that were written before there were warnings and labels have none.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    stage = try values.decode(String.self, forKey: .stage)
    members = try values.decode([Member].self, forKey: .members)
    kind = try values.decode(String.self, forKey: .kind)
    kindVersion = try values.decode(Int.self, forKey: .kindVersion)
    outcome = try values.decode(Outcome.self, forKey: .outcome)
    key = try values.decode(String.self, forKey: .key)
    seconds = try values.decode(Double.self, forKey: .seconds)
    outputs = try values.decode(NameTable<String>.self, forKey: .outputs)
    settings = try values.decode(NameTable<String>.self, forKey: .settings)
    inputs = try values.decode(NameTable<String>.self, forKey: .inputs)
    message = try values.decodeIfPresent(String.self, forKey: .message)
    warnings = try values.decodeIfPresent([String].self, forKey: .warnings) ?? []
    labels = try values.decodeIfPresent(NameTable<String>.self, forKey: .labels)
  }
}

extension RunRecord {
  /// Nodes by outcome; outcomes that no node had are absent.
  public var counts: [NodeRecord.Outcome: Int] {
    // By position: a copy of every record costs more than all else of a run with nothing to do.
    var counts: [NodeRecord.Outcome: Int] = [:]
    for index in nodes.indices { counts[nodes[index].outcome, default: 0] += 1 }
    return counts
  }
}

extension NodeRecord {
  /// Stage and members together.
  public var nodeName: NodeName {
    NodeName(
      stage: stage,
      members: members.map { .init(family: $0.family, round: $0.round, index: $0.index, label: $0.label) })
  }

  /// `fit[ensemble 3]`, as `NodeName` writes it.
  public var name: String { nodeName.description }
}
