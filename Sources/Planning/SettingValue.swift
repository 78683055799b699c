public import Manifests

/// A typed value of a setting. Numbers are exact decimals in the canonical unit of their dimension.
public indirect enum SettingValue: Hashable, Sendable {
  case number(ExactDecimal)
  case boolean(Bool)
  case word(String)
  case text(String)
  case list([SettingValue])
  /// Absolute path of an input file; a recipe holds its content hash, never its name.
  case file(String)
  case stage(String)
  case output(PortReference)
}

extension SettingValue {
  /// A number in canonical units; nil for anything else.
  public var double: Double? { if case .number(let number) = self { number.double } else { nil } }

  /// A finite number in canonical units.
  public init(_ number: Double) { self = .number(ExactDecimal(number)) }
}

/// `stage.port`
public struct PortReference: Hashable, Sendable, CustomStringConvertible {
  /// Names of the stage and of its output.
  public var stage, port: String
  /// An output of a stage.
  public init(stage: String, port: String) { (self.stage, self.port) = (stage, port) }
  /// As in the manifest. A number that it makes by a call (`mean(points.table)`) is called so.
  public var description: String { stage.utf8.contains(UInt8(ascii: "(")) ? stage : "\(stage).\(port)" }
}

/// Where a resolved setting gets its value from.
public indirect enum SettingSource: Hashable, Sendable {
  case value(SettingValue)
  /// `$name`: the pipeline setting's base value stands beside the name, so that a family can vary it.
  case variable(String, SettingValue)
  /// A list some of whose elements are variables.
  case list([SettingSource])
  /// `<- stage.port` of a scalar.
  case output(PortReference)
  /// The number of the family's member that the stage is computed for; the word `base` outside families.
  case member
}

/// The right-hand side of `~`.
public struct Distribution: Hashable, Sendable {
  /// `normal`, `uniform`, `log_uniform`, `log_normal`, `truncated_normal`, `normal_between`,
  /// `log_normal_between`, `discrete`, `integers`, `samples`.
  public var name: String
  /// In canonical units. Empty for `normal(uncertainty)` of a data output; for `samples` a file, the name of a
  /// column and the factor from its numbers to canonical units.
  public var arguments: [SettingValue]
  /// True for `normal(uncertainty)`.
  public var usesDataUncertainty: Bool
  /// Named arguments such as `low_pass = 10 km`.
  public var options: [String: SettingValue]

  /// A distribution as the manifest writes it; units are checked by the resolver.
  public init(
    name: String, arguments: [SettingValue] = [], usesDataUncertainty: Bool = false,
    options: [String: SettingValue] = [:]
  ) {
    (self.name, self.arguments) = (name, arguments)
    (self.usesDataUncertainty, self.options) = (usesDataUncertainty, options)
  }

  /// A distribution of these numbers, canonical units.
  public init(name: String, numbers: [Double]) {
    self.init(name: name, arguments: numbers.map { .number(ExactDecimal($0)) })
  }
}

/// What a `~` line varies.
public enum VariationTarget: Hashable, Sendable {
  /// `stage.setting ~ …`
  case setting(stage: String, setting: String)
  /// `pipeline.name ~ …`: every stage that uses `$name`.
  case variable(String)
  /// `stage.port ~ normal(uncertainty)`
  case output(PortReference)
}

/// One `~` line of a family.
public struct Variation: Hashable, Sendable {
  /// What varies.
  public var target: VariationTarget
  /// What it is drawn from.
  public var distribution: Distribution
  /// What the family begins with instead, where a line says so (`FamilySpec.starts`): a normal distribution.
  public var start: Distribution?
  /// Whether drawn values are whole numbers (the setting is an integer).
  public var isInteger: Bool
  /// Where the line stands.
  public var place: SourcePlace

  /// A `~` line.
  public init(
    target: VariationTarget, distribution: Distribution, isInteger: Bool = false, place: SourcePlace
  ) {
    (self.target, self.distribution) = (target, distribution)
    (self.isInteger, self.place) = (isInteger, place)
  }

  /// Short name of the varied quantity: the setting, the pipeline setting, or the port.
  public var quantity: String {
    switch target {
    case .setting(_, let setting): setting
    case .variable(let name): name
    case .output(let port): port.port
    }
  }
}
