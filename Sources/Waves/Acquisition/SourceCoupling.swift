/// Sources and receivers of one system as weights at nodes, forward and in the variables of the adjoint.
struct AcquisitionCoupling {
  let medium: ScaledMedium
  let spread: PointSpread
  private let layout: SystemLayout
  private var grid: PaddedGrid { medium.medium.grid }
  private let coefficients: [[Double]]

  init(medium: ScaledMedium, spread: PointSpread) {
    (self.medium, self.spread) = (medium, spread)
    layout = SystemLayout.of(medium.medium.system)
    coefficients = (0..<medium.medium.coefficientCount).map(medium.medium.coefficient)
  }

  /// Places of a field's nodes around a point, those above a free surface folded onto their images.
  private func nodes(_ field: Int, x: Double, z: Double) -> [(row: Int, column: Int, weight: Double)] {
    let place = layout.fields[field]
    func snapped(_ u: Double) -> Double {
      // A position that misses a node by a rounding error is on it.
      abs(u - u.rounded()) < 1e-9 ? u.rounded() : u
    }
    let u = snapped(
      (x - grid.section.x0) / grid.section.spacing + Double(grid.cells) - (place.halfX ? 0.5 : 0))
    let v = snapped(
      (z - grid.section.z0) / grid.section.spacing + Double(grid.above) - (place.halfZ ? 0.5 : 0))
    let (firstColumn, along) = spread.weights(at: u)
    let (firstRow, across) = spread.weights(at: v)
    var nodes: [(row: Int, column: Int, weight: Double)] = []
    for (i, vertical) in across.enumerated() {
      var (row, sign) = (firstRow + i, 1.0)
      if row < 0 { (row, sign) = (place.halfZ ? -1 - row : -row, place.parity.rawValue) }
      for (j, horizontal) in along.enumerated() {
        nodes.append((row, firstColumn + j, sign * vertical * horizontal))
      }
    }
    return nodes
  }

  // MARK: - Forward

  /// What a source's component adds to fields at one step of unit amplitude.
  func injected(_ component: SourceComponent, x: Double, z: Double, channel: Int) -> [PointWeight] {
    let h = grid.section.spacing
    let outside = -medium.step / (h * h)
    switch (medium.medium.system, component) {
    case (.acoustic, .volumeRate), (.sh, .forceY): return inside(2, 1 / h, x, z, channel)
    case (.acoustic, .forceX): return inside(0, -1 / h, x, z, channel)
    case (.acoustic, .forceZ): return inside(1, -1 / h, x, z, channel)
    case (.acoustic, .momentXX), (.acoustic, .momentZZ): return direct(2, -0.5 * outside, x, z, channel)
    case (.sh, .momentXY): return direct(0, outside, x, z, channel)
    case (.sh, .momentZY): return direct(1, outside, x, z, channel)
    case (.psv, .forceX): return inside(0, 1 / h, x, z, channel)
    case (.psv, .forceZ): return inside(1, 1 / h, x, z, channel)
    case (.psv, .momentXX): return direct(2, outside, x, z, channel)
    case (.psv, .momentZZ): return direct(3, outside, x, z, channel)
    case (.psv, .momentXZ): return direct(4, outside, x, z, channel)
    default: return []
    }
  }

  /// Into the bracket that the field's coefficient multiplies.
  private func inside(_ field: Int, _ factor: Double, _ x: Double, _ z: Double, _ channel: Int)
    -> [PointWeight]
  {
    nodes(field, x: x, z: z).map { node in
      PointWeight(
        field: field, row: node.row, column: node.column, channel: channel,
        weight: factor * node.weight * multiplier(field, node.row, node.column), inside: factor * node.weight)
    }
  }

  private func direct(_ field: Int, _ factor: Double, _ x: Double, _ z: Double, _ channel: Int)
    -> [PointWeight]
  {
    nodes(field, x: x, z: z).map {
      PointWeight(field: field, row: $0.row, column: $0.column, channel: channel, weight: factor * $0.weight)
    }
  }

  /// What a receiver's component reads.
  func sampled(_ component: Component, x: Double, z: Double, channel: Int) -> [PointWeight] {
    switch (medium.medium.system, component) {
    case (.acoustic, .p), (.sh, .y): direct(2, 1, x, z, channel)
    case (.acoustic, .x): direct(0, -1, x, z, channel)
    case (.acoustic, .z): direct(1, -1, x, z, channel)
    case (.psv, .x): direct(0, 1, x, z, channel)
    case (.psv, .z): direct(1, 1, x, z, channel)
    case (.psv, .p): direct(2, -0.5, x, z, channel) + direct(3, -0.5, x, z, channel)
    default: []
    }
  }

  // MARK: - Adjoint

  /// The transpose of a receiver's weights in scaled variables: f̂ += H Rᵀ r̄ with H = A, −B, −b or C.
  func turnedReceivers(_ weights: [PointWeight]) -> [PointWeight] {
    weights.flatMap { weight -> [PointWeight] in
      var result = weight
      guard medium.medium.system == .psv, weight.field == 2 || weight.field == 3 else {
        let sign: Double = layout.group(of: weight.field) == 0 ? -1 : 1
        result.weight *= sign * multiplier(weight.field, weight.row, weight.column)
        return [result]
      }
      var other = weight
      other.field = 5 - weight.field
      result.weight *= coefficient(weight.field == 2 ? 2 : 4, weight.row, weight.column)
      other.weight *= coefficient(3, weight.row, weight.column)
      return [result, other]
    }
  }

  /// The transpose of a source's weights in scaled variables: s̄ = Jᵀ H⁻¹ f̂.
  func turnedSources(_ weights: [PointWeight]) -> [PointWeight] {
    weights.flatMap { weight -> [PointWeight] in
      var result = weight
      result.inside = 0
      guard medium.medium.system == .psv, weight.field == 2 || weight.field == 3 else {
        let sign: Double = layout.group(of: weight.field) == 0 ? -1 : 1
        let factor = multiplier(weight.field, weight.row, weight.column)
        // On a free surface p is 0 and stays so, whatever acts there.
        guard factor != 0 else { return [] }
        result.weight = sign * weight.weight / factor
        return [result]
      }
      let c11 = coefficient(2, weight.row, weight.column)
      let c13 = coefficient(3, weight.row, weight.column)
      let c33 = coefficient(4, weight.row, weight.column)
      let determinant = c11 * c33 - c13 * c13
      var other = result
      other.field = 5 - weight.field
      result.weight *= (weight.field == 2 ? c33 : c11) / determinant
      other.weight *= -c13 / determinant
      return [result, other]
    }
  }

  private func coefficient(_ index: Int, _ row: Int, _ column: Int) -> Double {
    coefficients[index][row * grid.columns + column] * medium.scale
  }

  /// What multiplies the update of a field that has one coefficient of its own.
  private func multiplier(_ field: Int, _ row: Int, _ column: Int) -> Double {
    switch (medium.medium.system, field) {
    case (.psv, 4): coefficient(5, row, column)
    case (.psv, _): coefficient(field, row, column)
    case (_, 2): coefficient(0, row, column)
    default: coefficient(field + 1, row, column)
    }
  }
}
