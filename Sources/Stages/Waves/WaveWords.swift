public import Planning
public import Waves

extension Physics: SettingWord {
  /// A line for the kinds' pages.
  public var summary: String {
    switch self {
    case .acoustic2d: "pressure waves: vp, rho"
    case .sh2d: "shear waves that move across the section: vsh, vsv, rho"
    case .psv2d:
      "compressional and shear waves in the section, transversely isotropic: vsv, vpv, vph, eta, rho"
    case .vti2d: "sh2d and psv2d of one medium"
    }
  }
}

extension Parameter: SettingWord {
  /// A line for the kinds' pages.
  public var summary: String { SectionArtefact.longName(self) }
}

extension Component: SettingWord {
  /// A line for the kinds' pages.
  public var summary: String {
    switch self {
    case .x: "motion along the section"
    case .y: "motion across it"
    case .z: "motion down"
    case .p: "pressure"
    }
  }
}

extension Surface: SettingWord {
  /// A line for the kinds' pages.
  public var summary: String {
    switch self {
    case .absorbing: "the medium goes on upwards"
    case .free: "no traction on the top row; acoustic2d and sh2d"
    }
  }
}

extension ReceiverField: SettingWord {
  /// A line for the kinds' pages.
  public var summary: String { "particle \(rawValue)" }
}

extension WavefieldPrecision: SettingWord {
  /// A line for the kinds' pages.
  public var summary: String {
    switch self {
    case .full: "as the simulation computes"
    case .f32: "single precision"
    case .bf16: "two bytes, errors of 2e-3"
    case .f16: "two bytes and an exponent a row, errors of 3e-4"
    }
  }
}

extension TraceProcessing.Calculus: SettingWord {
  /// A line for the kinds' pages.
  public var summary: String {
    switch self {
    case .none: "values as they are"
    case .integrate: "velocity becomes displacement"
    case .differentiate: "displacement becomes velocity"
    }
  }
}
