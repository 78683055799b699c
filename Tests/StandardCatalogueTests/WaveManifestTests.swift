import Manifests
import Planning
import Testing

@testable import StandardCatalogue

/// What a manifest of waves alone tells: bands that a grid can't hold, other sampling.
@Suite struct WaveManifestTests {
  private func messages(_ text: String) -> [String] {
    let result = Resolver.resolve(
      manifestPath: "x.manifest", text: .texts(["x.manifest": text], existing: []), catalogue: .standard)
    return result.diagnostics.map { "\($0.code): \($0.message)" }
  }

  private func shot(_ name: String, step: String = "4 ms", more: String = "") -> String {
    """
    [\(name) : wave_simulation]
    model <- medium.model
    event <- source.table
    receivers <- receivers.table
    duration = 0.5 s
    output_step = \(step)
    grid = model
    \(more)

    """
  }

  private func base(period: String = "0.15 s", speeds: String = "2 km/s") -> String {
    """
    [medium : wave_model]
    physics = acoustic2d
    region = 0 km, 1 km, 0 km, 0.6 km
    spacing = 20 m
    vp = \(speeds)
    rho = 2000 kg/m3
    [source : wave_events]
    x = 500 m
    z = 300 m
    volume_rate = 1000
    period = \(period)
    [receivers : wave_receivers]
    layout = line
    start = 100 m, 100 m
    end = 900 m, 100 m
    count = 3
    components = p

    """
  }

  private func misfit(_ observed: String, _ more: String = "") -> String {
    "[misfit : waveform_misfit]\nsynthetic <- shot.seismograms\nobserved <- \(observed)\nkind = l2\n\(more)\n"
  }

  @Test func bandsBeyondTheGrid() {
    #expect(messages(base() + shot("shot")) == [])
    #expect(
      messages(base(period: "0.02 s") + shot("shot")) == [
        "M154: 0.8 points a wavelength are too few: the shortest wavelength is 16.0 m and the spacing 20.0 m, and differences "
          + "of this order need 3.0 points; take a longer period, a finer model, or grid = auto"
      ])
    // A smoothed medium may have no node as slow.
    let smooth = "[smooth : smooth_model]\nmodel <- medium.model\nlengths = 100 m, 100 m\n"
    let text = base(period: "0.02 s") + smooth + shot("shot").replacing("medium.model", with: "smooth.model")
    #expect(messages(text) == [])
  }

  @Test func otherSampling() {
    let text = base() + shot("shot", step: "2 ms") + shot("other")
    #expect(
      messages(text + misfit("other.seismograms")) == [
        "M154: 251 samples 0.002 s apart can't be compared with 126 samples 0.004 s apart; process_waveforms resamples and cuts"
      ])
    let resampled = "[data : process_waveforms]\nwaveforms <- other.seismograms\noutput_step = 2 ms\n"
    #expect(messages(text + resampled + misfit("data.waveforms")) == [])
  }
}
