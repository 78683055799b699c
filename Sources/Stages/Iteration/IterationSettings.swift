import Artefacts
public import Optimisation
public import Planning
import StageSupport

/// The settings of an iterative inversion that decide its numbers: those of the step, and of the family with budgets
/// beside them.
enum IterationSettings {
  // MARK: - unknowns

  static let parameters = Setting(
    "parameters", .list(.name, 1...20), .required,
    "the unknowns: parameters of the moved model, or names that 'drives' explains")
  static let drives = Setting(
    "drives", .list(.text, 1...40), .optional,
    "\"vpv: vp\": the parameter vpv of the model takes the deviation of the unknown vp")
  static let ties = Setting(
    "ties", .list(.text, 1...40), .optional,
    "\"rho: 0.3 vsv\": the parameter rho takes so much of the deviation of the unknown vsv")
  static let scaling = Setting(
    "scaling", .word(ParameterMap.Scaling.self), .default(.relativeDeviation), "what an unknown is")
  static let bounds = Setting(
    "bounds", .list(.text, 1...40), .optional,
    "\"vp: 1500 6000\": least and greatest value of a parameter in the unit of its file; trials are moved to them"
  )

  // MARK: - where it may change

  static let region = Setting(
    "region_of_interest", .list(.number(in: .metre), 4), .optional(otherwise: "the whole model"),
    "least and greatest horizontal coordinate, then of the other: only there the model changes")
  static let sourceCutout = Setting(
    "source_cutout", .number(in: .metre), .optional, .above(0),
    "radius around sources in which nothing changes; half a cosine beyond it up to one and a half")
  static let receiverCutout = Setting(
    "receiver_cutout", .number(in: .metre), .optional, .above(0), "the same around receivers")

  // MARK: - steps

  enum Method: String, SettingWord {
    case trustRegion = "trust_region"
    var summary: String { "limited-memory BFGS in a trust region, whose sub-problem is solved exactly" }
  }

  static let method = Setting("method", .word(Method.self), .default(.trustRegion), "how steps are chosen")
  static let firstStep = Setting(
    "first_step", .number, .required, .above(0),
    "largest change of an unknown in the first step: 2 % of a relative deviation, 100 of metres")
  static let largestStep = Setting(
    "radius_growth", .number, .optional(meaning: 10), .atLeast(1),
    "how many times the first radius the later ones may be")

  enum Gradients: String, SettingWord {
    case accepted, all

    var summary: String {
      switch self {
      case .accepted: "of trials that became the model: where they cost more than values"
      case .all:
        "of every trial together with its value: a round less for each iteration, where gradients are cheap"
      }
    }
  }

  static let gradients = Setting(
    "gradients", .word(Gradients.self), .default(.accepted), "which trials' gradients are computed")
  static let weights = Setting(
    "weights", .list(.number, 1...9), .optional(otherwise: "1 each"), .atLeast(0),
    "factors of the outputs that 'value' and 'gradient' list, in a joint inversion")

  // MARK: - batches

  static let batchSize = Setting(
    "batch_size", .integer, .optional(otherwise: "all of them"), .atLeast(2), "events of an iteration")
  static let controlSize = Setting(
    "control_size", .integer, .optional(otherwise: "half of the batch"), .atLeast(1),
    "fewest events whose misfits judge a step, and which stay for the next iteration")
  static let controlAngle = Setting(
    "control_angle", .number(in: .degree), .optional(meaning: 20), .atLeast(0).atMost(90),
    "by which their mean gradient may differ from that of the batch")
  static let seed = Setting(
    "seed", .integer, .optional(meaning: 0), .atLeast(0),
    "of the order of events that were used equally long ago")

  // MARK: - preconditioner

  static let smoothing = Setting(
    "smoothing", .list(.number, 2), .optional, .atLeast(0),
    "of steps, as standard deviations in wavelengths: down (or north) and across (or east)")
  static let smoothingLengths = Setting(
    "smoothing_lengths", .list(.number(in: .metre), 2), .optional, .atLeast(0), "the same as lengths")
  static let smoothingFrequency = Setting(
    "smoothing_frequency", .number(in: .hertz), .optional, .above(0), "of the waves that 'smoothing' means")
  static let smoothingPeriod = Setting(
    "smoothing_period", .number(in: .second), .optional, .above(0), "the same as a period")
  static let smoothingSpeed = Setting(
    "smoothing_speed", .name, .optional(otherwise: "the parameter itself"),
    "parameter of the model that is the speed of those waves")

  enum Reference: String, SettingWord {
    case prior, current

    var summary: String {
      switch self {
      case .prior: "the model that the inversion began with"
      case .current: "that of the iteration: the history of steps begins anew with each"
      }
    }
  }

  static let smoothingModel = Setting(
    "smoothing_model", .word(Reference.self), .optional(meaning: .prior), "whose speeds make wavelengths")

  /// How many arrows are moved; given by the family to its step.
  static let arrows = Setting("arrows", .text, .default("1"), "how many arrows are moved")

  /// In the order of the page.
  static let algorithm: [any Declaration] = [
    parameters, drives, ties, scaling, bounds, region, sourceCutout, receiverCutout, method, firstStep,
    largestStep, gradients, weights, batchSize, controlSize, controlAngle, seed, smoothing, smoothingLengths,
    smoothingFrequency, smoothingPeriod,
    smoothingSpeed, smoothingModel,
  ]

  static let algorithmNames: [String] = algorithm.compactMap { ($0 as? any DeclaredEntry)?.name }

  static let rules: [Rule] = [
    .check(drives, "are of the form \"vpv: vp\"") { texts in
      (texts ?? []).first { ParameterLine.drive($0) == nil }.map { "hold \"\($0)\", which is none" }
    },
    .check(ties, "are of the form \"rho: 0.3 vsv\"") { texts in
      (texts ?? []).first { ParameterLine.tie($0) == nil }.map { "hold \"\($0)\", which is no tie" }
    },
    .check(bounds, "are of the form \"vp: 1500 6000\"") { texts in
      (texts ?? []).first { ParameterLine.bounds($0) == nil }
        .map { "hold \"\($0)\", which is no parameter with a least and a greater value" }
    },
    .check(parameters, "are different ones") { names in
      names.first { name in names.count { $0 == name } > 1 }.map { "name '\($0)' twice" }
    },
    .check(parameters, drives, "fit: what drives is an unknown") { names, texts in
      (texts ?? []).compactMap(ParameterLine.drive).first { !names.contains($0.unknown) }
        .map { "don't fit: '\($0.unknown)' drives '\($0.parameter)' and is none of the unknowns" }
    },
    .check(parameters, ties, "fit: what is tied to is an unknown") { names, texts in
      (texts ?? []).compactMap(ParameterLine.tie).first { !names.contains($0.unknown) }
        .map { "don't fit: '\($0.parameter)' is tied to '\($0.unknown)', which is none of the unknowns" }
    },
    .check(region, "goes from low to high, twice") { edges in
      guard let edges, !(edges[0] < edges[1] && edges[2] < edges[3]) else { return nil }
      return "goes from low to high, twice; \(edges.map { "\($0)" }.joined(separator: ", ")) m does not"
    },
    .only(controlSize, controlAngle, seed, with: batchSize),
    .check(batchSize, gradients, "fit: a batch is not that of its trials") { size, gradients in
      size != nil && gradients == .all
        ? "don't fit: with batches trials are of the control group, so that gradients = accepted" : nil
    },
    .check(batchSize, controlSize, "fit: fewer in the control group than in the batch") { size, control in
      guard let size, let control, control > size else { return nil }
      return "don't fit: a control group of \(control) in a batch of \(size)"
    },
    .atMostOne(smoothing, smoothingLengths),
    .atLeastOne(of: [smoothingFrequency, smoothingPeriod], with: smoothing),
    .atMostOne(smoothingFrequency, smoothingPeriod), .only(smoothingFrequency, with: smoothing),
    .only(smoothingPeriod, with: smoothing), .only(smoothingSpeed, with: smoothing),
    .only(smoothingModel, with: smoothing),
  ]
}

extension ParameterMap.Scaling: SettingWord {
  /// One line of documentation.
  public var summary: String {
    switch self {
    case .relativeDeviation: "deviation from the prior model over it: p = prior (1 + m)"
    case .absolute: "deviation in the parameter's unit: p = prior + m"
    case .logarithmic: "logarithm of the ratio to the prior: p = prior exp(m)"
    }
  }
}

/// Lines of a section that speak of parameters.
enum ParameterLine {
  /// `vpv: vp`
  static func drive(_ text: String) -> (parameter: String, unknown: String)? {
    let parts = text.split(separator: ":").map { $0.split(separator: " ").map(String.init) }
    guard parts.count == 2, parts[0].count == 1, parts[1].count == 1 else { return nil }
    return (parts[0][0], parts[1][0])
  }

  /// `rho: 0.3 vsv`
  static func tie(_ text: String) -> (parameter: String, factor: Double, unknown: String)? {
    let parts = text.split(separator: ":").map { $0.split(separator: " ").map(String.init) }
    guard parts.count == 2, parts[0].count == 1, parts[1].count == 2, let factor = Double(parts[1][0]),
      factor.isFinite
    else { return nil }
    return (parts[0][0], factor, parts[1][1])
  }

  /// `vp: 1500 6000`
  static func bounds(_ text: String) -> (parameter: String, lower: Double, upper: Double)? {
    let parts = text.split(separator: ":").map { $0.split(separator: " ").map(String.init) }
    guard parts.count == 2, parts[0].count == 1, parts[1].count == 2, let lower = Double(parts[1][0]),
      let upper = Double(parts[1][1]), lower < upper
    else { return nil }
    return (parts[0][0], lower, upper)
  }
}
