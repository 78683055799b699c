import ArgumentParser
import Artefacts
import Datasets
import Execution
import Planning

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Writes an artefact for other programs: CSV, JSON, GeoTIFF, lines of x y z, a Surfer grid.",
    discussion: """
      The ending of -o says the format: .csv and .json take tables, numbers and grids (a row a node); .tif (a band a \
      variable, with the coordinate reference system), .xyz and .grd (Surfer 7, one variable) take grids. Of an ensemble \
      or a history these write a file for each member or iteration, whose number stands before the ending; .csv and \
      .json the table of its members. --member takes one.
      """)

  @Argument(
    help: "A NetCDF file, stage.port of the last run ('inversion[ensemble 3].topography'), or a hash.",
    completion: .artefacts)
  var artefact: String

  @Option(
    name: [.short, .long], help: "File to write: .csv, .json, .tif, .xyz or .grd.", completion: .file())
  var output: String

  @Option(help: "Variable to write; several, by commas or repeated (default: all).")
  var variable: [String] = []

  @Option(help: "Member of an ensemble, or iteration of a history, by its number.")
  var member: Int?

  @Option(
    name: .customLong("run"), help: "A run: its id or the beginning of it, last, last~1.", completion: .runs)
  var runName: String?

  @Option(help: "Folder of .pipe and results (default: found from the artefact's place).")
  var root: String?

  @OptionGroup var answer: AnswerOptions

  func run() throws { try Terminal.guarded(write) }

  private func write() throws {
    let format = try ExportFormat(path: output)
    let layout = ProjectLayout.of(manifest: artefact.contains("/") ? artefact : nil, root: root)
    let found = try ArtefactFinder(layout: layout).find(artefact, run: runName)
    do {
      if !found.isOurs { try FileProbe.check(found.path) }
      let files = try ExportedFiles(
        path: found.path, variables: variable.flatMap { $0.split(separator: ",").map(String.init) },
        member: member, format: format
      ).write(to: output)
      guard !answer.json else {
        return try JSONAnswer(command: "export", body: ExportAnswer(files: files, written: format.rawValue))
          .print()
      }
      for file in files { print(layout.relative(file)) }
    } catch let error as DatasetError {
      throw Terminal.failure("\(error)", .noInput)
    }
  }
}

/// As `pipe export --json` tells it.
struct ExportAnswer: Encodable {
  var files: [String]
  var written: String
}

/// What a file's ending says.
enum ExportFormat: String, CaseIterable {
  case csv, json, tif, xyz, grd

  /// - Throws: `ValidationError` for another ending.
  init(path: String) throws {
    let ending = path.split(separator: "/").last?.split(separator: ".").dropFirst().last?.lowercased() ?? ""
    guard let format = ExportFormat(rawValue: ending == "tiff" ? "tif" : ending) else {
      let known = ExportFormat.allCases.map { ".\($0.rawValue)" }.joined(separator: ", ")
      throw ValidationError("-o \(path): expected a name that ends with one of \(known)")
    }
    self = format
  }

  /// Whether it holds grids alone.
  var isOfGrids: Bool { self != .csv && self != .json }
}

/// One artefact as the files that it becomes.
struct ExportedFiles {
  let path: String
  let variables: [String]
  let member: Int?
  let format: ExportFormat

  /// - Returns: paths in the order of the members.
  func write(to output: String) throws -> [String] {
    guard let series = try series() else {
      guard member == nil else {
        throw ValidationError("--member: \(path) is neither an ensemble nor a history with grids")
      }
      try OutputFile.write(try bytes(of: try NetCDFFile.read(path)), to: output)
      return [output]
    }
    let numbers = try numbers(of: series)
    if let member {
      guard let index = numbers.firstIndex(of: member) else {
        throw ValidationError(
          "--member \(member): there are \(numbers.count), \(numbers.first ?? 0) to \(numbers.last ?? 0)")
      }
      try OutputFile.write(try bytes(of: try series.dataset(at: index), isSlice: true), to: output)
      return [output]
    }
    guard format.isOfGrids else {
      let dataset = try NetCDFFile.read(path, variables: [series.dimension] + series.columns)
      try OutputFile.write(try bytes(of: dataset), to: output)
      return [output]
    }
    let width = "\(numbers.max() ?? 0)".count
    return try numbers.enumerated().map { index, number in
      let file = Self.numbered(output, number, width: width)
      try OutputFile.write(try bytes(of: try series.dataset(at: index), isSlice: true), to: file)
      return file
    }
  }

  /// `x.tif` → `x.007.tif`
  private static func numbered(_ path: String, _ number: Int, width: Int) -> String {
    let point = path.lastIndex(of: ".") ?? path.endIndex
    let digits = "\(number)"
    let padded = String(repeating: "0", count: max(0, width - digits.count)) + digits
    return "\(path[..<point]).\(padded)\(path[point...])"
  }

  /// Grids along the members of an ensemble or the iterations of an inversion; nil for other files.
  private func series() throws -> NetCDFSeriesReader? {
    for dimension in [EnsembleVariables.dimension, IterationVariables.dimension] {
      do throws(DatasetError) {
        let series = try NetCDFSeriesReader(path, dimension: dimension)
        if !series.slicedVariables.isEmpty { return series }
      } catch {
        if case .wrongDimensions = error { continue }
        throw error
      }
    }
    return nil
  }

  private func numbers(of series: NetCDFSeriesReader) throws -> [Int] {
    let name = EnsembleVariables.member.name
    guard series.columns.contains(name) else { return Array(0..<series.count) }
    return try series.column(name).enumerated().map { Int(exactly: $1) ?? $0 }
  }

  /// - Parameter isSlice: whether columns along the members are no part of it.
  private func bytes(of dataset: Dataset, isSlice: Bool = false) throws -> [UInt8] {
    let hasGrid = dataset.variables.contains { Dataset.isGeographic($0.dimensions) != nil }
    switch format {
    case .tif: return try ExportedGrid(dataset, variables: variables).geoTIFF()
    case .xyz: return try ExportedGrid(dataset, variables: variables).xyz
    case .grd:
      let grid = try ExportedGrid(dataset, variables: variables)
      guard grid.fields.count == 1 else {
        let names = grid.fields.map(\.name).joined(separator: ", ")
        throw ValidationError(".grd holds one variable: choose one of \(names) by --variable")
      }
      return grid.surfer
    case .csv, .json:
      // Of a file with grids and numbers beside them the grids are meant.
      let table =
        hasGrid || isSlice
        ? ExportedTable(try ExportedGrid(dataset, variables: variables))
        : try ExportedTable(dataset, variables: variables)
      return format == .csv ? table.csv : try JSONAnswer.bytes(TableAnswer(table, of: dataset))
    }
  }
}

/// A table as JSON: columns with their units.
struct TableAnswer: Encodable {
  struct Column: Encodable {
    var name: String
    var units, longName: String?
    var values: Values
  }

  /// Numbers, `null` where one is missing, or texts.
  enum Values: Encodable {
    case numbers([Double?])
    case integers([Int])
    case texts([String])

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .numbers(let values): try container.encode(values)
      case .integers(let values): try container.encode(values)
      case .texts(let values): try container.encode(values)
      }
    }
  }

  var title, crs: String?
  var columns: [Column]

  init(_ table: ExportedTable, of dataset: Dataset) {
    title = dataset.attribute("title")?.text
    crs = dataset.coordinateSystem.map { $0.code.map { "EPSG:\($0)" } ?? $0.wellKnownText }
    columns = table.columns.map { column in
      let values: Values =
        switch column.values {
        case .double(let numbers): .numbers(numbers.map { $0.isFinite ? $0 : nil })
        case .int32(let numbers): .integers(numbers.map(Int.init))
        case .int8(let numbers): .integers(numbers.map(Int.init))
        case .text(let texts): .texts(texts)
        }
      return Column(name: column.name, units: column.units, longName: column.longName, values: values)
    }
  }
}
