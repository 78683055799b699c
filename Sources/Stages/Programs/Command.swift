import Artefacts
import Datasets
import Planning
import StageSupport

/// Any program as a stage.
///
/// It runs in a folder that holds its inputs under their names and nothing else, with an environment that
/// is the same on every machine, and leaves its outputs there under their names. Its own file is hashed like
/// an input; what it loads itself (an interpreter, libraries) is not.
struct Command: DeclaredKind, BatchKind {
  static let program = Setting(
    "program", .any(.program), .required,
    "executable of the project, or name of one on PATH; its content is part of the recipe")
  static let arguments = Setting(
    "arguments", .list(.template, 1...Int.max), .optional,
    "quoted; {input.x} and {output.x} stand for file names, {setting.x} for a value in SI units, "
      + "{member} for the number of the family's member")
  private static let inputs = Setting(
    "inputs", .list(.name, 1...Int.max), .optional,
    "names of inputs; each takes an output, `x <- stage.output`, or a file, `x = file(\"path\")`")
  static let outputs = Setting(
    "outputs", .declaredOutputs, .required,
    "names of the files that the program leaves, with a type where other kinds of stage use them: x(grid)")
  static let environment = Setting(
    "environment", .list(.environment, 1...Int.max), .optional,
    "further variables: \"NAME=value\", or \"NAME\" for the value of the run, which is part of the recipe")
  private static let timeLimit = Setting(
    "time_limit", .number(in: .second), .optional, .above(0),
    "the program is stopped, and the stage fails, when it takes longer; with rows = table so long for each row"
  )
  static let rows = Setting(
    "rows", .word(CommandRowsWord.self), .later(default: .one),
    "how many members of a family one process computes")

  let signature = StageSignature(
    kind: "command", version: 2, summary: "runs a program on the files it declares",
    declares: [program, arguments, inputs, outputs, environment, timeLimit, rows]
  )
  .with(
    unkeyed: [timeLimit.name],
    remarks: [
      "A name in {setting.x} is a setting `x` of the stage: a number, a word, a text, yes or no, a list, a "
        + "file, or `x <- stage.output`.",
      "Types of outputs: \(TypeTable.registered.declarable.map(\.word).joined(separator: ", ")). Numbers may be written as "
        + "plain text in SI units, or as NetCDF in the unit that it names; gridded and point data are NetCDF; a file "
        + "without a type goes to command stages only.",
      "The program sees PATH=\(CommandEnvironment.path), LC_ALL=C, TZ=UTC, OMP_NUM_THREADS=1, HOME and "
        + "TMPDIR (its folder), and what `environment` adds. What it prints goes to the stage's log.",
      "With rows = table the program finds the file `rows.csv`: a heading `row` and the names of {setting.x} and {member}, which are "
        + "what these stand for in the arguments, and a line for each member, in SI units. It leaves of an output that is a "
        + "number one file with a line for each row, in order, and of any other `x.0`, `x.1`, … An input is `x.0`, `x.1`, …, and "
        + "`x` where all rows have the same. A line that is no number, or a file that is missing, is a row that failed. Members in "
        + "chunks go through one process for many of them; where it fails it is tried again with half of the rows, "
        + "down to the one that fails alone. What a row comes to must not depend on the others.",
    ])

  func signature(for declaration: StageDeclaration) -> StageSignature {
    var signature = signature
    for name in declaration.files {
      signature.settings.append(SettingSpec(declared: name, .file, "input file"))
    }
    for (name, type) in declaration.settings {
      signature.settings.append(SettingSpec(declared: name, type, "value in the arguments"))
    }
    signature.inputs = declaration.inputs.map { InputSpec($0, [.file], "input file") }
    signature.outputs = declaration.outputs.map { output in
      let noise: OutputSpec.Noise? =
        switch output.type {
        case .gravity: .init(variable: "gravity_anomaly", uncertainty: "uncert")
        case .table, .constraints: .init(variable: "upward", uncertainty: "uncert")
        default: nil
        }
      return OutputSpec(
        output.name, output.type, "file that the program leaves", noise: noise,
        collected: output.type == .topography ? .surface : output.type == .gravity ? .data : false)
    }
    return signature
  }

  func runsTogether(_ settings: Settings) -> Bool { settings[Self.rows] == .table }

  func run(together contexts: [StageContext]) throws -> [(any Error)?] {
    guard let first = contexts.first else { return [] }
    let table = CommandTable(contexts: contexts, folder: try first.makeScratch())
    try table.stage()
    let output = CommandOutput(log: first.log)
    let (path, name) = Self.program(first.settings)
    let process = CommandProcess(
      path: path, name: name, arguments: Self.arguments(first, inTable: true), folder: table.folder,
      environment: CommandEnvironment.variables(first.settings, folder: table.folder))
    let limit = first[Self.timeLimit].map { $0 * Double(contexts.count) }
    do {
      let end = try process.run(limit: limit, output: output, checkCancelled: first.checkCancelled)
      try Self.check(end, name, limit: limit, output)
      return try table.takeOutputs(said: output.tail)
    } catch let error as CommandError {
      guard contexts.count > 1, error.mayBeOneRow else { return contexts.map { _ in error } }
      // The rest would have come to something without the one that is at fault, which shows alone.
      let half = contexts.count / 2
      let parts = [Array(contexts[..<half]), Array(contexts[half...])]
      return try parts.flatMap { try run(together: $0) }
    }
  }

  func run(_ context: StageContext) throws {
    if runsTogether(context.settings) {
      if let error = try run(together: [context]).first ?? nil { throw error }
      return
    }
    let folder = try context.makeScratch()
    let files = CommandFiles(context: context, folder: folder)
    try files.stage()
    let (path, name) = Self.program(context.settings)
    let process = CommandProcess(
      path: path, name: name, arguments: Self.arguments(context), folder: folder,
      environment: CommandEnvironment.variables(context.settings, folder: folder))
    let limit = context[Self.timeLimit]
    let output = CommandOutput(log: context.log)
    let end = try process.run(limit: limit, output: output, checkCancelled: context.checkCancelled)
    try Self.check(end, name, limit: limit, output)
    try files.takeOutputs(said: output.tail)
  }

  /// - Throws: where the program did not end well.
  private static func check(
    _ end: CommandProcess.End, _ name: String, limit: Double?, _ output: CommandOutput
  ) throws {
    switch end {
    case .exited(0): break
    case .exited(let status): throw CommandError.exited(program: name, status: status, said: output.tail)
    case .killed(let signal): throw CommandError.killed(program: name, signal: signal, said: output.tail)
    case .tookTooLong:
      throw CommandError.tookTooLong(program: name, limit: limit ?? 0, said: output.tail)
    }
  }

  /// The file to execute, and what the program is called.
  private static func program(_ settings: Settings) -> (path: String, name: String) {
    let program = settings[program]
    if case .file(let path) = program { return (path, path) }
    guard case .list(let parts) = program, case .file(let path)? = parts.first,
      case .text(let name)? = parts.last
    else { preconditionFailure("the check looks programs up") }
    return (path, name)
  }

  /// - Parameter inTable: whether settings are named, as the columns of the table that has their values.
  private static func arguments(_ context: StageContext, inTable: Bool = false) -> [String] {
    (context[arguments] ?? []).map { text in
      ArgumentTemplate(text).parts.map { part in
        switch part {
        case .literal(let text), .unknown(let text): text
        // Files stand in the program's folder under their names.
        case .input(let name), .output(let name): name
        case .setting(let name) where inTable: name
        case .member where inTable: CommandTable.member
        case .setting(let name): context.settings.values[name].map { self.text($0, name) } ?? ""
        case .member: context.settings.values[ArgumentTemplate.memberSetting].map { self.text($0, "") } ?? ""
        }
      }.joined()
    }
  }

  static func text(_ value: SettingValue, _ name: String) -> String {
    switch value {
    case .text(let text): text
    case .list(let elements): elements.map { text($0, name) }.joined(separator: ",")
    case .file: name
    case .number, .boolean, .word, .stage, .output: display(value)
    }
  }
}

extension StageSignature {
  fileprivate func with(unkeyed: Set<String>, remarks: [String]) -> StageSignature {
    var signature = self
    (signature.unkeyed, signature.remarks) = (unkeyed, remarks)
    return signature
  }
}

extension SettingSpec {
  fileprivate init(declared name: String, _ type: SettingType, _ summary: String) {
    self.init(name, type, .required, summary)
    isDeclared = true
  }
}

/// What a program finds in its environment: the same for everybody, so that its results are.
enum CommandEnvironment {
  static let path = "/usr/local/bin:/usr/bin:/bin"

  /// `NAME=value`, sorted. A variable of the stage replaces one of ours; a listed one that the run does
  /// not have is left out.
  static func variables(_ settings: Settings, folder: String) -> [String] {
    var values = [
      "PATH": path, "LC_ALL": "C", "TZ": "UTC", "OMP_NUM_THREADS": "1", "HOME": folder, "TMPDIR": folder,
    ]
    for text in settings[Command.environment] ?? [] {
      guard let equals = text.firstIndex(of: "=") else { continue }
      values[String(text[..<equals])] = String(text[text.index(after: equals)...])
    }
    return values.map { "\($0)=\($1)" }.sorted()
  }
}

/// What can go wrong with a program that runs as a stage. `said` is the end of what it printed.
enum CommandError: Error, Equatable, CustomStringConvertible {
  case notStarted(program: String, reason: String)
  case notExecutable(program: String)
  case exited(program: String, status: Int32, said: String)
  case killed(program: String, signal: Int32, said: String)
  case tookTooLong(program: String, limit: Double, said: String)
  case missingOutput(port: String, said: String)
  case notAFile(port: String)
  case notANumber(port: String, found: String)
  case wrongContent(port: String, type: String, reason: String)
  case wrongRows(port: String, found: Int, expected: Int, said: String)
  case missingRow(port: String)
  case system(operation: String, path: String, reason: String)

  /// Whether it may be the fault of one row of a table.
  var mayBeOneRow: Bool {
    switch self {
    case .exited, .killed, .tookTooLong, .missingOutput, .wrongRows: true
    case .notStarted, .notExecutable, .notAFile, .notANumber, .wrongContent, .missingRow, .system: false
    }
  }

  var description: String {
    switch self {
    case .notStarted(let program, let reason): "cannot run \(program): \(reason)"
    case .notExecutable(let program):
      "cannot run \(program): it is not executable or its interpreter is missing; try chmod +x"
    case .exited(let program, let status, let said):
      "\(program) ended with status \(status)" + Self.quoted(said)
    case .killed(let program, let signal, let said):
      "\(program) was killed by signal \(signal)" + Self.quoted(said)
    case .tookTooLong(let program, let limit, let said):
      "\(program) was stopped after its time_limit of \(limit) s" + Self.quoted(said)
    case .missingOutput(let port, let said):
      "the program ended without leaving its output '\(port)'" + Self.quoted(said)
    case .notAFile(let port): "the output '\(port)' is not a regular file"
    case .notANumber(let port, let found):
      "the output '\(port)' should be one number, as text or NetCDF, but reads: \(found)"
    case .wrongContent(let port, let type, let reason):
      "the output '\(port)' can't be read as \(type): \(reason)"
    case .wrongRows(let port, let found, let expected, let said):
      "the output '\(port)' should have a line for each of \(expected) rows and has \(found)"
        + Self.quoted(said)
    case .missingRow(let port): "the program left no file '\(port).N' for this row, the row N of rows.csv"
    case .system(let operation, let path, let reason): "cannot \(operation) \(path): \(reason)"
    }
  }

  private static func quoted(_ said: String) -> String {
    said.isEmpty ? " and printed nothing" : "; it said:\n" + said
  }
}
