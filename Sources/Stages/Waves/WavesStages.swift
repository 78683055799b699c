public import Planning

/// The kinds of stage of waves: media, events, simulation, misfits, gradients.
public enum WavesStages {
  /// In the order of the manual.
  public static let kinds: [any StageKind] = [
    WaveModelStage(), SmoothModel(), WaveEvents(), WaveReceivers(), WaveSimulation(), ReadWaveforms(),
    ProcessWaveforms(), PickWindows(), WaveformMisfitStage(), CompareMisfits(), WaveAdjoint(), GradientTest(),
    ReadPicks(), RayPaths(), StraightRayTravelTimes(), TravelTimeMisfit(), SectionGravityStage(),
    SectionGravityMisfit(),
  ]
}
