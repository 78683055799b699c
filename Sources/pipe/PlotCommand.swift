import ArgumentParser
import Artefacts
import Datasets
import Execution
import Planning
import Reporting
import StandardCatalogue

struct PlotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plot",
    abstract: "Draws an artefact as SVG or PNG: map, profile, histogram, convergence, scores, and more.",
    discussion: """
      Without --as the artefact decides: grids become maps, trials their scores (or the front of two; --as \
      importances tells which setting matters, --log y for the score's logarithm), the history of an inversion its \
      convergence, members of an ensemble the settings drawn, coverages a calibration, windows their outlines \
      (--with the grid of best values), and with --with a comparison. A history with the grids of its iterations is \
      also for --as iterations; other plots take the last. \
      Coordinates are in the unit of the map's axes: km, or degrees.
      """)

  @Argument(
    help: "A NetCDF or CSV file, stage.port of the last run ('inversion[ensemble 3].topography'), or a hash.",
    completion: .artefacts)
  var artefact: String

  @Option(
    name: .customLong("as"),
    help: ArgumentHelp(PlotKind.allCases.map(\.rawValue).joined(separator: ", ") + ".", valueName: "plot"),
    completion: .list(PlotKind.allCases.map(\.rawValue)))
  var plot: String?

  @Option(
    name: [.short, .long],
    help: "File to write, .svg or .png (default: NAME.svg, with --as NAME.PLOT.svg, beside the artefact).")
  var output: String?

  @OptionGroup(title: "What to draw") var choice: PlotChoice
  @OptionGroup(title: "How to draw it") var look: PlotLook

  @Option(
    name: .customLong("run"), help: "A run: its id or the beginning of it, last, last~1.", completion: .runs)
  var runName: String?

  @Option(help: "Folder of .pipe and results (default: found from the artefact's place).")
  var root: String?

  @OptionGroup var answer: AnswerOptions

  func run() throws { try Terminal.guarded(draw) }

  private func draw() throws {
    let layout = ProjectLayout.of(manifest: artefact.contains("/") ? artefact : nil, root: root)
    let finder = try ArtefactFinder(layout: layout)
    let found = try finder.find(artefact, run: runName)
    let file = try PlotFile(
      output, artefact: found, asked: artefact, plot: plot, layout: layout, dpi: look.dpi)
    do {
      let plot = try Plot(try source(artefact, found), try request(file, finder))
      let written = try file.write(try plot.figure())
      guard !answer.json else {
        let body = PlotAnswer(
          file: file.path, plot: plot.kind.rawValue, image: file.format.rawValue, width: written.width,
          height: written.height, bytes: written.bytes)
        return try JSONAnswer(command: "plot", body: body).print()
      }
      print(layout.relative(file.path))
    } catch let error as PlotError {
      throw Terminal.failure("\(error)", error.isOfUsage ? .usage : .noInput)
    } catch let error as DatasetError {
      throw Terminal.failure("\(error)", .noInput)
    }
  }

  private func source(_ text: String, _ found: Artefact) throws -> PlotSource {
    // Of a file its name alone, as legends have little room.
    let base = (text.split(separator: "/").last.map(String.init) ?? text)
    let name =
      base.hasSuffix(".nc") || base.hasSuffix(".csv")
      ? base[..<(base.lastIndex(of: ".") ?? base.endIndex)] : base[...]
    var source = try PlotSource(
      path: found.path, name: found.name ?? String(name), views: .standard, isOurs: found.isOurs)
    source.labels = found.labels
    return source
  }

  private func request(_ file: PlotFile, _ finder: ArtefactFinder) throws -> PlotRequest {
    var request = PlotRequest()
    if let plot {
      guard let kind = PlotKind(rawValue: plot) else {
        let kinds = PlotKind.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("--as \(plot): expected one of \(kinds)")
      }
      request.kind = kind
    }
    for (option, text) in choice.texts + look.texts { try request.read(option, text) }
    for with in choice.with {
      try request.read(.with, with)
      let other = try source(with, try finder.find(with, run: runName))
      if request.other == nil { request.other = other } else { request.more.append(other) }
    }
    for table in choice.windows {
      try request.read(.windows, table)
      request.windows.append(try source(table, try finder.find(table, run: runName)))
    }
    if let points = choice.points {
      try request.read(.points, points)
      request.points = try source(points, try finder.find(points, run: runName)).requiredPoints()
    }
    if let coast = choice.coast {
      try request.read(.coast, coast)
      request.lines = try LineFile.read(coast)
    }
    request.title = look.title
    if file.format == .png { request.mostCells = file.cells(over: request.extent) }
    return request
  }
}

struct PlotChoice: ParsableArguments {
  @Option(help: "Variable to draw; several, by commas or repeated, side by side.")
  var variable: [String] = []

  @Option(
    help:
      "A second artefact: the other grid of a comparison, more lines of a profile, a second histogram; of records and their misfits repeated for more."
  )
  var with: [String] = []

  @Option(help: "Table of windows to shade in records, with what each contributes; repeated for more.")
  var windows: [String] = []

  @Option(
    help: ArgumentHelp("The receiver that --as receiver draws (default: the first).", valueName: "name"))
  var receiver: String?

  @Option(
    help: ArgumentHelp(
      "Motion to draw: displacement or velocity, or pressure (default: what was recorded).",
      valueName: "field"))
  var receiverField: String?

  @Option(help: "Variable of --with, or without that a second one of the artefact.")
  var withVariable: String?

  @Option(
    help:
      "Table of places to mark: a file or stage.port with easting and northing, or longitude and latitude.")
  var points: String?

  @Option(
    help: "Lines to draw, in the map's coordinates (metres or degrees): GMT multi-segment text or GeoJSON.")
  var coast: String?

  @Option(parsing: .unconditional, help: ArgumentHelp("Part to draw.", valueName: "w,e,s,n"))
  var region: String?

  @Option(parsing: .unconditional, help: ArgumentHelp("Frame to draw on maps.", valueName: "w,e,s,n"))
  var innerRegion: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Where the profiles run (default: the middle).", valueName: "easting,northing"))
  var through: String?

  @Option(
    help: ArgumentHelp("Bands about a mean, in standard deviations (default: 1,2).", valueName: "k,..."))
  var sigmas: String?

  @Option(
    help: ArgumentHelp(
      "Iterations of an inversion to draw, 0 the start: all, or numbers (default: five of them).",
      valueName: "n,..."))
  var iterations: String?

  var texts: [(PlotOption, String)] {
    variable.map { (.variable, $0) }
      + [
        (.withVariable, withVariable), (.region, region), (.innerRegion, innerRegion), (.through, through),
        (.sigmas, sigmas), (.iterations, iterations), (.receiver, receiver), (.receiverField, receiverField),
      ].compactMap { (option: PlotOption, text: String?) in text.map { (option, $0) } }
  }
}

struct PlotLook: ParsableArguments {
  @Option(help: "Title, in place of the variable's name.")
  var title: String?

  @Option(help: ArgumentHelp("Logarithmic axes: x, y, or x,y.", valueName: "axes"))
  var log: String?

  @Option(
    help: ArgumentHelp(
      ColourMap.named.map(\.name).joined(separator: ", ") + "; with _r the other way round.",
      valueName: "name"))
  var colours: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Ends of the colours (default: 2nd to 98th percentile).", valueName: "low,high"))
  var limits: String?

  @Flag(help: "Colours from the least to the greatest value.")
  var fullLimits = false

  @Option(help: "Dots an inch of a PNG file (default: 192, twice as fine as the SVG's pixels).")
  var dpi: Double?

  var texts: [(PlotOption, String)] {
    [(.log, log), (.colours, colours), (.limits, limits), (.fullLimits, fullLimits ? "" : nil)]
      .compactMap { (option: PlotOption, text: String?) in text.map { (option, $0) } }
  }
}

struct PlotAnswer: Encodable {
  var file, plot, image: String
  var width, height, bytes: Int
}
