import Datasets
import Planning
import StageSupport
import StageTestSupport
import Testing
import Waves

@testable import StagesWaves

/// Tables of receivers.
@Suite struct WaveReceiversTests {
  @Test func lines() throws {
    let section =
      "layout = line\nstart = 0 m, 10 m\nend = 100 m, 30 m\ncount = 3\nprefix = \"S\"\ncomponents = z, x"
    let receivers = try AcquisitionArtefact.receivers(
      LoneStage(WaveReceivers(), section).run().dataset("table"))
    #expect(receivers.map(\.name) == ["S1", "S2", "S3"])
    #expect(receivers.map(\.x) == [0, 50, 100] && receivers.map(\.z) == [10, 20, 30])
    #expect(receivers[0].components == [.x, .z])
  }

  /// All of a ring are as far from its centre, and as far from each other.
  @Test func rings() throws {
    let section = "layout = ring\ncentre = 5 m, 7 m\nradius = 3 m\ncount = 6\ncomponents = p"
    let receivers = try AcquisitionArtefact.receivers(
      LoneStage(WaveReceivers(), section).run().dataset("table"))
    #expect(receivers.count == 6)
    for (one, next) in zip(receivers, receivers.dropFirst() + receivers.prefix(1)) {
      #expect(abs(((one.x - 5) * (one.x - 5) + (one.z - 7) * (one.z - 7)).squareRoot() - 3) < 1e-12)
      let (x, z) = (next.x - one.x, next.z - one.z)
      #expect(abs((x * x + z * z).squareRoot() - 3) < 1e-12)
    }
  }

  @Test(arguments: [
    (
      "layout = line\nstart = 0, 0 m\nend = 1, 1 m\ncomponents = p",
      ["M141: 'count' is needed with layout = line"]
    ),
    (
      "layout = ring\ncentre = 0, 0 m\nradius = 1 m\ncount = 3\nend = 1, 1 m\ncomponents = p",
      ["M140: 'end' has no meaning with layout = ring; leave it out or use it with layout = line"]
    ),
  ])
  func whatCannotWork(section: String, messages: [String]) {
    #expect(LoneStage(WaveReceivers(), section).mistakes == messages)
  }

  @Test(arguments: [
    ("name,x,z\nA,1,2\nA,3,4\n", "two receivers are called A"),
    ("name,x,z\nA,1,2\nB,,4\n", "row 2: receiver B has no place"),
  ])
  func badFiles(text: String, message: String) {
    let stage = LoneStage(
      WaveReceivers(), "file = file(\"r.csv\")\ncomponents = p", files: ["r.csv": text])
    let error = #expect(throws: (any Error).self) { try stage.run() }
    #expect(error.map { "\($0)".contains(message) } == true, "\(String(describing: error))")
  }
}
