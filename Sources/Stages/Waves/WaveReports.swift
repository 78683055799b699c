import Artefacts
import Planning
import Waves

// What a report shows of the stages of waves.

extension WaveSimulation: ReportedKind {
  private static func pictures(_ series: VariableSeries) -> ReportItem {
    var maps = SeriesMaps(
      "snapshots", series, suffix: "", "The \(series.longName) at the nodes, its colours about zero.")
    (maps.look, maps.isTitledByContent) = (.signed, true)
    return .series(maps)
  }

  /// Speeds of the medium; a physics has one or two of them.
  private static let media: [ReportItem] = [Parameter.vp, .vpv, .vsv].map { parameter in
    let variable = Variable(parameter.rawValue, nil, "")
    var map = FieldMap(
      .input(model.name, variable), "Medium: \(parameter.rawValue)", dots: .input(receivers.name),
      caption:
        "\(SectionArtefact.longName(parameter).capitalisedFirst). Dots: receivers; red: the source."
    )
    (map.marks, map.note) = (.row(of: event.name, column: "name", setting: eventName.name), .none)
    return .map(map)
  }

  var report: StageReport {
    StageReport(
      Self.media + [
        .plot(.records("seismograms")),
        .plot(OutputPlot("seismograms", as: "spectra", caption: "The mean over the receivers.")),
        Self.pictures(SectionVariables.pressure), Self.pictures(SectionVariables.motion),
      ])
  }
}

extension ReadWaveforms: ReportedKind {
  var report: StageReport { StageReport([.plot(.records("waveforms"))]) }
}

extension ProcessWaveforms: ReportedKind {
  var report: StageReport {
    StageReport([
      .plot(.records("waveforms")),
      .plot(OutputPlot("waveforms", as: "spectra", caption: "The mean over the receivers.")),
    ])
  }
}

extension OutputPlot {
  /// The first component of a record.
  fileprivate static func records(_ port: String) -> OutputPlot {
    OutputPlot(
      port, as: "traces", caption: "Each trace by its largest value; the first component of the receivers.")
  }
}

extension WaveAdjoint: ReportedKind {
  var report: StageReport {
    StageReport(
      Parameter.allCases.map { parameter in
        .map(
          FieldMap(
            .own("kernel", Variable(parameter.rawValue, nil, "")), parameter.rawValue, .signed,
            caption:
              "Derivative of the misfit by the \(SectionArtefact.longName(parameter)) at a node: the misfit falls "
              + "where the medium changes against it."))
      })
  }
}

extension WaveformMisfitStage: ReportedKind {
  var report: StageReport {
    StageReport(
      [
        .plot(
          OutputPlot(
            "table", as: "receivers",
            caption: "What the windows of each receiver contribute; the sum is the misfit."))
      ],
      numbers: [.number(.scalar("misfit"), "misfit")])
  }
}

extension GradientTest: ReportedKind {
  var report: StageReport {
    StageReport([.fact("largest relative error of the gradient", .scalar("error"))])
  }
}

extension String {
  /// As a sentence begins.
  fileprivate var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}
