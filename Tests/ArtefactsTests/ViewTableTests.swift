import Artefacts
import Testing

@Suite struct ViewTableTests {
  @Test func empty() { #expect(ViewTable()["gravity_anomaly"] != nil) }
}
