import Foundation
import Testing

/// As much of JSON Schema as `pipe schema` writes. Stricter in one point: a field that an object's schema does
/// not tell of is a mistake, so that none goes undocumented.
struct SchemaCheck {
  let definitions: [String: Any]

  init(_ schema: [String: Any]) throws {
    definitions = try #require(schema["$defs"] as? [String: Any])
  }

  /// What is wrong with an answer as one of a kind.
  func problems(_ answer: Any, as kind: String) -> [String] {
    guard let schema = definitions[kind] as? [String: Any] else { return ["no schema \(kind)"] }
    return problems(answer, schema, at: kind)
  }

  /// Kinds that an answer is one of.
  func kinds(of answer: Any) -> [String] {
    definitions.keys.sorted().filter { problems(answer, as: $0).isEmpty }
  }

  private func problems(_ value: Any, _ schema: [String: Any], at place: String) -> [String] {
    if let constant = schema["const"] {
      return "\(value)" == "\(constant)" ? [] : ["\(place): \(value) is not \(constant)"]
    }
    if let words = schema["enum"] as? [String] {
      return words.contains(value as? String ?? "") ? [] : ["\(place): \(value) is none of \(words)"]
    }
    let types = schema["type"] as? [String] ?? [schema["type"] as? String ?? "?"]
    guard let type = types.first(where: { Self.matches(value, $0) }) else {
      return ["\(place): \(value) is no \(types)"]
    }
    if type == "array", let items = schema["items"] as? [String: Any], let list = value as? [Any] {
      return list.enumerated().flatMap { problems($1, items, at: "\(place)[\($0)]") }
    }
    guard type == "object", let object = value as? [String: Any] else { return [] }
    if let element = schema["additionalProperties"] as? [String: Any] {
      return object.flatMap { problems($1, element, at: "\(place).\($0)") }
    }
    let fields = schema["properties"] as? [String: [String: Any]] ?? [:]
    let required = schema["required"] as? [String] ?? []
    return required.filter { object[$0] == nil }.map { "\(place): \($0) is missing" }
      + object.flatMap { name, value in
        fields[name].map { problems(value, $0, at: "\(place).\(name)") } ?? [
          "\(place): \(name) is undocumented"
        ]
      }
  }

  private static func matches(_ value: Any, _ type: String) -> Bool {
    // true and 1 are both numbers to Foundation; only their kinds of number differ.
    let number = value as? NSNumber
    let isBoolean = number.map { String(cString: $0.objCType) == "c" } ?? false
    switch type {
    case "string": return value is String
    case "boolean": return isBoolean
    case "integer": return !isBoolean && number.map { $0.doubleValue == $0.doubleValue.rounded() } ?? false
    case "number": return !isBoolean && number != nil
    case "array": return value is [Any]
    case "object": return value is [String: Any]
    case "null": return value is NSNull
    default: return false
    }
  }
}

@Suite(.serialized) struct SchemaTests {
  private func schema(_ project: TemporaryProject, _ name: String...) throws -> SchemaCheck {
    let outcome = try Program.run(["schema"] + name, in: project.root)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return try SchemaCheck(try outcome.json())
  }

  private static let extra =
    SmallPipeline.ensemble + "\n[expect]\nensemble.failed <= 0\n[profile odd]\ninversion.damping = 0.3\n"

  /// Every command that reports, on a project that has something of everything.
  @Test func everyAnswerIsAsDocumented() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    let schema = try schema(project)
    let path = SmallPipeline.path
    var seen: Set<String> = []
    func check(_ kind: String, status: Int32 = 0, _ arguments: String...) throws {
      let outcome = try Program.run(arguments + ["--json"], in: project.root)
      #expect(outcome.status == status, "\(arguments): \(outcome.errors)")
      let problems = schema.problems(try outcome.json(), as: kind)
      #expect(problems.isEmpty, "\(arguments): \(problems)")
      seen.insert(kind)
    }
    try project.write(path, SmallPipeline.manifest(extra: Self.extra))
    try check("run", "run", path)
    try check("lock", "lock", path)
    try project.write(path, SmallPipeline.manifest(damping: "0.2", extra: Self.extra))
    try check("run_dry", "run", path, "-n")
    try check("run", status: 3, "run", path, "--locked", "--no-report")
    for kind in ["explain", "check", "graph"] { try check(kind, kind, path) }
    try check("explain", "explain", "inversion[ensemble 3]", path)
    try check("explain_code", "explain", "M052")
    try check("format", status: 1, "format", "--check", path)
    try check("format", "format", "--in-place", path)
    for name in ["stages", "history", "gc", "verify"] { try check(name, name) }
    try check("log", "log", "inversion[ensemble 3]")
    try check("show", "show", "ensemble.members")
    try check("plot", "plot", "ensemble.members")
    try check("export", "export", "ensemble.members", "-o", "members.csv")
    try check("new", "new", "fresh.manifest")
    try check("diff", "diff", "last~1")
    try check("gc", "gc", "--keep-runs", "1", "--delete")
    try check("verify_recompute", "verify", "--recompute", "30%")
    try project.write("pipelines/wrong.manifest", "[a : nothing]\n")
    for command in ["run", "check", "graph", "lock"] {
      try check("mistakes", status: 65, command, "pipelines/wrong.manifest")
    }
    // A tree takes iterations: IterativeInversionTests.
    #expect(Set(schema.definitions.keys).subtracting(seen) == ["event", "tree"])
  }

  @Test func failedRunsAnswerToo() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    let schema = try schema(project, "run")
    try project.write(
      "pipelines/x.manifest", UnderFireFailureTests.command("echo oh; exit 4") + Self.after)
    let outcome = try project.pipe("run", "pipelines/x.manifest", "--json")
    let answer = try outcome.json()
    #expect(outcome.status == 1 && schema.problems(answer, as: "run").isEmpty)
    #expect(answer["outcome"] as? String == "failed" && answer["skipped"] as? Int == 1)
    let nodes = try #require(answer["nodes"] as? [[String: Any]])
    #expect((nodes[0]["message"] as? String)?.contains("ended with status 4") == true)
  }

  private static let after = "[t : command]\nprogram = \"cat\"\ninputs = i\ni <- s.x\noutputs = y\n"

  @Test func eventsAreAsDocumented() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    let schema = try schema(project)
    var names: Set<String> = []
    func follow(_ manifest: String) throws {
      try project.write(SmallPipeline.path, manifest)
      let outcome = try project.pipe("run", SmallPipeline.path, "--no-report", "--events", "-")
      for line in outcome.output.split(separator: "\n") {
        let event = try JSONSerialization.jsonObject(with: Data(line.utf8))
        #expect(
          schema.problems(event, as: "event").isEmpty, "\(line): \(schema.problems(event, as: "event"))")
        names.insert((event as? [String: Any])?["event"] as? String ?? "")
      }
    }
    try follow(SmallPipeline.manifest(extra: SmallPipeline.ensemble))
    try FileManager.default.removeItem(at: project.root.appendingPathComponent(".pipe/index"))
    try follow(SmallPipeline.manifest(extra: SmallPipeline.ensemble))
    try follow(UnderFireFailureTests.command("exit 4") + Self.after)
    try follow(SmallPipeline.manifest(extra: SmallPipeline.searchAtLimit))
    // One that learns tells of its rounds.
    let learning = SmallPipeline.searchAtLimit.replacingOccurrences(
      of: "sampler = grid", with: "sampler = tpe")
    try follow(SmallPipeline.manifest(extra: learning))
    let outcome = try project.pipe("schema", "event").json()
    let event = try #require((outcome["$defs"] as? [String: Any])?["event"] as? [String: Any])
    let fields = try #require(event["properties"] as? [String: [String: Any]])
    #expect(names == Set(try #require(fields["event"]?["enum"] as? [String])))
  }

  /// A command that comes later must not forget `--json`.
  @Test func everyCommandTakesJSON() throws {
    let project = try TemporaryProject()
    defer { project.remove() }
    let help = try project.pipe("--help").output
    let start = try #require(help.firstRange(of: "SUBCOMMANDS:\n")?.upperBound)
    let lines = help[start...].split(separator: "\n").filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
    let commands = lines.compactMap { $0.split(separator: " ").first.map(String.init) }.filter { $0 != "See" }
    #expect(commands.count >= 14, "\(help)")
    for command in commands where command != "schema" {
      #expect(try project.pipe(command, "--help").output.contains("--json"), "\(command)")
    }
    #expect(try project.pipe("schema", "nothing").status == 64)
    // An answer of one kind is none of another.
    let schema = try schema(project)
    #expect(schema.kinds(of: try project.pipe("history", "--json").json()) == ["history"])
  }
}
