public import NumericCore

/// Gravity of surfaces on a regular grid and its derivatives by fast operators, for observations on
/// a lattice, level or gently varying in height: what `SurfaceGravity` and `LayerJacobian` compute, to a
/// tolerance.
public struct GridGravity: Sendable {
  /// No number of Chebyshev heights up to 64 with a near field of up to 10 cells reaches the
  /// tolerance: the heights of the cells, or those of the observations, span too many cells.
  public struct TooRough: Error, Equatable, Sendable, CustomStringConvertible {
    /// Of the surface and of the observations, metres.
    public let lowest, highest, lowestObservation, highestObservation: Double
    /// The heights that were found.
    public var description: String {
      "the surface, \(lowest) to \(highest) m, or the observations, \(lowestObservation) to "
        + "\(highestObservation) m, span too many cells for an expansion in heights"
    }
  }

  /// Bounds of errors.
  public struct Tolerance: Sendable {
    /// Of gravity, mGal.
    public var gravity: Double
    /// Of derivatives that have kernels of their own (the annulus), mGal a spacing; the others are as good
    /// as gravity.
    public var derivative: Double

    /// - Parameter derivative: nil for that of gravity.
    public init(_ gravity: Double, derivative: Double? = nil) {
      (self.gravity, self.derivative) = (gravity, derivative ?? gravity)
    }
  }

  /// What the surface is of: a column of mass between it and a level at each cell that is there.
  public struct Cells: Sendable {
    var geometry: GridGeometry
    var reference, densityContrast: [Double]
    var isPresent: [Bool]

    /// As in `SurfaceGravity`.
    public init(
      geometry: GridGeometry, reference: [Double], densityContrast: [Double], isPresent: [Bool]
    ) {
      (self.geometry, self.reference) = (geometry, reference)
      (self.densityContrast, self.isPresent) = (densityContrast, isPresent)
    }
  }

  let geometry: GridGeometry
  let lattice: ObservationLattice
  private let tolerance: Tolerance
  private let levels, factors: [Double]
  private let isPresent: [Bool]
  private let base, largestFactor: Double
  private let cache: KernelCache
  private let pool = BufferPool()
  private var referencePart: [Double] = []
  private var faces, annuli: KernelSpectra?
  /// Of the last approximation of a derivative.
  var approximation: KernelSpectra?

  /// - Parameters:
  ///   - tolerance: bounds of the errors; derivatives are as good relative to 2πGΔρ times a spacing.
  ///   - cache: where kernels are looked for and left.
  public init(
    of cells: Cells, lattice: ObservationLattice, tolerance: Tolerance, cache: KernelCache = KernelCache(),
    workers: Workers
  ) throws(TooRough) {
    (geometry, self.lattice, self.tolerance) = (cells.geometry, lattice, tolerance)
    self.cache = cache
    let (reference, densityContrast, isPresent) = (cells.reference, cells.densityContrast, cells.isPresent)
    let present = densityContrast.indices.map {
      isPresent[$0] && densityContrast[$0] != 0 && !densityContrast[$0].isNaN && !reference[$0].isNaN
    }
    self.isPresent = present
    factors = present.indices.map { present[$0] ? densityContrast[$0] * PrismGravity.scale : 0 }
    largestFactor = max(factors.map { abs($0) }.max() ?? 0, 1e-300)
    let heights = present.indices.filter { present[$0] }.map { reference[$0] }
    // Any level near the reference serves; a rounded one makes kernels that others can use.
    let quantum = Self.quantum(geometry)
    let base = (((heights.min() ?? 0) + (heights.max() ?? 0)) / 2 / quantum).rounded() * quantum
    self.base = base
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
    let (cells, spectra) = try parts(derivative, of: layer, free: free, workers)
    return made(cells, spectra, workers)
  }

  func made(_ cells: GridOperator.Cells, _ spectra: KernelSpectra, _ workers: Workers) -> GridOperator {
    GridOperator(
      cells, spectra: spectra, geometry: geometry, lattice: lattice, pool: pool, workers: workers)
  }

  /// What the operator of a derivative is made of.
  mutating func parts(
    _ derivative: LayerJacobian, of layer: PrismLayer, free: [Bool], _ workers: Workers
  ) throws(TooRough) -> (cells: GridOperator.Cells, spectra: KernelSpectra) {
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
    return (GridOperator.Cells(levels: levels, factors: scaled, response: response, basis: basis), spectra)
  }

  /// The attraction of the cells between two faces as operators on their densities, mGal per kg/m³: the
  /// upper one's product minus the lower one's. Cells that are not `free` count as zero.
  public mutating func densityOperators(
    top: [Double], bottom: [Double], free: [Bool], workers: Workers
  ) throws(TooRough) -> (upper: GridOperator, lower: GridOperator) {
    let (top, bottom) = (filled(top), filled(bottom))
    let spectra = try faceSpectra(covering: top + bottom, step: 0, workers)
    let factors = free.indices.map { free[$0] && isPresent[$0] ? PrismGravity.scale : 0 }
    func face(_ levels: [Double]) -> GridOperator {
      made(
        .init(levels: levels, factors: factors, response: .attraction(base: base), basis: .value), spectra,
        workers)
    }
    return (face(top), face(bottom))
  }

  /// What the operators of faces are made of, for a log.
  public var description: String {
    guard let design = (faces ?? annuli)?.design else { return "not used yet" }
    let width = 2 * design.radius + 1
    let heights =
      lattice.isLevel ? "" : " for observations at \(design.observations.count)"
    return "\(design.expansion.count) heights\(heights), near field of \(width) × \(width) cells"
  }

  private mutating func attraction(of levels: [Double], workers: Workers) throws(TooRough) -> [Double] {
    let spectra = try faceSpectra(covering: levels, step: 0, workers)
    let sum = made(
      .init(levels: levels, factors: factors, response: .attraction(base: base), basis: .value), spectra,
      workers)
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
    let range = Range(low: levels.min() ?? base, high: (levels.max() ?? base) + step)
    if let faces, serves(faces.expansion, range) { return faces }
    faces = nil
    let made = try spectra(.face(base: base), range, tolerance.gravity / largestFactor, nil, workers)
    faces = made
    return made
  }

  private mutating func annulusSpectra(
    covering levels: [Double], _ workers: Workers
  ) throws(TooRough) -> KernelSpectra {
    let range = Range(low: levels.min() ?? base, high: levels.max() ?? base)
    if let annuli, serves(annuli.expansion, range) { return annuli }
    // Factor · Σ z / (a b (a + b)) is 2πGΔρ over the whole plane, the sum alone π / s². The tolerance
    // over the spacing is as large a part of 2πGΔρ as is asked of the derivatives.
    let spacing = min(geometry.spacingEasting, geometry.spacingNorthing)
    let relative = tolerance.derivative / (largestFactor * 2 * Double.pi * spacing)
    let area = geometry.cellArea
    let limit = relative * Double.pi / area
    let height = largestHeight(low: range.low, high: range.high)
    annuli = nil
    let made = try spectra(.annulus, range, limit * area, height, workers)
    annuli = made
    return made
  }

  /// The largest distance of an observation from levels between two.
  func largestHeight(low: Double, high: Double) -> Double {
    max(abs(low - lattice.highest), abs(high - lattice.lowest))
  }

  /// Lowest and highest level.
  private struct Range {
    var low, high: Double
  }

  /// Bounds of expansions are multiples of this, so that surfaces that differ little have the same.
  private static func quantum(_ geometry: GridGeometry) -> Double {
    min(geometry.spacingEasting, geometry.spacingNorthing) / 8
  }

  /// The expansion for a range: wider, so that the next surfaces find the spectra made.
  private func bounds(_ range: Range) -> Range {
    let quantum = Self.quantum(geometry)
    let margin = 0.1 * (range.high - range.low) + 0.4 * quantum
    return Range(
      low: ((range.low - margin) / quantum).rounded(.down) * quantum,
      high: ((range.high + margin) / quantum).rounded(.up) * quantum)
  }

  /// Whether an expansion holds a range and is not much wider than it needs to be.
  private func serves(_ expansion: HeightExpansion, _ range: Range) -> Bool {
    let needed = bounds(range)
    return range.low >= expansion.middle - expansion.half
      && range.high <= expansion.middle + expansion.half
      && expansion.half <= 0.75 * (needed.high - needed.low)
  }

  private func spectra(
    _ kernel: CellKernel, _ range: Range, _ limit: Double, _ annulusHeight: Double?,
    _ workers: Workers
  ) throws(TooRough) -> KernelSpectra {
    let bounds = bounds(range)
    let half = (bounds.high - bounds.low) / 2
    let observationHalf = (lattice.highest - lattice.lowest) / 2
    let bound = FarFieldBound(
      spacingEasting: geometry.spacingEasting, spacingNorthing: geometry.spacingNorthing,
      rings: max(geometry.columns, geometry.rows), phase: lattice.largestPhase,
      annulusHeight: annulusHeight.map { $0 + half })
    guard let choice = bound.choice(half: half, observationHalf: observationHalf, tolerance: limit)
    else {
      throw TooRough(
        lowest: range.low, highest: range.high, lowestObservation: lattice.lowest,
        highestObservation: lattice.highest)
    }
    let design = KernelDesign(
      kernel: kernel, columns: geometry.columns, rows: geometry.rows,
      spacingEasting: geometry.spacingEasting, spacingNorthing: geometry.spacingNorthing,
      places: lattice.places,
      expansion: HeightExpansion(
        middle: bounds.low / 2 + bounds.high / 2, half: half, count: choice.heights),
      observations: HeightExpansion(
        middle: lattice.lowest / 2 + lattice.highest / 2, half: observationHalf,
        count: choice.observationHeights),
      radius: choice.radius, lengths: .whole(columns: geometry.columns, rows: geometry.rows))
    // Buffers of other sizes are of no more use, and their room is wanted.
    pool.drain()
    return cache.spectra(design, workers: workers)
  }
}
