import Artefacts
@testable import Planning

/// Declared by values, with a rule of every form.
struct RuledToyKind: StageKind {
  enum Method: String, SettingWord {
    case trend, filter, constraints
    case crossValidated = "constraints_cv"

    var summary: String {
      switch self {
      case .trend: "A polynomial."
      case .filter: "What a filter lets through."
      case .constraints, .crossValidated: ""
      }
    }
  }

  enum Filter: String, SettingWord {
    case lowpass, derivative
    var summary: String { "" }
  }

  static let method = Setting("method", .word(Method.self), .required, "How.")
  static let degree = Setting("trend", .integer, .default(1), .atLeast(0).atMost(10), "Degree.")
  static let filter = Setting("filter_type", .word(Filter.self), .default(.lowpass), "Which filter.")
  static let width = Setting("filter_width", .number(in: .metre), .optional, .above(0), "Wavelength.")
  static let damping = Setting(
    "damping", .number, .optional(otherwise: "that of the data"), .atLeast(0), "Of sources.")
  static let dampings = Setting("dampings", .list(.number, 1...100), .optional, .above(0), "Tried.")
  static let limits = Setting("damping_limits", .list(.number, 2), .optional, .above(0), "Searched.")
  static let depths = Setting("depth_limits", .list(.number(in: .metre), 2), .optional, "Searched.")
  static let trials = Setting("trials", .integer, .optional(meaning: 10), .atLeast(2), "Tried.")
  static let shift = Setting("shift", .number(in: .milligal), .later(default: 0.5), "Added.")
  static let weight = Setting("mask_weight", .number, .optional(meaning: 1), "Of the mask.")
  static let level = Setting(
    "level", .either(.number(in: .kilometre), .word(Level.self)), .default(.second(.mean)), "Where.")

  enum Level: String, SettingWord {
    case mean
    var summary: String { "" }
  }

  static let gravity = Input("gravity", [.gravity], "Data.")
  static let constraints = Input.optional("constraints", [.constraints, .table], "Points.")
  static let mask = Input.optional("mask", [.weights, .table], "Where.")
  static let separated = Output("gravity", .gravity, "Result.")

  /// Shared by kinds, with its rules.
  static let search = Declarations(
    [limits, depths, trials],
    rules: [
      .only(limits, depths, trials, with: method, in: .crossValidated),
      .atLeastOne(limits, depths, with: method, in: .crossValidated),
      .ascending(limits), .ascending(depths),
    ])

  let signature = StageSignature(
    kind: "regional_separation", version: 1, summary: "Splits a field.",
    declares: [
      gravity, method, degree, filter, width, damping, dampings, search, shift, constraints, mask, weight,
      level,
      separated,
    ],
    rules: [
      .only(degree, with: method, in: .trend),
      .only(filter, with: method, in: .filter),
      .only(width, when: method.is(.filter) && filter.is(.lowpass)),
      .needs(width, when: method.is(.filter) && filter.is(.lowpass)),
      .only(damping, dampings, with: method, in: .constraints),
      .atMostOne(damping, dampings),
      .needs(
        constraints, with: method, in: .constraints, .crossValidated, because: "the misfit is sampled there"),
      .only(weight, with: mask),
      .only(mask, with: method, in: .constraints, because: "fields are smooth"),
      .nonzero(weight, because: "a mask without weight does nothing"),
      .check(weight, trials, "is below the number of trials", when: mask.carries(.table)) { weight, trials in
        weight < Double(trials) ? nil : "must be below the trials: \(weight) of \(trials)"
      },
    ])

  func run(_ context: StageContext) throws {}
}
