/// A property of the medium, in SI: speeds in m/s, density in kg/m³, η without unit.
public enum Parameter: String, CaseIterable, Hashable, Sendable {
  case vp, rho, vsh, vsv, vpv, vph, eta
}

/// A set of equations of motion on a section that is solved by itself.
public enum WaveSystem: String, CaseIterable, Hashable, Sendable {
  /// p with q = −v: ∂ₜp = ρVP² (∇·q + s), ρ ∂ₜq = ∇p.
  case acoustic
  /// v_y with σ_xy, σ_zy: ρ ∂ₜv = ∇·σ + f, ∂ₜσ = ρ (VSH² ∂ₓv, VSV² ∂_zv).
  case sh
  /// v_x, v_z with σ_xx, σ_zz, σ_xz, transversely isotropic about the vertical.
  case psv
}

/// What a simulation solves for.
public enum Physics: String, CaseIterable, Hashable, Sendable {
  case acoustic2d, sh2d, psv2d, vti2d

  /// What is simulated, each by itself.
  public var systems: [WaveSystem] {
    switch self {
    case .acoustic2d: [.acoustic]
    case .sh2d: [.sh]
    case .psv2d: [.psv]
    case .vti2d: [.sh, .psv]
    }
  }

  /// The parameters of its models, in the order in which files and gradients list them.
  public var parameters: [Parameter] {
    switch self {
    case .acoustic2d: [.vp, .rho]
    case .sh2d: [.vsh, .vsv, .rho]
    case .psv2d: [.vsv, .vpv, .vph, .eta, .rho]
    case .vti2d: [.vsh, .vsv, .vpv, .vph, .eta, .rho]
    }
  }

  /// The components that receivers of particle motion have.
  public var motion: [Component] {
    switch self {
    case .acoustic2d, .psv2d: [.x, .z]
    case .sh2d: [.y]
    case .vti2d: [.x, .y, .z]
    }
  }
}

extension Physics {
  /// Every component that a receiver may have.
  public var recorded: [Component] { motion + (self == .sh2d ? [] : [.p]) }
}

/// A component of a seismogram: particle motion along x, y, z, or pressure.
public enum Component: String, CaseIterable, Hashable, Sendable, Comparable {
  case x, y, z, p

  /// In the order of their names.
  public static func < (a: Component, b: Component) -> Bool { a.rawValue < b.rawValue }
}

/// What lies above the first row of nodes.
public enum Surface: String, CaseIterable, Hashable, Sendable {
  /// The medium goes on: an absorbing layer as on the other sides.
  case absorbing
  /// No traction: p = 0, or σ_zy = 0, on the first row.
  case free
}
