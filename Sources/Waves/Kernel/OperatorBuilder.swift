import CKernels

/// The coefficients of a medium times dt/h: what multiplies undivided differences in a step.
struct ScaledMedium: Sendable {
  let medium: Medium
  let step: Double
  let fastest: Double
  let layer: AbsorbingLayer

  var spacing: Double { medium.grid.section.spacing }
  var scale: Double { step / spacing }

  func profile(along x: Bool, half: Bool) -> (a: [Double], b: [Double]) {
    let grid = medium.grid
    return layer.profile(
      .init(
        first: x ? grid.cells : grid.above, count: x ? grid.section.columns : grid.section.rows,
        total: x ? grid.columns : grid.rows), half: half, spacing: spacing, fastest: fastest, step: step)
  }
}

/// Makes the kernels' operators with the memory they point to.
struct OperatorBuilder {
  let medium: ScaledMedium
  let lattice: Lattice
  let layout: SystemLayout
  let stencil: Stencil
  let turned: Bool
  let fields: [Block]

  struct Built {
    var operators: [[cw_operator]] = [[], []]
    /// Memory that nothing changes.
    var owned: [Block] = []
    /// Memory of the convolutions.
    var memories: [Block] = []
  }

  func built() -> Built {
    var built = Built()
    let materials = (0..<medium.medium.coefficientCount).map { index in
      let block = lattice.field()
      lattice.fill(block, medium.medium.coefficient(index), scale: medium.scale)
      return block
    }
    built.owned += materials
    for part in layout.operators {
      built.operators[part.group].append(makeOperator(part, materials, &built))
    }
    return built
  }

  private func makeOperator(_ part: OperatorLayout, _ materials: [Block], _ built: inout Built) -> cw_operator
  {
    func keep(_ block: Block) -> UnsafeMutableRawPointer {
      built.owned.append(block)
      return block.pointer
    }
    func memory(_ block: Block) -> UnsafeMutableRawPointer {
      built.memories.append(block)
      return block.pointer
    }
    // Forward, a convolution lies where the difference is; turned, where its input is.
    let halfX = (part.xShift == 0) != turned
    let halfZ = (part.zShift == 0) != turned
    let (x, z) = (medium.profile(along: true, half: halfX), medium.profile(along: false, half: halfZ))
    let strip = places(z)
    let stripRows = strip.filter { $0 >= 0 }.count
    let turnedRows = turned ? Block(bytes: stripRows * lattice.stride * lattice.elementSize) : nil
    if let turnedRows { built.memories.append(turnedRows) }
    let table = surfaceTable()
    let special = part.zShift == 0 ? table?.toHalf : table?.toNode
    let outputs = part.outputs.map { lattice.origin(fields[$0]) }
    let chosen = part.materials.map { UnsafeRawPointer(lattice.origin(materials[$0])) }
    return cw_operator(
      kind: part.kind.code, x_shift: Int32(part.xShift), z_shift: Int32(part.zShift),
      x_input: UnsafeRawPointer(lattice.origin(fields[part.x])),
      z_rows: rowTable(part.z, strip, turnedRows, keep),
      outputs: (outputs[0], outputs.count > 1 ? outputs[1] : nil),
      materials: (chosen[0], chosen.count > 1 ? chosen[1] : nil, chosen.count > 2 ? chosen[2] : nil),
      x_a: UnsafeRawPointer(keep(lattice.line(x.a))), x_b: UnsafeRawPointer(keep(lattice.line(x.b))),
      x_psi: memory(Block(bytes: lattice.rows * lattice.strips * lattice.elementSize)),
      z_a: doubles(z.a, keep), z_b: doubles(z.b, keep),
      z_place: integers(strip, keep),
      z_psi: memory(Block(bytes: stripRows * lattice.width * lattice.elementSize)),
      special_rows: Int32(table?.rows ?? 0), special_columns: Int32(table?.columns ?? 0),
      special: special.map { doubles($0, keep) },
      z_input: UnsafeRawPointer(lattice.origin(fields[part.z])), z_turned: turnedRows?.pointer)
  }

  /// Of every row its place among those with a convolution, or −1.
  private func places(_ profile: (a: [Double], b: [Double])) -> [Int32] {
    var next: Int32 = 0
    return profile.b.map { b in
      guard b != 0 else { return -1 }
      next += 1
      return next - 1
    }
  }

  private func surfaceTable() -> SurfaceTable? {
    guard medium.medium.grid.surface == .free else { return nil }
    let nodes: SurfaceTable.Parity = medium.medium.system == .acoustic ? .odd : .even
    return turned
      ? SurfaceTable.turned(stencil: stencil, nodes: nodes) : SurfaceTable(stencil: stencil, nodes: nodes)
  }

  /// Pointers to the rows of a field, in adjoint runs those of the strips to rows with their convolution.
  private func rowTable(
    _ field: Int, _ strip: [Int32], _ turnedRows: Block?, _ keep: (Block) -> UnsafeMutableRawPointer
  ) -> UnsafePointer<UnsafeRawPointer?> {
    let count = lattice.rows + 2 * Lattice.haloRows
    let pointer = keep(Block(bytes: count * MemoryLayout<UnsafeRawPointer?>.stride))
    let table = pointer.bindMemory(to: UnsafeRawPointer?.self, capacity: count)
    for index in 0..<count {
      let row = index - Lattice.haloRows
      if let turnedRows, row >= 0, row < lattice.rows, strip[row] >= 0 {
        table[index] = UnsafeRawPointer(
          turnedRows.pointer + Int(strip[row]) * lattice.stride * lattice.elementSize)
      } else {
        table[index] = UnsafeRawPointer(lattice.row(fields[field], row))
      }
    }
    return UnsafePointer(table + Lattice.haloRows)
  }

  private func doubles(
    _ values: [Double], _ keep: (Block) -> UnsafeMutableRawPointer
  ) -> UnsafePointer<Double> {
    let pointer = keep(Block(bytes: values.count * 8)).bindMemory(to: Double.self, capacity: values.count)
    for (index, value) in values.enumerated() { pointer[index] = value }
    return UnsafePointer(pointer)
  }

  private func integers(
    _ values: [Int32], _ keep: (Block) -> UnsafeMutableRawPointer
  ) -> UnsafePointer<Int32> {
    let pointer = keep(Block(bytes: values.count * 4)).bindMemory(to: Int32.self, capacity: values.count)
    for (index, value) in values.enumerated() { pointer[index] = value }
    return UnsafePointer(pointer)
  }
}

extension OperatorLayout.Kind {
  var code: cw_kind {
    switch self {
    case .sum: cw_sum
    case .pair: cw_pair
    case .stress: cw_stress
    }
  }
}
