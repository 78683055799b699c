/// Small words shared by messages.
enum Prose {
  static func suggestion(_ name: String?, _ sigil: String = "") -> String {
    name.map { "; did you mean '\(sigil)\($0)'?" } ?? ""
  }

  /// `a, b or c`
  static func alternatives(_ items: [String]) -> String { joined(items, "or") }

  /// `a, b and c`
  static func list(_ items: [String]) -> String { joined(items, "and") }

  private static func joined(_ items: [String], _ word: String) -> String {
    guard items.count > 1, let last = items.last else { return items.first ?? "nothing" }
    return items.dropLast().joined(separator: ", ") + " \(word) " + last
  }

  /// `a length`, `an angle`
  static func article(_ noun: String) -> String {
    guard let first = noun.first else { return noun }
    return ("aeiou".contains(first) ? "an " : "a ") + noun
  }

  static func count(_ minimum: Int, _ maximum: Int) -> String {
    if minimum == maximum { return minimum == 1 ? "1 element" : "\(minimum) elements" }
    if maximum == .max { return "\(minimum) or more elements" }
    return "\(minimum) to \(maximum) elements"
  }

  /// A long circle keeps its ends: nobody reads ten thousand names.
  static func chain(_ names: [String]) -> String {
    guard names.count > 12 else { return names.joined(separator: " → ") }
    let (head, tail) = (names.prefix(6), names.suffix(5))
    return (head + ["… \(names.count - 11) more …"] + tail).joined(separator: " → ")
  }
}
