public import Planning

/// The kinds of stage of measurements: reading, placing, reducing and gridding them.
public enum DataStages {
  /// In the order of the manual.
  public static let kinds: [any StageKind] = [
    ReadGrid(), ReadTable(), TableRow(), SplitTable(), SplitGrid(), SampleGrid(), GravityDisturbance(),
    TopographicEffect(), BouguerDisturbance(), Project(), Cut(), Resample(), AddGrids(),
    FilterGrid(),
    BlockReduction(), EquivalentSourcesGrid(), Reduction(),
  ]
}
