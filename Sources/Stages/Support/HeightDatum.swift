import Artefacts
public import Datasets
public import Planning

/// What heights count from. Heights above sea level (the geoid) and above the ellipsoid differ by the geoid's own
/// height, up to 107 m on Earth, which is 33 mGal of normal gravity.
public enum HeightDatum: String, SettingWord {
  case seaLevel = "sea_level"
  case ellipsoid

  /// A line for the kind's page.
  public var summary: String {
    switch self {
    case .seaLevel: "the geoid, as levelled heights, charts and most terrain models"
    case .ellipsoid: "as satellite positions without a geoid"
    }
  }

  /// For kinds that read or make heights.
  public static let setting = Setting(
    "height_datum", .word(HeightDatum.self), .optional(otherwise: "not told"), "what the heights count from")

  /// In messages: `above sea level`.
  public var inWords: String { self == .seaLevel ? "above sea level" : "above the ellipsoid" }

  /// Attribute of files that hold heights.
  static let attribute = "height_datum"
}

extension Dataset {
  /// What the heights of the file count from; nil where nobody said.
  public var heightDatum: HeightDatum? {
    get { attribute(HeightDatum.attribute)?.text.flatMap(HeightDatum.init(rawValue:)) }
    set {
      attributes.removeAll { $0.name == HeightDatum.attribute }
      if let newValue { setAttribute(HeightDatum.attribute, text: newValue.rawValue) }
    }
  }
}

extension Observations {
  /// What the heights count from; nil where nobody said.
  public var heightDatum: HeightDatum? {
    get { dataset.heightDatum }
    set { dataset.heightDatum = newValue }
  }
}
