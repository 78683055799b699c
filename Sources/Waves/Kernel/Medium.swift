/// The coefficients of one system on a padded grid, at the nodes and half nodes where they act: made from the model when
/// they are asked for, since grids of doubles that live as long as a run would count as much as its fields.
struct Medium: Sendable {
  let system: WaveSystem
  let grid: PaddedGrid
  private let model: WaveModel

  init(system: WaveSystem, model: WaveModel, grid: PaddedGrid) {
    (self.system, self.model, self.grid) = (system, model, grid)
  }

  /// acoustic, sh: A, Bx, Bz. psv: bx, bz, c11, c13, c33, c44.
  var coefficientCount: Int { system == .psv ? 6 : 3 }

  func coefficient(_ index: Int) -> [Double] {
    let half = HalfNodes(grid: grid)
    switch (system, index) {
    case (.acoustic, 0): return moving(modulus(.vp))
    case (.acoustic, _): return half.buoyancy(nodes(.rho), index == 1 ? .x : .z)
    case (.sh, 0): return nodes(.rho).map { 1 / $0 }
    case (.sh, _): return half.harmonic(modulus(index == 1 ? .vsh : .vsv), index == 1 ? .x : .z)
    case (.psv, 0): return half.buoyancy(nodes(.rho), .x)
    case (.psv, 1): return half.buoyancy(nodes(.rho), .z)
    case (.psv, 2): return modulus(.vph)
    case (.psv, 3):
      let (c11, c44, eta) = (modulus(.vph), modulus(.vsv), nodes(.eta))
      return eta.indices.map { eta[$0] * (c11[$0] - 2 * c44[$0]) }
    case (.psv, 4): return modulus(.vpv)
    case (.psv, _): return half.harmonicOfFour(modulus(.vsv))
    }
  }

  static func parameters(of system: WaveSystem) -> [Parameter] {
    switch system {
    case .acoustic: [.vp, .rho]
    case .sh: [.vsh, .vsv, .rho]
    case .psv: [.vsv, .vpv, .vph, .eta, .rho]
    }
  }

  /// Of a parameter, carried on into the layers.
  private func nodes(_ parameter: Parameter) -> [Double] { grid.extended(model[parameter]) }

  /// ρ v².
  private func modulus(_ parameter: Parameter) -> [Double] { Self.modulus(nodes(.rho), nodes(parameter)) }

  fileprivate static func modulus(_ density: [Double], _ speed: [Double]) -> [Double] {
    density.indices.map { density[$0] * speed[$0] * speed[$0] }
  }

  /// dχ/dparameter on the nodes of the section from dχ/dcoefficient on the padded grid.
  ///
  /// - Parameters:
  ///   - gradient: by coefficient; nil where nothing that is wanted depends on it.
  ///   - wanted: the others are left out: each would take a grid of its own.
  func chained(_ gradient: [[Double]?], wanted: Set<Parameter>) -> [Parameter: [Double]] {
    let chain = GradientChain(medium: self, gradient: gradient)
    var result: [Parameter: [Double]] = [:]
    for parameter in Self.parameters(of: system) where wanted.contains(parameter) {
      result[parameter] = grid.folded(chain.derivative(by: parameter, nodes))
    }
    return result
  }

  /// p stays 0 on a free surface: nothing acts on the first row.
  fileprivate func moving(_ values: [Double]) -> [Double] {
    guard system == .acoustic, grid.surface == .free else { return values }
    return values.indices.map { $0 < grid.columns ? 0 : values[$0] }
  }
}

/// From derivatives by coefficients to those by one parameter at the padded nodes.
private struct GradientChain {
  let medium: Medium
  let gradient: [[Double]?]

  private var half: HalfNodes { HalfNodes(grid: medium.grid) }

  private func by(_ coefficient: Int) -> [Double] {
    guard let values = gradient[coefficient] else {
      preconditionFailure("the derivative by coefficient \(coefficient) was not kept")
    }
    return values
  }

  func derivative(by parameter: Parameter, _ nodes: (Parameter) -> [Double]) -> [Double] {
    switch medium.system {
    case .acoustic: acoustic(parameter, nodes)
    case .sh: sh(parameter, nodes)
    case .psv: psv(parameter, nodes)
    }
  }

  /// ∂VP = 2ρVP ∂A, ∂ρ = VP² ∂A + buoyancies.
  private func acoustic(_ parameter: Parameter, _ nodes: (Parameter) -> [Double]) -> [Double] {
    let (speed, bulk) = (nodes(.vp), medium.moving(by(0)))
    guard parameter == .rho else {
      let density = nodes(.rho)
      return speed.indices.map { 2 * density[$0] * speed[$0] * bulk[$0] }
    }
    let (x, z) = buoyancies(1, 2)
    return speed.indices.map { speed[$0] * speed[$0] * bulk[$0] + (x[$0] + z[$0]) }
  }

  private func buoyancies(_ first: Int, _ second: Int) -> ([Double], [Double]) {
    (
      half.buoyancyTransposed(by(first), medium.coefficient(first), .x),
      half.buoyancyTransposed(by(second), medium.coefficient(second), .z)
    )
  }

  private func modulus(_ density: [Double], _ speed: [Double]) -> [Double] { Medium.modulus(density, speed) }

  /// ∂VSH = 2ρVSH Hᵀ∂Bx, ∂VSV = 2ρVSV Hᵀ∂Bz, ∂ρ = VSH² Hᵀ∂Bx + VSV² Hᵀ∂Bz − ∂A/ρ².
  private func sh(_ parameter: Parameter, _ nodes: (Parameter) -> [Double]) -> [Double] {
    let density = nodes(.rho)
    func side(_ speed: [Double], _ coefficient: Int, _ direction: HalfNodes.Direction) -> [Double] {
      half.harmonicTransposed(by(coefficient), of: modulus(density, speed), direction)
    }
    if parameter != .rho {
      let speed = nodes(parameter)
      let part = parameter == .vsh ? side(speed, 1, .x) : side(speed, 2, .z)
      return density.indices.map { 2 * density[$0] * speed[$0] * part[$0] }
    }
    let (vsh, vsv, inertia) = (nodes(.vsh), nodes(.vsv), by(0))
    let (x, z) = (side(vsh, 1, .x), side(vsv, 2, .z))
    return density.indices.map {
      (vsh[$0] * vsh[$0] * x[$0] + vsv[$0] * vsv[$0] * z[$0]) - inertia[$0] / (density[$0] * density[$0])
    }
  }

  /// ∂VPV = 2ρVPV ∂c33, ∂VPH = 2ρVPH (∂c11 + η ∂c13), ∂VSV = 2ρVSV (Hᵀ∂c44 − 2η ∂c13), ∂η = (c11 − 2c44) ∂c13.
  private func psv(_ parameter: Parameter, _ nodes: (Parameter) -> [Double]) -> [Double] {
    let density = nodes(.rho)
    switch parameter {
    case .vpv:
      let (vpv, c33) = (nodes(.vpv), by(4))
      return density.indices.map { 2 * density[$0] * vpv[$0] * c33[$0] }
    case .vph:
      let (vph, c11) = (nodes(.vph), horizontal(nodes))
      return density.indices.map { 2 * density[$0] * vph[$0] * c11[$0] }
    case .eta:
      let (c11, c44, c13) = (medium.coefficient(2), modulus(density, nodes(.vsv)), by(3))
      return density.indices.map { (c11[$0] - 2 * c44[$0]) * c13[$0] }
    case .vsv:
      let vsv = nodes(.vsv)
      let rigid = rigidity(modulus(density, vsv), nodes)
      return density.indices.map { 2 * density[$0] * vsv[$0] * rigid[$0] }
    default:
      let (vpv, vph, vsv) = (nodes(.vpv), nodes(.vph), nodes(.vsv))
      let rigid = rigidity(modulus(density, vsv), nodes)
      let (c11, c33) = (horizontal(nodes), by(4))
      let (x, z) = buoyancies(0, 1)
      return density.indices.map {
        let stiffness = vph[$0] * vph[$0] * c11[$0] + vpv[$0] * vpv[$0] * c33[$0]
        return (stiffness + vsv[$0] * vsv[$0] * rigid[$0]) + (x[$0] + z[$0])
      }
    }
  }

  /// ∂c11 + η ∂c13.
  private func horizontal(_ nodes: (Parameter) -> [Double]) -> [Double] {
    let (eta, c11, c13) = (nodes(.eta), by(2), by(3))
    return eta.indices.map { c11[$0] + eta[$0] * c13[$0] }
  }

  /// Hᵀ∂c44 − 2η ∂c13.
  private func rigidity(_ c44: [Double], _ nodes: (Parameter) -> [Double]) -> [Double] {
    let (eta, c13) = (nodes(.eta), by(3))
    let shear = half.harmonicOfFourTransposed(by(5), of: c44)
    return eta.indices.map { shear[$0] - 2 * eta[$0] * c13[$0] }
  }
}
