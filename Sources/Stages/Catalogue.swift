import Datasets
public import Planning

extension Catalogue {
  /// Every kind of stage that pipe knows.
  public static let standard = Catalogue(
    [
      SyntheticModel(), ReadGrid(), ReadTable(), SplitTable(), StartingTopography(), ForwardGravity(),
      RegionalSeparation(), TopographyInversion(), DampingCrossValidation(), Search(), EnsembleLoop(),
      MergedStatistics(), ScoreAtPoints(), CompareGrids(), Command(), Perturbation(),
    ],
    readScalar: { try NetCDFFile.readScalar($0) })
}
