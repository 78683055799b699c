import Artefacts
import Datasets
import Planning
import StageSupport

/// Compares what each receiver contributes to the misfits of several models.
struct CompareMisfits: StageKind {
  private static let reference = Input(
    "reference", [.table], "misfits by window or by receiver, such as those of the prior model")
  private static let other = Input("other", [.table], "those of another model")
  private static let more = [
    Input.optional("other_2", [.table], "of a second one"),
    Input.optional("other_3", [.table], "of a third one"),
  ]
  private static let receivers = Input.optional(
    "receivers", [.table], "where receivers are: columns name, x, z; gives the map its places")
  private static let table = Output(
    "table", .table,
    "a row a receiver: x, z, reference, other, reduction (reference − other), and so on for further ones")
  private static let reduction = Output(
    "reduction", .scalar(.dimensionless), "reference − other of all receivers together")

  let signature = StageSignature(
    kind: "compare_misfits", version: 1,
    summary: "compares the misfits of several models receiver by receiver",
    declares: [reference, other] + more + [receivers, table, reduction])

  func run(_ context: StageContext) throws {
    let reference = try Self.misfits(context[Self.reference])
    var columns = [(name: Self.other.name, misfits: try Self.misfits(context[Self.other]))]
    for input in Self.more {
      if let path = context[input] { columns.append((input.name, try Self.misfits(path))) }
    }
    var names = reference.receivers
    for column in columns { names += column.misfits.receivers.filter { !names.contains($0) } }
    func values(_ misfits: ReceiverMisfits) -> [Double] { names.map { misfits.values[$0, default: 0] } }
    var dataset = Dataset(title: "misfit by receiver")
    try dataset.addColumn("receiver", names, longName: "receiver")
    if let path = context[Self.receivers] { try Self.addPlaces(of: names, path, to: &dataset) }
    let first = values(reference)
    try dataset.addColumn("reference", first, units: "1", longName: "misfit of the reference")
    for (name, misfits) in columns {
      let second = values(misfits)
      try dataset.addColumn(name, second, units: "1", longName: "misfit of \(name)")
      try dataset.addColumn(
        name.replacing("other", with: "reduction"), zip(first, second).map(-), units: "1",
        longName: "reference − \(name)")
    }
    try NetCDFFile.write(dataset, to: context[Self.table])
    tell(names, reference, columns, context)
    let total = reference.total - columns[0].misfits.total
    try NetCDFFile.writeScalar(
      total, name: "reduction", units: "1", longName: "reference − other", to: context[Self.reduction])
  }

  private static func misfits(_ path: String) throws -> ReceiverMisfits {
    let dataset = try NetCDFFile.read(path)
    guard let misfits = try ReceiverMisfits(dataset) else {
      throw StageError.missingVariable(
        TraceVariables.Windows.receiver, artefact: path,
        hint: "take the table of waveform_misfit, or one with columns receiver and misfit")
    }
    return misfits
  }

  private static func addPlaces(of names: [String], _ path: String, to dataset: inout Dataset) throws {
    let receivers = try NetCDFFile.read(path)
    let known = try receivers.texts("name")
    let (x, z) = (try receivers.column("x"), try receivers.column("z"))
    let rows = names.map { name in known.firstIndex(of: name) }
    if let missing = zip(names, rows).first(where: { $0.1 == nil }) {
      throw StageError.outOfPlace("receiver \(missing.0) of the misfits is not in 'receivers'")
    }
    let found = rows.compactMap(\.self)
    try dataset.addColumn("x", found.map { x[$0] }, units: "m", longName: "distance")
    try dataset.addColumn("z", found.map { z[$0] }, units: "m", longName: "depth")
  }

  /// A line a receiver and one of the sums.
  private func tell(
    _ names: [String], _ reference: ReceiverMisfits, _ columns: [(name: String, misfits: ReceiverMisfits)],
    _ context: StageContext
  ) {
    func line(_ name: String, _ first: Double, _ rest: [Double]) -> String {
      let parts = rest.flatMap { [$0, first - $0] }.map(Self.text)
      return ([name, Self.text(first)] + parts).joined(separator: "  ")
    }
    context.log(
      (["receiver", "reference"] + columns.flatMap { [$0.name, "reduction"] }).joined(separator: "  "))
    for name in names {
      context.log(
        line(name, reference.values[name, default: 0], columns.map { $0.misfits.values[name, default: 0] }))
    }
    context.log(line("total", reference.total, columns.map(\.misfits.total)))
  }

  /// Five digits: 1.2346e-03.
  static func text(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return value == 0 ? "0.0000e+00" : "\(value)" }
    var (digits, exponent) = (abs(value), 0)
    while digits >= 10 { (digits, exponent) = (digits / 10, exponent + 1) }
    while digits < 1 { (digits, exponent) = (digits * 10, exponent - 1) }
    var whole = Int((digits * 10_000).rounded())
    if whole == 100_000 { (whole, exponent) = (10_000, exponent + 1) }
    let fraction = "\(whole % 10_000)"
    let power = "\(abs(exponent))"
    return (value < 0 ? "-" : "") + "\(whole / 10_000)." + String(repeating: "0", count: 4 - fraction.count)
      + fraction + (exponent < 0 ? "e-" : "e+") + String(repeating: "0", count: max(0, 2 - power.count))
      + power
  }
}

extension CompareMisfits: ReportedKind {
  var report: StageReport {
    StageReport(
      [
        .map(
          FieldMap(
            .own("table", Variable("reduction", nil, "")), "Reduction by receiver", .signed,
            caption: "Reference − other at each receiver: positive where the other model fits better."))
      ],
      numbers: [.number(.scalar("reduction"), "reduction of the misfit")])
  }
}
