import Gravity
import NumericCore
import Optimisation

/// What an inversion asks of its model beside small steps: terms added to the misfit,
///
///     first² Σ (mᵢ − mⱼ)² + second² Σ (mᵢ₋₁ − 2 mᵢ + mᵢ₊₁)² + reference² Σ (m − m₀)²,
///
/// over neighbours along both axes, m the model after the step (heights in metres, or density contrasts in
/// kg/m³); with `isAboutReference` the differences are those of m − m₀. Frozen neighbours count, with the values they have; cells without a surface do not. The weights
/// have the unit of the damping: of the weighted misfit per unit of the model.
public struct Regularisation: Equatable, Hashable, Sendable {
  /// Weights of the differences of neighbours, and of those of three in a row.
  public var firstDifferences, secondDifferences: Double
  /// Weight of the distance from `InversionProblem.referenceModel`.
  public var referenceModel: Double
  /// Whether differences of neighbours are those of m − m₀ rather than of m: a prior about the reference model, which may be drawn.
  public var isAboutReference = false

  /// No terms, unless told otherwise.
  public init(firstDifferences: Double = 0, secondDifferences: Double = 0, referenceModel: Double = 0) {
    (self.firstDifferences, self.secondDifferences) = (firstDifferences, secondDifferences)
    self.referenceModel = referenceModel
  }

  /// Whether it takes a reference model.
  var needsReference: Bool { referenceModel != 0 || isAboutReference }

  /// Whether there is no term.
  public var isEmpty: Bool { firstDifferences == 0 && secondDifferences == 0 && referenceModel == 0 }

  func check() throws(InversionError) {
    for (name, value) in [
      ("smoothness", firstDifferences), ("curvature", secondDifferences),
      ("reference_weight", referenceModel),
    ] where !(value >= 0 && value.isFinite) {
      throw .settingOutOfRange(name: name, value: value)
    }
  }

  /// Eigenvalue of the terms for a plane wave of some cycles a cell along both axes.
  func symbol(cyclesEasting: Double, cyclesNorthing: Double) -> Double {
    let (x, y) = (Elementary.sin(Double.pi * cyclesEasting), Elementary.sin(Double.pi * cyclesNorthing))
    let (a, b) = (4 * x * x, 4 * y * y)
    let smooth = firstDifferences * firstDifferences * (a + b)
    return smooth + secondDifferences * secondDifferences * (a * a + b * b)
      + referenceModel * referenceModel
  }
}

extension Regularisation {
  /// The eigenvalues for the spectrum of a real transform, in its order; empty without terms.
  func symbols(_ transform: RealTransform2D) -> [Double] {
    guard !isEmpty else { return [] }
    let across = FourierTransform2D.frequencies(count: transform.columns, spacing: 1)
    let up = FourierTransform2D.frequencies(count: transform.rows, spacing: 1)
    var result = [Double](repeating: 0, count: transform.size(height: transform.rows) / 2)
    for row in 0..<transform.rows {
      for column in 0..<transform.columns / 2 + 1 {
        result[((column / 8) * transform.rows + row) * 8 + column % 8] = symbol(
          cyclesEasting: across[column], cyclesNorthing: up[row])
      }
    }
    return result
  }
}

/// The regularisation on the cells of a grid.
struct GridPenalty: Sendable {
  let terms: Regularisation
  let geometry: GridGeometry
  let isPresent: [Bool]
  let reference: [Double]?

  init(_ terms: Regularisation, _ problem: InversionProblem) {
    (self.terms, geometry, reference) = (terms, problem.model, problem.referenceModel)
    isPresent = problem.startingTopography.map { !$0.isNaN }
  }

  /// Other terms on the same cells.
  init(_ terms: Regularisation, like other: GridPenalty) {
    (self.terms, geometry, reference) = (terms, other.geometry, other.reference)
    isPresent = other.isPresent
  }

  /// (first² D₁ᵀD₁ + second² D₂ᵀD₂ + reference²) x, one value a cell; absent cells must be 0.
  func product(_ x: [Double]) -> [Double] {
    let weight = terms.referenceModel * terms.referenceModel
    var result = weight == 0 ? [Double](repeating: 0, count: x.count) : x.map { $0 * weight }
    add(&result, x, step: 1, count: geometry.columns, lines: geometry.rows, lineStep: geometry.columns)
    add(&result, x, step: geometry.columns, count: geometry.rows, lines: geometry.columns, lineStep: 1)
    return result
  }

  private func add(
    _ result: inout [Double], _ x: [Double], step: Int, count: Int, lines: Int, lineStep: Int
  ) {
    let first = terms.firstDifferences * terms.firstDifferences
    let second = terms.secondDifferences * terms.secondDifferences
    for line in 0..<lines {
      for index in 0..<count - 1 {
        let (a, b) = (line * lineStep + index * step, line * lineStep + (index + 1) * step)
        guard isPresent[a], isPresent[b] else { continue }
        let slope = first * (x[b] - x[a])
        result[a] -= slope
        result[b] += slope
        guard second > 0, index + 2 < count, isPresent[b + step] else { continue }
        let bend = second * (x[a] - 2 * x[b] + x[b + step])
        result[a] += bend
        result[b] -= 2 * bend
        result[b + step] += bend
      }
    }
  }

  /// Half the gradient of the terms at a model, one value a cell.
  func gradient(at model: [Double]) -> [Double] {
    if terms.isAboutReference, let reference {
      return product(
        model.indices.map { isPresent[$0] && reference[$0].isFinite ? model[$0] - reference[$0] : 0 })
    }
    let filled = model.indices.map { isPresent[$0] ? model[$0] : 0 }
    var result = product(filled)
    if let reference {
      let weight = terms.referenceModel * terms.referenceModel
      for cell in result.indices where isPresent[cell] && reference[cell].isFinite {
        result[cell] -= weight * reference[cell]
      }
    }
    return result
  }

  /// The term of the normal equations for unknowns x with Δm = sign · x, on the whole grid; frozen cells stay
  /// out.
  func term(at model: [Double], signs: [Double], free: [Bool]) -> NormalTerm {
    let factors = free.indices.map { free[$0] ? signs[$0] : 0 }
    func signed(_ x: [Double]) -> [Double] { zip(x, factors).map { $0 * $1 } }
    return NormalTerm(offset: signed(gradient(at: model))) { signed(product(signed($0))) }
  }

  /// The same for unknowns of some cells only, in vectors of `stride` values.
  func term(at model: [Double], signs: [Double], cells: [Int], stride: Int) -> NormalTerm {
    func taken(_ grid: [Double]) -> [Double] {
      var result = [Double](repeating: 0, count: stride)
      for (index, cell) in cells.enumerated() { result[index] = signs[cell] * grid[cell] }
      return result
    }
    return NormalTerm(offset: taken(gradient(at: model))) { x in
      var grid = [Double](repeating: 0, count: geometry.count)
      for (index, cell) in cells.enumerated() { grid[cell] = signs[cell] * x[index] }
      return taken(product(grid))
    }
  }
}
