import Artefacts
public import Datasets
import Manifests
public import Planning
import Synchronization
import TestSupport

/// One stage by itself: its section as a manifest has it, and files on its inputs. It is checked as `pipe check` does
/// and runs as the engine runs it, in a folder of its own.
///
///     let stage = LoneStage(Cut(), "region = 0 km, 4 km, 0 km, 3 km", ["data": .grid])
///     stage.mistakes                       // ["M143: one of …"]
///     try stage.run(["data": dataset])     // what it wrote, by port
public struct LoneStage: Sendable {
  /// What a run left.
  public struct Outcome: Sendable {
    let paths: [String: String]
    /// Keeps the files until nobody reads them.
    private let folder: ScratchFolder
    /// Lines of the log and warnings, in their order.
    public let said: [String]

    init(paths: [String: String], folder: ScratchFolder, said: [String]) {
      (self.paths, self.folder, self.said) = (paths, folder, said)
    }

    /// What stands at an output.
    public func dataset(_ port: String) throws -> Dataset { try NetCDFFile.read(try path(port)) }

    /// The number at an output.
    public func scalar(_ port: String) throws -> Double { try NetCDFFile.readScalar(try path(port)) }

    private func path(_ port: String) throws -> String {
      guard let path = paths[port] else { throw LoneStageError(reason: "there is no output \(port)") }
      return path
    }
  }

  private let kind: any StageKind
  private let section: String
  private let inputs: [String: PortType]
  private let files: [String: String]
  private let others: [any StageKind]
  private let wires: [String: String]

  /// - Parameters:
  ///   - kind: whose stage it is.
  ///   - section: lines of its section without arrows.
  ///   - inputs: types of what feeds its inputs.
  ///   - files: texts of the files that the section names, by name.
  ///   - others: kinds of further stages beside it, each called as its kind, that a family repeats.
  ///   - wires: their lines, by kind.
  public init(
    _ kind: any StageKind, _ section: String = "", _ inputs: [String: PortType] = [:],
    files: [String: String] = [:], beside others: [any StageKind] = [], wires: [String: String] = [:]
  ) {
    (self.kind, self.section, self.inputs) = (kind, section, inputs)
    (self.files, self.others, self.wires) = (files, others, wires)
  }

  /// What `check` tells: code and message of each mistake.
  public var mistakes: [String] {
    let text = ManifestFiles.texts(["x.manifest": manifest], existing: Set(files.keys))
    return resolve("x.manifest", text).diagnostics.map { "\($0.code): \($0.message)" }
  }

  /// Runs it.
  /// - Parameter data: what feeds its inputs.
  public func run(_ data: [String: Dataset] = [:]) throws -> Outcome {
    let folder = try ScratchFolder("stage")
    for (name, text) in files { try folder.write(text, name) }
    let result = resolve(try folder.write(manifest, "x.manifest"), .disk)
    guard let stage = result.pipeline?.stages.last else {
      throw LoneStageError(reason: result.diagnostics.map(\.message).joined(separator: "\n"))
    }
    var settings: [String: SettingValue] = [:]
    for (name, source) in stage.settings { if case .value(let value) = source { settings[name] = value } }
    var (inputs, outputs): ([String: String], [String: String]) = ([:], [:])
    for (port, dataset) in data {
      inputs[port] = folder.path("\(port).in.nc")
      try NetCDFFile.write(dataset, to: folder.path("\(port).in.nc"))
    }
    for output in stage.signature.outputs { outputs[output.name] = folder.path("\(output.name).out.nc") }
    let said = Lines()
    var context = StageContext(settings: Settings(settings), inputs: inputs, outputs: outputs)
    context.makeScratch = { folder.path("scratch") }
    context.log = { said.add($0) }
    context.warn = { said.add($0) }
    try CoordinateHandover.perform(kind, context)
    return Outcome(paths: outputs, folder: folder, said: said.all)
  }

  private func resolve(_ path: String, _ text: ManifestFiles) -> ResolutionResult {
    let types = Set(inputs.values)
    let catalogue = Catalogue(
      types.map(Source.init) + others + [kind],
      vocabulary: Vocabulary(dimensions: PhysicalDimension.registered, types: PortType.registered),
      readScalar: { try NetCDFFile.readScalar($0) })
    return Resolver.resolve(manifestPath: path, text: text, catalogue: catalogue)
  }

  private var manifest: String {
    let ports = inputs.sorted { $0.key < $1.key }
    let sources = Set(inputs.values).map(Source.init).map(\.section).sorted()
    let arrows = ports.map { "\($0.key) <- \(Source(type: $0.value).name).out" }
    let beside = others.map {
      "[\($0.signature.kind) : \($0.signature.kind)]\n" + wires[$0.signature.kind, default: ""]
    }
    return (sources + beside + ["[lone : \(kind.signature.kind)]", section] + arrows).joined(separator: "\n")
      + "\n"
  }
}

/// Why there is nothing to look at.
struct LoneStageError: Error, CustomStringConvertible {
  let reason: String
  var description: String { reason }
}

/// Has an output of the type that an input is to be fed with.
private struct Source: StageKind {
  let type: PortType

  var name: String { "some_\(word)" }
  var section: String { "[\(name) : some_\(word)]" }
  private var word: String {
    type.description.map { $0.isLetter ? String($0) : "_" }.joined()
  }

  var signature: StageSignature {
    StageSignature(
      kind: name, version: 1, summary: "stands for what feeds a stage", declares: [Output("out", type, "it")])
  }

  func run(_ context: StageContext) throws { throw LoneStageError(reason: "it is no stage to run") }
}

private final class Lines: Sendable {
  private let lines = Mutex<[String]>([])
  var all: [String] { lines.withLock { $0 } }
  func add(_ line: String) { lines.withLock { $0.append(line) } }
}
