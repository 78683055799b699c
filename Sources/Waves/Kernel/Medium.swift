/// The coefficients of one system on a padded grid, at the nodes and half nodes where they act.
struct Medium: Sendable {
  let system: WaveSystem
  let grid: PaddedGrid
  /// acoustic, sh: A, Bx, Bz. psv: bx, bz, c11, c13, c33, c44.
  let coefficients: [[Double]]
  /// The node values that the chain of the gradient needs.
  private let nodes: [Parameter: [Double]]

  init(system: WaveSystem, model: WaveModel, grid: PaddedGrid) {
    (self.system, self.grid) = (system, grid)
    var nodes: [Parameter: [Double]] = [:]
    for parameter in Self.parameters(of: system) { nodes[parameter] = grid.extended(model[parameter]) }
    self.nodes = nodes
    let half = HalfNodes(grid: grid)
    let density = nodes.values(of: .rho)
    switch system {
    case .acoustic:
      let bulk = Self.modulus(density, nodes.values(of: .vp))
      // p stays 0 on a free surface: nothing acts on the first row.
      let moving = grid.surface == .free ? Self.withoutFirstRow(bulk, grid) : bulk
      coefficients = [moving, half.buoyancy(density, .x), half.buoyancy(density, .z)]
    case .sh:
      coefficients = [
        density.map { 1 / $0 },
        half.harmonic(Self.modulus(density, nodes.values(of: .vsh)), .x),
        half.harmonic(Self.modulus(density, nodes.values(of: .vsv)), .z),
      ]
    case .psv:
      let c11 = Self.modulus(density, nodes.values(of: .vph))
      let c33 = Self.modulus(density, nodes.values(of: .vpv))
      let c44 = Self.modulus(density, nodes.values(of: .vsv))
      let eta = nodes.values(of: .eta)
      let c13 = eta.indices.map { eta[$0] * (c11[$0] - 2 * c44[$0]) }
      coefficients = [
        half.buoyancy(density, .x), half.buoyancy(density, .z), c11, c13, c33, half.harmonicOfFour(c44),
      ]
    }
  }

  static func parameters(of system: WaveSystem) -> [Parameter] {
    switch system {
    case .acoustic: [.vp, .rho]
    case .sh: [.vsh, .vsv, .rho]
    case .psv: [.vsv, .vpv, .vph, .eta, .rho]
    }
  }

  /// ρ v².
  private static func modulus(_ density: [Double], _ speed: [Double]) -> [Double] {
    density.indices.map { density[$0] * speed[$0] * speed[$0] }
  }

  private static func withoutFirstRow(_ values: [Double], _ grid: PaddedGrid) -> [Double] {
    values.indices.map { $0 < grid.columns ? 0 : values[$0] }
  }

  /// dχ/dparameter on the nodes of the section from dχ/dcoefficient on the padded grid.
  func chained(_ gradient: [[Double]]) -> [Parameter: [Double]] {
    let onNodes: [Parameter: [Double]] =
      switch system {
      case .acoustic: acousticChain(gradient)
      case .sh: shChain(gradient)
      case .psv: psvChain(gradient)
      }
    return onNodes.mapValues(grid.folded)
  }

  /// ∂VP = 2ρVP ∂A, ∂ρ = VP² ∂A + buoyancies.
  private func acousticChain(_ gradient: [[Double]]) -> [Parameter: [Double]] {
    let (speed, density) = (nodes.values(of: .vp), nodes.values(of: .rho))
    let bulk = grid.surface == .free ? Self.withoutFirstRow(gradient[0], grid) : gradient[0]
    let half = HalfNodes(grid: grid)
    let x = half.buoyancyTransposed(gradient[1], coefficients[1], .x)
    let z = half.buoyancyTransposed(gradient[2], coefficients[2], .z)
    return [
      .vp: speed.indices.map { 2 * density[$0] * speed[$0] * bulk[$0] },
      .rho: speed.indices.map { speed[$0] * speed[$0] * bulk[$0] + (x[$0] + z[$0]) },
    ]
  }

  /// ∂VSH = 2ρVSH Hᵀ∂Bx, ∂VSV = 2ρVSV Hᵀ∂Bz, ∂ρ = VSH² Hᵀ∂Bx + VSV² Hᵀ∂Bz − ∂A/ρ².
  private func shChain(_ gradient: [[Double]]) -> [Parameter: [Double]] {
    let (vsh, vsv, density) = (nodes.values(of: .vsh), nodes.values(of: .vsv), nodes.values(of: .rho))
    let half = HalfNodes(grid: grid)
    let x = half.harmonicTransposed(gradient[1], of: Self.modulus(density, vsh), .x)
    let z = half.harmonicTransposed(gradient[2], of: Self.modulus(density, vsv), .z)
    return [
      .vsh: vsh.indices.map { 2 * density[$0] * vsh[$0] * x[$0] },
      .vsv: vsv.indices.map { 2 * density[$0] * vsv[$0] * z[$0] },
      .rho: density.indices.map {
        (vsh[$0] * vsh[$0] * x[$0] + vsv[$0] * vsv[$0] * z[$0]) - gradient[0][$0]
          / (density[$0] * density[$0])
      },
    ]
  }

  /// ∂VPV = 2ρVPV ∂c33, ∂VPH = 2ρVPH (∂c11 + η ∂c13), ∂VSV = 2ρVSV (Hᵀ∂c44 − 2η ∂c13), ∂η = (c11 − 2c44) ∂c13.
  private func psvChain(_ gradient: [[Double]]) -> [Parameter: [Double]] {
    let (vpv, vph, vsv) = (nodes.values(of: .vpv), nodes.values(of: .vph), nodes.values(of: .vsv))
    let (eta, density) = (nodes.values(of: .eta), nodes.values(of: .rho))
    let half = HalfNodes(grid: grid)
    let c44 = Self.modulus(density, vsv)
    let shear = half.harmonicOfFourTransposed(gradient[5], of: c44)
    let x = half.buoyancyTransposed(gradient[0], coefficients[0], .x)
    let z = half.buoyancyTransposed(gradient[1], coefficients[1], .z)
    let c11 = eta.indices.map { gradient[2][$0] + eta[$0] * gradient[3][$0] }
    let rigid = eta.indices.map { shear[$0] - 2 * eta[$0] * gradient[3][$0] }
    return [
      .vpv: eta.indices.map { 2 * density[$0] * vpv[$0] * gradient[4][$0] },
      .vph: eta.indices.map { 2 * density[$0] * vph[$0] * c11[$0] },
      .vsv: eta.indices.map { 2 * density[$0] * vsv[$0] * rigid[$0] },
      .eta: eta.indices.map { (coefficients[2][$0] - 2 * c44[$0]) * gradient[3][$0] },
      .rho: eta.indices.map {
        let stiffness = vph[$0] * vph[$0] * c11[$0] + vpv[$0] * vpv[$0] * gradient[4][$0]
        return (stiffness + vsv[$0] * vsv[$0] * rigid[$0]) + (x[$0] + z[$0])
      },
    ]
  }
}
