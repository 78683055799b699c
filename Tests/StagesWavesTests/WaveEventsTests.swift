import Datasets
import Manifests
import Planning
import StageSupport
import StageTestSupport
import TestSupport
import Testing
import Waves

@testable import StagesWaves

/// Tables of sources.
@Suite struct WaveEventsTests {
  @Test func rowsOfAFile() throws {
    let stage = LoneStage(
      WaveEvents(), "file = file(\"events.csv\")\nperiod = 0.5 s",
      files: ["events.csv": "name,x,z,volume_rate\na,10,20,5\nb,30,40,-2\n"])
    let events = try AcquisitionArtefact.events(stage.run().dataset("table"))
    #expect(events.map(\.name) == ["a", "b"] && events.map(\.source.z) == [20, 40])
    #expect(events[1].source.amplitudes == [.volumeRate: -2])
    #expect(events[0].source.wavelet == .ricker(frequency: 2, delay: 0.75))
  }

  /// Samples of a file drive the source as they are, from a table or a NetCDF file alike.
  @Test func waveletsOfFiles() throws {
    let stage = LoneStage(
      WaveEvents(),
      "x = 1 m\nz = 2 m\nvolume_rate = 1\nwavelet = file\nwavelet_file = file(\"w.csv\")",
      files: ["w.csv": "time,value\n0,0\n0.25,1\n0.5,0.5\n0.75,0\n"])
    let events = try AcquisitionArtefact.events(stage.run().dataset("table"))
    #expect(events[0].source.wavelet == .samples([0, 1, 0.5, 0], step: 0.25))
  }

  @Test func waveletsOfNetCDF() throws {
    let folder = try ScratchFolder("wavelet")
    var dataset = Dataset()
    try dataset.addColumn("time", [0, 250, 500, 750], units: "ms", dimension: "time")
    try dataset.addColumn("value", [0, 1, 0.5, 0], dimension: "time")
    let path = folder.path("w.nc")
    try NetCDFFile.write(dataset, to: path)
    let settings = Settings([
      "x": .number(ExactDecimal(1)), "z": .number(ExactDecimal(2)), "volume_rate": .number(ExactDecimal(1)),
      "wavelet": .word("file"), "wavelet_file": .file(path),
    ])
    try WaveEvents().run(
      StageContext(settings: settings, inputs: [:], outputs: ["table": folder.path("t.nc")]))
    let events = try AcquisitionArtefact.events(NetCDFFile.read(folder.path("t.nc")))
    #expect(events[0].source.wavelet == .samples([0, 1, 0.5, 0], step: 0.25))
  }

  @Test(arguments: [
    (
      "x = 1 m\nz = 1 m\nperiod = 1 s",
      "M143: one of 'volume_rate', 'force_x', 'force_y', 'force_z', 'mxx', 'mzz', 'mxz', 'mxy' and 'mzy' is needed with 'x'"
    ),
    (
      "x = 1 m\nz = 1 m\nforce_x = 0\nmxx = 0\nperiod = 1 s",
      "M144: 'force_x' and 'mxx' are all zero: an event without an amplitude makes no waves"
    ),
    (
      "x = 1 m\nz = 1 m\nforce_x = 1\nwavelet = filtered_delta\nmin_period = 2 s\nmax_period = 1 s",
      "M144: 'min_period' and 'max_period' go from the shorter to the longer, but 2.0 s is not below 1.0 s"
    ),
    (
      "x = 1 m\nz = 1 m\nforce_x = 1\nperiod = 1 s\nduration = 1 s",
      "M140: 'duration' has no meaning with wavelet = ricker (default); leave it out or use it with wavelet = gaussian_rate"
    ),
  ])
  func whatCannotWork(section: String, message: String) {
    #expect(LoneStage(WaveEvents(), section).mistakes == [message])
  }

  @Test(arguments: [
    (
      "name,x,z,volume_rate\na,1,1,1\na,2,2,1\n", "two events are called a"
    ),
    ("name,x,z,volume_rate\na,1,1,1\nb,2,2,0\n", "event b has no place or no amplitude"),
  ])
  func rowsOfABadFile(text: String, message: String) {
    let stage = LoneStage(
      WaveEvents(), "file = file(\"e.csv\")\nperiod = 1 s", files: ["e.csv": text])
    let error = #expect(throws: (any Error).self) { try stage.run() }
    #expect(error.map { "\($0)".contains(message) } == true, "\(String(describing: error))")
  }

  @Test func samplesOfAWaveletAreEven() {
    let stage = LoneStage(
      WaveEvents(), "x = 1 m\nz = 2 m\nvolume_rate = 1\nwavelet = file\nwavelet_file = file(\"w.csv\")",
      files: ["w.csv": "time,value\n0,0\n0.1,1\n0.25,0.5\n0.3,0\n"])
    let error = #expect(throws: StageError.self) { try stage.run() }
    #expect(error.map { "\($0)".contains("are not equally spaced from 0 s on") } == true)
  }
}
