import Artefacts
import Datasets
import Planning
import StageSupport

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The folder of a program: inputs before, outputs after it has run.
struct CommandFiles {
  let context: StageContext
  let folder: String

  /// Puts links to the inputs in the folder, each under its name.
  func stage() throws {
    var files = context.inputs
    for (name, value) in context.settings.values where name != Command.program.name {
      if case .file(let path) = value { files[name] = path }
    }
    for (name, path) in files.sorted(by: { $0.key < $1.key }) { try link(path, as: name) }
  }

  func link(_ path: String, as name: String) throws {
    try HeldFiles.settle(path)
    if symlink(path, folder + "/" + name) != 0 { throw Self.failure("link", path) }
  }

  /// Moves what the program left to where the engine expects it, once it is known to be what was declared.
  func takeOutputs(said: String) throws {
    for (port, type) in context[Command.outputs] {
      let path = folder + "/" + port
      if let dimension = type.dimension {
        try Self.checkFile(path, port, said: said)
        try takeNumber(port, dimension, path)
      } else {
        try take(path, port, type, said: said)
      }
    }
  }

  /// Moves a file that is no number.
  func take(_ path: String, _ port: String, _ type: PortType, said: String) throws {
    try Self.checkFile(path, port, said: said)
    try Self.check(path, port: port, type: type)
    try move(path, port)
  }

  static func checkFile(_ path: String, _ port: String, said: String) throws {
    var status = stat()
    guard lstat(path, &status) == 0 else { throw CommandError.missingOutput(port: port, said: said) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw CommandError.notAFile(port: port) }
  }

  /// Where the engine expects an output, which the stage has declared itself.
  private func target(_ port: String) -> String {
    guard let path = context.outputs[port] else { preconditionFailure("no output \(port)") }
    return path
  }

  private func move(_ path: String, _ port: String) throws {
    if rename(path, target(port)) != 0 { throw Self.failure("move the output", path) }
  }

  /// A number in SI units, as NetCDF or as text, which becomes NetCDF.
  private func takeNumber(_ port: String, _ dimension: PhysicalDimension, _ path: String) throws {
    let (text, isWhole) = try Self.beginning(of: path)
    if text.hasPrefix("CDF") || text.dropFirst().hasPrefix("HDF") {
      do {
        try FileProbe.check(path)
        _ = try NetCDFFile.readScalar(path)
      } catch {
        throw CommandError.wrongContent(port: port, type: "a number", reason: "\(error)")
      }
      return try move(path, port)
    }
    guard isWhole else { throw CommandError.notANumber(port: port, found: String(text.prefix(60))) }
    try takeNumber(port, dimension, text: text)
  }

  /// A number in SI units as text.
  func takeNumber(_ port: String, _ dimension: PhysicalDimension, text: some StringProtocol) throws {
    let words = text.split(whereSeparator: \.isWhitespace)
    guard words.count == 1, let value = Double(words[0]) else {
      throw CommandError.notANumber(port: port, found: String(text.prefix(60)))
    }
    try NetCDFFile.writeScalar(
      dimension.filed(value), name: port, units: dimension.units, longName: port, to: target(port))
  }

  /// At most 4096 bytes, more than any number needs, and whether that is the whole file.
  private static func beginning(of path: String) throws -> (text: String, isWhole: Bool) {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw failure("open", path) }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 4097)
    let got = read(file, &bytes, bytes.count)
    guard got >= 0 else { throw failure("read", path) }
    return (String(decoding: bytes[..<got], as: UTF8.self), got < bytes.count)
  }

  /// Reads the file as the stages that use it will.
  private static func check(_ path: String, port: String, type: PortType) throws {
    do {
      try FileProbe.check(path)
      switch type {
      case .gravity: _ = try GravityArtefact(path: path)
      case .topography: _ = try TopographyArtefact(path: path)
      case .constraints: _ = try ConstraintsArtefact(path: path)
      case .grid, .weights: _ = try NetCDFFile.read(path).anyGrid()
      case .table:
        let table = try NetCDFFile.read(path)
        _ = try (table.column("easting"), table.column("northing"))
      default: break
      }
    } catch {
      throw CommandError.wrongContent(port: port, type: type.description, reason: "\(error)")
    }
  }

  static func failure(_ operation: String, _ path: String) -> CommandError {
    .system(operation: operation, path: path, reason: String(cString: strerror(errno)))
  }
}

extension ValueForm where Value == [(port: String, type: PortType)] {
  /// `name` for a plain file, `name(type)` for what other kinds of stage take.
  static var declaredOutputs: Self {
    ValueForm<SettingValue>.any(.list(.port, count: 1...Int.max)).map { value in
      guard case .list(let elements) = value else { return nil }
      let read = elements.compactMap(declared)
      return read.count == elements.count ? read : nil
    } back: { outputs in
      .list(outputs.map { $0.type == .file ? .word($0.port) : .list([.word($0.port), .word($0.type.name)]) })
    }
  }

  private static func declared(_ element: SettingValue) -> (port: String, type: PortType)? {
    if case .word(let name) = element { return (name, .file) }
    guard case .list(let parts) = element, case .word(let name)? = parts.first,
      case .word(let word)? = parts.last, let type = TypeTable.registered.declared(word)
    else { return nil }
    return (name, type)
  }
}
