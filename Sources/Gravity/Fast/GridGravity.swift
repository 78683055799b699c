public import NumericCore

/// Gravity of surfaces on a regular grid and its derivatives by fast operators, for observations on
/// a lattice: what `SurfaceGravity` and `LayerJacobian` compute, to a tolerance.
public struct GridGravity: Sendable {
  /// No number of Chebyshev heights up to 64 with a near field of up to 10 cells reaches the
  /// tolerance: the heights of the cells span too many cells.
  public struct TooRough: Error, Equatable, Sendable, CustomStringConvertible {
    public let lowest, highest: Double
    public var description: String {
      "the surface spans too many cells, \(lowest) to \(highest) m, for an expansion in heights"
    }
  }

  private let geometry: GridGeometry
  private let lattice: ObservationLattice
  private let tolerance: Double
  private let levels, factors: [Double]
  private let isPresent: [Bool]
  private let base, largestFactor: Double
  private var referencePart: [Double] = []
  private var faces, annuli: KernelSpectra?

  /// - Parameters:
  ///   - geometry, reference, densityContrast, isPresent: as in `SurfaceGravity`.
  ///   - tolerance: bound of the error of gravity, mGal; derivatives are as good relative to 2πGΔρ
  ///     times a spacing.
  public init(
    geometry: GridGeometry, reference: [Double], densityContrast: [Double], isPresent: [Bool],
    lattice: ObservationLattice, tolerance: Double, workers: Workers
  ) throws(TooRough) {
    (self.geometry, self.lattice, self.tolerance) = (geometry, lattice, tolerance)
    let present = densityContrast.indices.map {
      isPresent[$0] && densityContrast[$0] != 0 && !densityContrast[$0].isNaN && !reference[$0].isNaN
    }
    self.isPresent = present
    factors = present.indices.map { present[$0] ? densityContrast[$0] * PrismGravity.scale : 0 }
    largestFactor = max(factors.map { abs($0) }.max() ?? 0, 1e-300)
    let heights = present.indices.filter { present[$0] }.map { reference[$0] }
    base = ((heights.min() ?? 0) + (heights.max() ?? 0)) / 2
    let base = base
    levels = present.indices.map { present[$0] ? reference[$0] : base }
    referencePart = try attraction(of: levels, workers: workers)
  }

  /// Gravity, mGal, of the mass between a surface (metres, one value a cell) and the reference.
  public mutating func gz(ofSurface topography: [Double], workers: Workers) throws(TooRough) -> [Double] {
    let sums = try attraction(of: filled(topography), workers: workers)
    return zip(sums, referencePart).map { $0 - $1 }
  }

  /// The derivative at a layer's surface, mGal per metre, as an operator on values of all cells; those
  /// that are not `free` count as zero.
  public mutating func jacobian(
    _ derivative: LayerJacobian, of layer: PrismLayer, free: [Bool], workers: Workers
  ) throws(TooRough) -> GridOperator {
    let all = Array(0..<geometry.count)
    let levels = filled(derivative.levels(of: layer, cells: all))
    let factors = derivative.factors(of: layer, cells: all).enumerated().map {
      free[$0.offset] && isPresent[$0.offset] ? $0.element : 0
    }
    let spectra: KernelSpectra
    let (response, basis): (NearField.Response, HeightExpansion.Basis)
    switch derivative {
    case .exact:
      (response, basis) = (.angle, .derivative)
      spectra = try faceSpectra(covering: levels, step: 0, workers)
    case .finiteDifference(let step):
      (response, basis) = (.slab(step: step), .difference(step: step))
      spectra = try faceSpectra(covering: levels, step: step, workers)
    case .annulus:
      (response, basis) = (.annulus, .value)
      spectra = try annulusSpectra(covering: levels, workers)
    }
    // The slab's factor holds its division by the step, as does the operator's response.
    let scaled: [Double]
    if case .finiteDifference(let step) = derivative {
      scaled = factors.map { $0 * step }
    } else {
      scaled = factors
    }
    return GridOperator(
      .init(levels: levels, factors: scaled, response: response, basis: basis), spectra: spectra,
      geometry: geometry, lattice: lattice, workers: workers)
  }

  /// What the operators of faces are made of, for a log.
  public var description: String {
    let spectra = faces ?? annuli
    return spectra.map {
      "\($0.expansion.count) heights, near field of \(2 * $0.radius + 1) × \(2 * $0.radius + 1) cells"
    } ?? "not used yet"
  }

  private mutating func attraction(of levels: [Double], workers: Workers) throws(TooRough) -> [Double] {
    let spectra = try faceSpectra(covering: levels, step: 0, workers)
    let sum = GridOperator(
      .init(levels: levels, factors: factors, response: .attraction(base: base), basis: .value),
      spectra: spectra, geometry: geometry, lattice: lattice, workers: workers)
    return sum.product(Array(repeating: 1, count: geometry.count), workers: workers)
  }

  /// Levels with those of empty cells replaced: they carry the factor 0.
  private func filled(_ levels: [Double]) -> [Double] {
    let some = levels.indices.first { isPresent[$0] }.map { levels[$0] } ?? base
    return levels.indices.map { isPresent[$0] ? levels[$0] : some }
  }

  private mutating func faceSpectra(
    covering levels: [Double], step: Double, _ workers: Workers
  ) throws(TooRough) -> KernelSpectra {
    let range = (levels.min() ?? base, (levels.max() ?? base) + step)
    if let faces, faces.expansion.serves(range, margin: margin) { return faces }
    let made = try spectra(.face(base: base), range, tolerance / largestFactor, nil, workers)
    faces = made
    return made
  }

  private mutating func annulusSpectra(
    covering levels: [Double], _ workers: Workers
  ) throws(TooRough) -> KernelSpectra {
    let range = (levels.min() ?? base, levels.max() ?? base)
    if let annuli, annuli.expansion.serves(range, margin: margin) { return annuli }
    // Factor · Σ z / (a b (a + b)) is 2πGΔρ over the whole plane, the sum alone π / s². The face's
    // tolerance over the spacing is as large a part of 2πGΔρ as is asked of the derivatives.
    let spacing = min(geometry.spacingEasting, geometry.spacingNorthing)
    let relative = tolerance / (largestFactor * 2 * Double.pi * spacing)
    let limit = relative * Double.pi / (geometry.spacingEasting * geometry.spacingEasting)
    let height = max(abs(range.0 - lattice.upward), abs(range.1 - lattice.upward))
    let area = geometry.spacingEasting * geometry.spacingNorthing
    let made = try spectra(.annulus, range, limit * area, height, workers)
    annuli = made
    return made
  }

  /// Room left on each side of the heights, so that the next surfaces find the spectra made.
  private var margin: Double { 0.05 * min(geometry.spacingEasting, geometry.spacingNorthing) }

  private func spectra(
    _ kernel: CellKernel, _ range: (low: Double, high: Double), _ limit: Double,
    _ annulusHeight: Double?, _ workers: Workers
  ) throws(TooRough) -> KernelSpectra {
    let half = 0.6 * (range.high - range.low) + margin
    let bound = FarFieldBound(
      spacingEasting: geometry.spacingEasting, spacingNorthing: geometry.spacingNorthing,
      rings: max(geometry.columns, geometry.rows), phase: lattice.largestPhase,
      annulusHeight: annulusHeight.map { $0 + half })
    guard let choice = bound.choice(half: half, tolerance: limit) else {
      throw TooRough(lowest: range.low, highest: range.high)
    }
    let expansion = HeightExpansion(
      middle: (range.low + range.high) / 2, half: half, count: choice.heights)
    return KernelSpectra(
      kernel, geometry: geometry, lattice: lattice, expansion: expansion, radius: choice.radius,
      workers: workers)
  }
}

extension HeightExpansion {
  /// Whether the interval holds a range of heights and is not much wider than it needs to be.
  fileprivate func serves(_ range: (low: Double, high: Double), margin: Double) -> Bool {
    range.low >= middle - half && range.high <= middle + half
      && half <= 1.5 * (0.6 * (range.high - range.low) + margin)
  }
}
