import Datasets
import Planning
import StageSupport

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// How many members one process computes.
enum CommandRowsWord: String, SettingWord {
  case one, table

  var summary: String {
    switch self {
    case .one: "one: its settings are arguments"
    case .table: "many: their settings are the rows of a table, rows.csv"
    }
  }
}

/// The folder of a program that computes many members at once: their settings as the rows of a table, and a result for each.
struct CommandTable {
  /// The table's file.
  static let file = "rows.csv"
  /// The column of members' numbers.
  static let member = "member"

  /// Of one stage, a row each.
  let contexts: [StageContext]
  let folder: String

  /// Writes the table and puts links to the inputs into the folder: `x.0`, `x.1`, … and `x` where all rows have the same.
  func stage() throws {
    guard let first = contexts.first else { return }
    try write(table(), to: folder + "/" + Self.file)
    for (name, value) in first.settings.values.sorted(by: { $0.key < $1.key })
    where name != Command.program.name {
      if case .file(let path) = value {
        try CommandFiles(context: first, folder: folder).link(path, as: name)
      }
    }
    for port in first.inputs.keys.sorted() {
      let paths = contexts.map { $0.inputs[port] }
      for (row, path) in paths.enumerated() {
        guard let path else { continue }
        try CommandFiles(context: first, folder: folder).link(path, as: "\(port).\(row)")
      }
      if let path = paths[0], paths.allSatisfy({ $0 == path }) {
        try CommandFiles(context: first, folder: folder).link(path, as: port)
      }
    }
  }

  // MARK: - the table

  /// Names of the columns behind `row`: what the arguments mention, in order, each once.
  private var columns: [String] {
    var names: [String] = []
    for text in contexts.first?[Command.arguments] ?? [] {
      for part in ArgumentTemplate(text).parts {
        let name: String
        switch part {
        case .setting(let setting): name = setting
        case .member: name = Self.member
        default: continue
        }
        if !names.contains(name) { names.append(name) }
      }
    }
    return names
  }

  private func table() -> String {
    let columns = columns
    var text = (["row"] + columns).joined(separator: ",") + "\n"
    for (row, context) in contexts.enumerated() {
      let cells = columns.map { name -> String in
        let own = context.settings.values[name]
        let value =
          own ?? (name == Self.member ? context.settings.values[ArgumentTemplate.memberSetting] : nil)
        return ExportedTable.quoted(value.map { Command.text($0, name) } ?? "")
      }
      text += ([String(row)] + cells).joined(separator: ",") + "\n"
    }
    return text
  }

  private func write(_ text: String, to path: String) throws {
    guard let file = fopen(path, "w") else { throw CommandFiles.failure("write", path) }
    let isWritten = fputs(text, file) >= 0
    guard fclose(file) == 0, isWritten else { throw CommandFiles.failure("write", path) }
  }

  // MARK: - results

  /// Takes what each row has come to; answers what is wrong with it, nil where nothing is.
  /// - Throws: `CommandError` where it can't be told which row is at fault.
  func takeOutputs(said: String) throws -> [(any Error)?] {
    guard let first = contexts.first else { return [] }
    var errors: [(any Error)?] = contexts.map { _ in nil }
    var numbers: [String: [Substring]] = [:]
    for (port, type) in first[Command.outputs] where type.dimension != nil {
      numbers[port] = try lines(port, said: said)
    }
    for (row, context) in contexts.enumerated() {
      let files = CommandFiles(context: context, folder: folder)
      do {
        for (port, type) in first[Command.outputs] {
          if let dimension = type.dimension, let lines = numbers[port] {
            try files.takeNumber(port, dimension, text: lines[row])
          } else {
            // What a row is told must not depend on the rows beside it, as what the program said does.
            let path = "\(folder)/\(port).\(row)"
            guard access(path, F_OK) == 0 else { throw CommandError.missingRow(port: port) }
            try files.take(path, port, type, said: "")
          }
        }
      } catch let error as CommandError {
        errors[row] = error
      }
    }
    return errors
  }

  /// A line for each row; empty ones at the end do not count beyond that.
  private func lines(_ port: String, said: String) throws -> [Substring] {
    let path = folder + "/" + port
    try CommandFiles.checkFile(path, port, said: said)
    var lines = try Self.read(path).split(separator: "\n", omittingEmptySubsequences: false)
    while lines.count > contexts.count, lines.last?.allSatisfy(\.isWhitespace) ?? false { lines.removeLast() }
    guard lines.count == contexts.count else {
      throw CommandError.wrongRows(port: port, found: lines.count, expected: contexts.count, said: said)
    }
    return lines
  }

  private static func read(_ path: String) throws -> String {
    guard let file = fopen(path, "r") else { throw CommandFiles.failure("open", path) }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let got = fread(&buffer, 1, buffer.count, file)
      bytes += buffer[..<got]
      if got == 0 { break }
    }
    guard ferror(file) == 0 else { throw CommandFiles.failure("read", path) }
    return String(decoding: bytes, as: UTF8.self)
  }
}
