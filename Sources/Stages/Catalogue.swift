import Datasets
public import Planning

extension Catalogue {
  /// Every kind of stage that pipe knows.
  public static let standard = Catalogue(
    [
      GravityDisturbance(), TopographicEffect(), BouguerDisturbance(), Project(), Cut(), Resample(),
      FilterGrid(),
      BlockReduction(), EquivalentSourcesGrid(),
      SyntheticModel(), ReadGrid(), ReadTable(), SplitTable(), StartingTopography(), ForwardGravity(),
      RegionalSeparation(), TopographyInversion(), DampingCrossValidation(), Search(), EnsembleLoop(),
      MergedStatistics(), ScoreAtPoints(), CompareGrids(), Command(), Perturbation(),
    ],
    readScalar: { try NetCDFFile.readScalar($0) })
}
