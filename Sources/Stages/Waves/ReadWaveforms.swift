import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport
import Waves

/// Brings seismograms into the pipeline.
struct ReadWaveforms: StageKind {
  private static let event = Input.optional(
    "event", [.table], "a table of one event: its records alone, of a file that holds several")
  private static let file = Setting(
    "file", .file, .required,
    "NetCDF file with receiver_name and variables on (receiver, time), or with event_name on (event, receiver, time); or CSV: "
      + "time_s, then RECEIVER.COMPONENT or EVENT.RECEIVER.COMPONENT")
  private static let field = Setting(
    "receiver_field", .word(ReceiverField.self), .default(.velocity),
    "what traces of motion in a CSV file are")
  private static let waveforms = Output("waveforms", .waveforms, "the traces")

  let signature = StageSignature(
    kind: "read_waveforms", version: 1, summary: "reads seismograms of a NetCDF or CSV file",
    declares: [event, file, field, waveforms])

  func run(_ context: StageContext) throws {
    let path = context[Self.file]
    let event = try context[Self.event].map {
      try AcquisitionArtefact.event(NetCDFFile.read($0), name: nil).name
    }
    var artefact =
      path.lowercased().hasSuffix(".csv")
      ? try Self.table(path, context[Self.field], event: event)
      : try WaveformArtefact(NetCDFFile.read(path).records(of: event))
    artefact.event = event ?? artefact.event
    try artefact.write(to: context[Self.waveforms], title: "waveforms")
    let seismograms = artefact.seismograms
    let gaps = seismograms.traces.count { $0.values.contains { !$0.isFinite } }
    context.log(
      "\(seismograms.traces.count) traces of \(seismograms.count) samples \(seismograms.step) s apart, \(gaps) with gaps"
    )
  }

  /// `time_s,R00.vx,R00.p`: the component is the last letter of the part behind the last dot.
  ///
  /// - Parameter event: only its columns, `crete.R00.vx`.
  static func table(_ path: String, _ field: ReceiverField, event: String? = nil) throws -> WaveformArtefact {
    let table = try TableFile.read(path)
    guard let first = table.columns.first, table.columns.count > 1 else {
      throw StageError.outOfPlace("\(path) needs a column of times and one or more of traces")
    }
    let time = try table.numbers(first.name)
    guard time.count >= 2 else { throw StageError.outOfPlace("\(path) has fewer than two samples") }
    let step = (time[time.count - 1] - time[0]) / Double(time.count - 1)
    guard step > 0, abs(time[0]) <= 1e-6 * step,
      time.indices.allSatisfy({ abs(time[$0] - Double($0) * step) <= 1e-6 * step })
    else { throw StageError.outOfPlace("the samples of \(path) are not equally spaced from 0 s on") }
    let own = table.columns.dropFirst().filter { column in
      event.map { column.name.hasPrefix($0 + ".") } ?? true
    }
    if let event, own.isEmpty {
      throw StageError.outOfPlace(
        "\(path) has no column of event \"\(event)\"; columns are called EVENT.RECEIVER.COMPONENT")
    }
    let traces = try own.map { column in
      try trace(column.name.dropFirst(event.map { $0.count + 1 } ?? 0), table.numbers(column.name), path)
    }
    return WaveformArtefact(
      seismograms: try Seismograms(step: step, count: time.count, traces: traces),
      meaning: field == .velocity ? .velocity : .displacement)
  }

  private static func trace(_ name: Substring, _ values: [Double], _ path: String) throws -> Trace {
    let parts = name.split(separator: ".").map(String.init)
    guard parts.count >= 2, let last = parts.last?.last, let component = Component(rawValue: String(last))
    else {
      throw StageError.outOfPlace(
        "column '\(name)' of \(path) is no RECEIVER.COMPONENT with x, y, z or p")
    }
    return Trace(receiver: parts.dropLast().joined(separator: "."), component: component, values: values)
  }
}

extension ReadWaveforms: ForeseeingKind {
  /// Of a CSV file the sampling; what is wrong with it the stage itself says.
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    guard request.readsFiles, let path = request[Self.file], path.lowercased().hasSuffix(".csv"),
      let table = try? TableFile.read(path), let first = table.columns.first,
      let time = try? table.numbers(first.name), time.count > 1
    else { return foresight }
    foresight[Self.waveforms].quantity = request[Self.field]?.rawValue
    foresight[Self.waveforms].numbers = [
      WaveFacts.step: (time[time.count - 1] - time[0]) / Double(time.count - 1),
      WaveFacts.count: Double(time.count),
    ]
    return foresight
  }
}

extension Dataset {
  /// The records of one event of a file with several, whose names are `event_name`; all of a file with one.
  func records(of event: String?) throws -> Dataset {
    guard size(of: "event") != nil else { return self }
    let names = try texts("event_name")
    let known = names.joined(separator: ", ")
    guard let event else {
      throw StageError.outOfPlace("\(path) has records of \(known); name one by the input 'event'")
    }
    guard let index = names.firstIndex(of: event) else {
      throw StageError.outOfPlace("\(path) has no records of event \"\(event)\"; it has \(known)")
    }
    var result = self
    result.dimensions.removeAll { $0.name == "event" }
    result.variables = variables.map { variable in
      guard variable.dimensions.first == "event" else { return variable }
      let size = variable.values.count / names.count
      let rows = index * size..<(index + 1) * size
      var taken = variable
      taken.dimensions.removeFirst()
      taken.values =
        switch variable.values {
        case .double(let values): .double(Array(values[rows]))
        case .int32(let values): .int32(Array(values[rows]))
        case .int8(let values): .int8(Array(values[rows]))
        case .text(let values): .text(Array(values[rows]))
        }
      return taken
    }
    return result
  }
}
