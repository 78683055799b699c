import Geostatistics
import Gravity
public import Planning

/// The kinds of stage of models, and of inverting for them.
public enum TopographyStages {
  /// In the order of the manual.
  public static let kinds: [any StageKind] = make(
    kernels: KernelCache(), simulations: SimulationCache())

  /// All nodes of a process share the kernels of gravity and the factors of covariances that they have in common.
  private static func make(kernels: KernelCache, simulations: SimulationCache) -> [any StageKind] {
    [
      SyntheticModel(), SyntheticMoho(), RandomSurface(simulations: simulations), PriorSurface(),
      SimulatedData(kernels: kernels, simulations: simulations), DensityZones(), StartingTopography(),
      KrigingKind(),
      ForwardGravity(kernels: kernels), RegionalSeparation(), DistanceWeightsKind(), RegionMask(),
      TopographyInversion(kernels: kernels), GravityMisfit(kernels: kernels), PosteriorKind(kernels: kernels),
      EdgeDecay(),
      ConditionalDraw.ofStartingTopography(simulations), ConditionalDraw.ofKriging(simulations),
      ConditionalDraw.ofRegionalField(simulations), ConditionalDraw.ofPrior,
    ]
  }
}
