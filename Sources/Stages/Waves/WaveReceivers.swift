import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport
import Waves

/// Makes a table of receivers.
struct WaveReceivers: StageKind {
  enum Layout: String, SettingWord {
    case file, line, ring

    var summary: String {
      switch self {
      case .file: "places of a file"
      case .line: "equally spaced from 'start' to 'end'"
      case .ring: "equally spaced on a circle about 'centre', clockwise from its right"
      }
    }
  }

  private static let layout = Setting("layout", .word(Layout.self), .default(.file), "where receivers stand")
  private static let file = Setting("file", .file, .optional, "CSV file with columns name, x, z")
  private static let start = Setting(
    "start", .list(.number(in: .metre), 2), .optional, "x and z of the first receiver")
  private static let end = Setting("end", .list(.number(in: .metre), 2), .optional, "x and z of the last")
  private static let centre = Setting(
    "centre", .list(.number(in: .metre), 2), .optional, "x and z of the ring's centre")
  private static let radius = Setting("radius", .number(in: .metre), .optional, .above(0), "of the ring")
  private static let count = Setting("count", .integer, .optional, .atLeast(1), "how many receivers")
  private static let prefix = Setting(
    "prefix", .text, .optional(meaning: "R"), "names are this and a number from 1")
  private static let components = Setting(
    "components", .list(.word(Component.self), 1...4), .required, "what each writes down")
  private static let table = Output("table", .table, "receivers, a row each")

  let signature = StageSignature(
    kind: "wave_receivers", version: 1,
    summary: "makes a table of receivers: of a file, on a line, on a ring",
    declares: [layout, file, start, end, centre, radius, count, prefix, components, table],
    rules: [
      .needs(file, with: layout, in: .file), .only(file, with: layout, in: .file),
      .needs(start, with: layout, in: .line), .only(start, with: layout, in: .line),
      .needs(end, with: layout, in: .line), .only(end, with: layout, in: .line),
      .needs(centre, with: layout, in: .ring), .only(centre, with: layout, in: .ring),
      .needs(radius, with: layout, in: .ring), .only(radius, with: layout, in: .ring),
      .needs(count, with: layout, in: .line, .ring), .only(count, with: layout, in: .line, .ring),
      .only(prefix, with: layout, in: .line, .ring),
    ])

  func run(_ context: StageContext) throws {
    let components = context[Self.components].sorted()
    let receivers = try places(context).map {
      Receiver(name: $0.name, x: $0.x, z: $0.z, components: components)
    }
    for (row, receiver) in receivers.enumerated() {
      if receivers[..<row].contains(where: { $0.name == receiver.name }) {
        throw WaveError.sameName(what: "receivers", name: receiver.name)
      }
    }
    var dataset = Dataset(title: "receivers")
    try AcquisitionArtefact.add(receivers, to: &dataset)
    try NetCDFFile.write(dataset, to: context[Self.table])
    context.log("\(receivers.count) receivers")
  }

  private func places(_ context: StageContext) throws -> [(name: String, x: Double, z: Double)] {
    switch context[Self.layout] {
    case .file:
      let table = try TableFile.read(context[given: Self.file])
      let (names, x, z) = (try table.texts("name"), try table.numbers("x"), try table.numbers("z"))
      if let row = names.indices.first(where: { !x[$0].isFinite || !z[$0].isFinite }) {
        throw StageError.outOfPlace("row \(row + 1): receiver \(names[row]) has no place")
      }
      return names.indices.map { (names[$0], x[$0], z[$0]) }
    case .line:
      return Self.line(
        context[given: Self.start], context[given: Self.end], context[given: Self.count], context[Self.prefix]
      )
    case .ring:
      return Self.ring(
        context[given: Self.centre], context[given: Self.radius], context[given: Self.count],
        context[Self.prefix])
    }
  }

  private static func line(
    _ start: [Double], _ end: [Double], _ count: Int, _ prefix: String
  ) -> [(name: String, x: Double, z: Double)] {
    (0..<count).map { index in
      let part = count == 1 ? 0 : Double(index) / Double(count - 1)
      return (
        prefix + "\(index + 1)", start[0] + part * (end[0] - start[0]), start[1] + part * (end[1] - start[1])
      )
    }
  }

  private static func ring(
    _ centre: [Double], _ radius: Double, _ count: Int, _ prefix: String
  ) -> [(name: String, x: Double, z: Double)] {
    (0..<count).map { index in
      let (sine, cosine) = Elementary.sincos(2 * .pi * Double(index) / Double(count))
      return (prefix + "\(index + 1)", centre[0] + radius * cosine, centre[1] + radius * sine)
    }
  }

  /// As far as they are known before anything runs.
  private static func rows(_ request: ForesightRequest) -> [OutputFacts.Row]? {
    func made(_ places: [(name: String, x: Double, z: Double)]) -> [OutputFacts.Row] {
      places.map { OutputFacts.Row($0.name, $0.x, $0.z) }
    }
    switch request[layout] {
    case .file?: return (request[file] ?? nil).flatMap { AcquisitionArtefact.rows($0, request) }
    case .line?:
      guard let start = request[start] ?? nil, let end = request[end] ?? nil,
        let count = request[count] ?? nil,
        let prefix = request[prefix]
      else { return nil }
      return made(line(start, end, count, prefix))
    case .ring?:
      guard let centre = request[centre] ?? nil, let radius = request[radius] ?? nil,
        let count = request[count] ?? nil, let prefix = request[prefix]
      else { return nil }
      return made(ring(centre, radius, count, prefix))
    case nil: return nil
    }
  }
}

extension WaveReceivers: ForeseeingKind {
  /// In `has` of a table of receivers.
  static func fact(_ component: Component) -> String { "component \(component.rawValue)" }

  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    foresight[Self.table] = OutputFacts(has: Set((request[Self.components] ?? []).map(Self.fact)))
    foresight[Self.table].rows = Self.rows(request)
    WaveFacts.requireNames(
      foresight[Self.table].rows, what: "receivers", at: Self.file.name, in: &foresight)
    return foresight
  }
}
