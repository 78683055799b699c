/// A column's name and, in brackets or behind it, its unit: `height (ft)`, `gravity [mGal]`, `easting_km`.
struct ColumnTitle {
  let name: String
  let unit: String?

  private static let brackets: [Character: Character] = [")": "(", "]": "[", "}": "{"]
  /// Units that are told from other words at a name's end. `x_m`, but no `time_s`.
  private static let endings = [
    "m", "km", "ft", "mgal", "ugal", "deg", "degrees", "degree", "mgals", "metres", "meters", "feet", "kgm3",
    "gcc",
  ]

  init(_ text: String) {
    let text = text.trimmingBlanks
    if let last = text.last, let opening = ColumnTitle.brackets[last], let open = text.lastIndex(of: opening),
      open != text.startIndex
    {
      name = String(text[..<open]).trimmingBlanks
      let inside = String(text[text.index(after: open)...].dropLast()).trimmingBlanks
      unit = inside.isEmpty ? nil : inside
      return
    }
    for mark in ["_", " ", "/", ","] {
      guard let place = text.lastIndex(where: { String($0) == mark }), place != text.startIndex else {
        continue
      }
      let ending = String(text[text.index(after: place)...])
      guard ColumnTitle.endings.contains(ending.lowercased()) else { continue }
      (name, unit) = (String(text[..<place]).trimmingBlanks, ending)
      return
    }
    (name, unit) = (text, nil)
  }
}
