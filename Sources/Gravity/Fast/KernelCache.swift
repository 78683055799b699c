import NumericCore

/// Kernels' spectra that inversions and forward models of one process share: the members of an ensemble
/// differ in density, reference level and data, hardly ever in geometry, and the heights of the expansions
/// are rounded so that theirs coincide. It never changes a bit.
public struct KernelCache: Sendable {
  private let spectra: SharedCache<KernelDesign, KernelSpectra>

  /// - Parameter megabytes: of the spectra kept at most.
  public init(megabytes: Int = 32) {
    spectra = SharedCache(limit: megabytes << 20)
  }

  /// Bytes of the spectra kept.
  var size: Int { spectra.size }

  func spectra(_ design: KernelDesign, workers: Workers) -> KernelSpectra {
    spectra.value(for: design, size: 8 * design.size) { KernelSpectra(design, workers: workers) }
  }
}
