/// What a source does to the medium, a metre of the third dimension: volume rate in m²/s, forces in N/m, moment
/// rates in N m/(s m) (a wavelet is the moment's *rate*).
public enum SourceComponent: String, CaseIterable, Hashable, Sendable {
  case volumeRate = "volume_rate"
  case forceX = "force_x"
  case forceY = "force_y"
  case forceZ = "force_z"
  case momentXX = "mxx"
  case momentZZ = "mzz"
  case momentXZ = "mxz"
  case momentXY = "mxy"
  case momentZY = "mzy"

  /// Whether a system feels it. The acoustic one takes the mean of M_xx and M_zz as a pressure.
  func acts(on system: WaveSystem) -> Bool {
    switch (system, self) {
    case (.acoustic, .volumeRate), (.acoustic, .forceX), (.acoustic, .forceZ), (.acoustic, .momentXX),
      (.acoustic, .momentZZ), (.sh, .forceY), (.sh, .momentXY), (.sh, .momentZY), (.psv, .forceX),
      (.psv, .forceZ), (.psv, .momentXX), (.psv, .momentZZ), (.psv, .momentXZ):
      true
    default: false
    }
  }
}

/// A source at a point: amplitudes of its components times one function of time.
public struct PointSource: Equatable, Sendable {
  public var x, z: Double
  /// In the order of `SourceComponent.allCases`; only those that are not 0 act.
  public var amplitudes: [SourceComponent: Double]
  /// Its time function.
  public var wavelet: Wavelet

  /// A source of these amplitudes, each times the wavelet.
  public init(x: Double, z: Double, amplitudes: [SourceComponent: Double], wavelet: Wavelet) {
    (self.x, self.z, self.amplitudes, self.wavelet) = (x, z, amplitudes, wavelet)
  }

  /// The components that act, in a fixed order.
  public var components: [SourceComponent] {
    SourceComponent.allCases.filter { amplitudes[$0, default: 0] != 0 }
  }
}

/// What a receiver of motion writes down.
public enum ReceiverField: String, CaseIterable, Hashable, Sendable {
  case velocity, displacement
}

/// A receiver at a point.
public struct Receiver: Equatable, Sendable {
  /// By which its traces are found.
  public var name: String
  public var x, z: Double
  /// What it records.
  public var components: [Component]

  /// A receiver of some components.
  public init(name: String, x: Double, z: Double, components: [Component]) {
    (self.name, self.x, self.z, self.components) = (name, x, z, components)
  }
}
