import Gravity
public import Planning

/// The kinds of stage of models, and of inverting for them.
public enum TopographyStages {
  /// In the order of the manual.
  public static let kinds: [any StageKind] = make(kernels: KernelCache())

  /// All nodes of a process share the kernels of gravity that they have in common.
  private static func make(kernels: KernelCache) -> [any StageKind] {
    [
      SyntheticModel(), SyntheticMoho(), DensityZones(), StartingTopography(),
      ForwardGravity(kernels: kernels), RegionalSeparation(), DistanceWeightsKind(), RegionMask(),
      TopographyInversion(kernels: kernels), EdgeDecay(),
    ]
  }
}
