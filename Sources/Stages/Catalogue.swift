import Datasets
import Gravity
public import Planning

extension Catalogue {
  /// Every kind of stage that pipe knows.
  public static let standard = make()

  /// All nodes of a process share the kernels of gravity that they have in common.
  private static func make() -> Catalogue {
    let kernels = KernelCache()
    return Catalogue(
      [
        SyntheticModel(), SyntheticMoho(), DensityZones(), ReadGrid(), ReadTable(), SplitTable(),
        StartingTopography(), ForwardGravity(kernels: kernels), RegionalSeparation(),
        DistanceWeightsKind(), RegionMask(), TopographyInversion(kernels: kernels),
        DampingCrossValidation(), Search(), EnsembleLoop(), MergedStatistics(), ScoreAtPoints(),
        CompareGrids(), Command(), Perturbation(), GravityDisturbance(), TopographicEffect(),
        BouguerDisturbance(), Project(), Cut(), Resample(), FilterGrid(), BlockReduction(),
        EquivalentSourcesGrid(), EdgeDecay(), CompareGravity(), RegionalScoring(), WindowedSearch(),
        Sensitivity(), EnsembleCheck(), SearchStep(), CalibrationKind(), SplitGrid(), SampleGrid(),
      ],
      readScalar: { try NetCDFFile.readScalar($0) })
  }
}
