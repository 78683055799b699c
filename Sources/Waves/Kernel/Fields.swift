/// A field of a system: where it lies between the nodes, and how it goes on above a free surface.
struct FieldPlace {
  let halfX, halfZ: Bool
  /// Of its image above a free surface.
  let parity: SurfaceTable.Parity
}

/// What the solver has to know of a system. Fields of the first group (q or v) are advanced from those of the
/// second (w or σ), and these from the first.
///
/// In adjoint runs the fields are those of the adjoint multiplied by what multiplies the update of the field: q̂ = −B q̄,
/// ŵ = A w̄, v̂ = −b v̄, σ̂ = C σ̄. In them the equations are those of the forward run.
struct SystemLayout {
  let fields: [FieldPlace]
  /// Fields 0 ..< split are the first group.
  let split: Int
  let operators: [OperatorLayout]
  /// Products that the gradient of a group needs, fields of the adjoint with stored differences.
  let images: [[(field: Int, difference: Int)]]

  func group(of field: Int) -> Int { field < split ? 0 : 1 }

  /// Differences of a group that a stored wavefield holds.
  func differences(of group: Int) -> Int {
    operators.filter { $0.group == group }.reduce(0) { $0 + $1.differences }
  }

  static func of(_ system: WaveSystem) -> SystemLayout {
    switch system {
    case .acoustic: scalar(.odd)
    case .sh: scalar(.even)
    case .psv: stress
    }
  }

  private static func scalar(_ parity: SurfaceTable.Parity) -> SystemLayout {
    let other: SurfaceTable.Parity = parity == .odd ? .even : .odd
    return SystemLayout(
      fields: [
        FieldPlace(halfX: true, halfZ: false, parity: parity),
        FieldPlace(halfX: false, halfZ: true, parity: other),
        FieldPlace(halfX: false, halfZ: false, parity: parity),
      ],
      split: 2,
      operators: [
        OperatorLayout(
          kind: .pair, group: 0, x: 2, z: 2, xShift: 0, zShift: 0, outputs: [0, 1], materials: [1, 2]),
        OperatorLayout(
          kind: .sum, group: 1, x: 0, z: 1, xShift: -1, zShift: -1, outputs: [2], materials: [0]),
      ],
      images: [[(0, 0), (1, 1)], [(2, 0)]])
  }

  /// Coefficients: bx, bz, c11, c13, c33, c44. Stored differences of the second group: ∂ₓv_x, ∂_zv_z and
  /// ∂ₓv_z + ∂_zv_x.
  private static var stress: SystemLayout {
    let places = [(true, false), (false, true), (false, false), (false, false), (true, true)]
    return SystemLayout(
      fields: places.map { FieldPlace(halfX: $0.0, halfZ: $0.1, parity: .even) },
      split: 2,
      operators: [
        OperatorLayout(kind: .sum, group: 0, x: 2, z: 4, xShift: 0, zShift: -1, outputs: [0], materials: [0]),
        OperatorLayout(kind: .sum, group: 0, x: 4, z: 3, xShift: -1, zShift: 0, outputs: [1], materials: [1]),
        OperatorLayout(
          kind: .stress, group: 1, x: 0, z: 1, xShift: -1, zShift: -1, outputs: [2, 3], materials: [2, 3, 4]),
        OperatorLayout(kind: .sum, group: 1, x: 1, z: 0, xShift: 0, zShift: 0, outputs: [4], materials: [5]),
      ],
      images: [[(0, 0), (1, 1)], [(2, 0), (3, 1), (2, 1), (3, 0), (4, 2)]])
  }
}

/// One update: fields by their number, materials by that of the coefficient.
struct OperatorLayout {
  enum Kind { case sum, pair, stress }
  let kind: Kind
  let group: Int
  let x, z: Int
  let xShift, zShift: Int
  let outputs, materials: [Int]

  /// How many differences it stores.
  var differences: Int { kind == .sum ? 1 : 2 }
}
