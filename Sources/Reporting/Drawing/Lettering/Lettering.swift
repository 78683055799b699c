/// The letters of pictures that no other program draws: strokes of one width with round ends, designed for
/// this program. Advances are those of Helvetica, so that a figure's layout holds for both.
enum Lettering {
  /// A line of a letter, placed in the text; units of the letters' size, y downwards from their feet.
  struct Stroke: Equatable {
    var places: [Place]
    /// Radius of a dot; nil for a line.
    var dot: Double?

    func scaled(_ size: Double) -> [Place] { places.map { Place($0.x * size, $0.y * size) } }
  }

  static func weight(isBold: Bool) -> Double { isBold ? 0.115 : 0.082 }

  static func width(of text: String, isBold: Bool = false) -> Double {
    text.reduce(0) { $0 + glyph($1).advance } * (isBold ? boldAdvance : 1)
  }

  static func strokes(of text: String, isBold: Bool = false) -> [Stroke] {
    var strokes: [Stroke] = []
    var start = 0.0
    let widening = isBold ? boldAdvance : 1
    for character in text {
      let glyph = glyph(character)
      for stroke in glyph.strokes {
        // The skeleton stands half a line above the letters' feet.
        let places = stroke.places.map { Place(start + $0.x * widening, -($0.y + 0.041)) }
        strokes.append(Stroke(places: places, dot: stroke.dot.map { $0 * (isBold ? 1.25 : 1) }))
      }
      start += glyph.advance * widening
    }
    return strokes
  }

  private static let boldAdvance = 1.09

  // MARK: - Letters

  struct Glyph {
    /// Of the letters' size.
    var advance: Double
    /// y upwards.
    var strokes: [Stroke]
  }

  /// What stands for a letter that there is none of: an empty box.
  static let missing = parsed("55 M 8 0 L 8 64 L 47 64 L 47 0 L 8 0")

  static func glyph(_ character: Character) -> Glyph { glyphs[character] ?? missing }

  private static let glyphs: [Character: Glyph] = {
    var glyphs: [Character: Glyph] = [:]
    for (character, text) in LetterShapes.all { glyphs[character] = parsed(text) }
    for (letters, place) in [("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ᵀ", 0.29), ("₀₁₂₃₄₅₆₇₈₉₋₊", -0.13)] {
      for (letter, original) in zip(letters, "0123456789−+T") {
        glyphs[letter] = glyphs[original].map { small($0, at: place) }
      }
    }
    for (letter, parts) in LetterShapes.accented {
      guard let base = glyphs[parts.letter], let accent = glyphs[parts.accent] else { continue }
      let isTall = parts.letter.isUppercase
      let shift = Place((base.advance - accent.advance) / 2, isTall ? 0.17 : 0)
      let moved = accent.strokes.map { stroke in
        Stroke(places: stroke.places.map { Place($0.x + shift.x, $0.y + shift.y) }, dot: stroke.dot)
      }
      glyphs[letter] = Glyph(advance: base.advance, strokes: base.strokes + moved)
    }
    return glyphs
  }()

  /// Every letter there is.
  static var alphabet: [Character] { glyphs.keys.sorted() }

  private static func small(_ glyph: Glyph, at height: Double) -> Glyph {
    let size = 0.62
    return Glyph(
      advance: glyph.advance * size,
      strokes: glyph.strokes.map { stroke in
        Stroke(places: stroke.places.map { Place($0.x * size, $0.y * size + height) }, dot: stroke.dot)
      })
  }

  /// Reads a shape: its advance, then commands with hundredths of the letters' size. `M` moves, `L` draws a
  /// line, `C` a cubic curve, `H` and `V` a quarter of an ellipse that starts across or upright, `D` a dot.
  static func parsed(_ text: String) -> Glyph {
    var words = text.split(separator: " ")[...]
    func number() -> Double {
      guard let word = words.popFirst(), let value = Double(word) else {
        preconditionFailure("a letter's shape ends early: \(text)")
      }
      return value / 100
    }
    func place() -> Place { Place(number(), number()) }
    let advance = number()
    var strokes: [Stroke] = []
    var current: [Place] = []
    func finish() {
      if current.count > 1 { strokes.append(Stroke(places: current, dot: nil)) }
      current = []
    }
    let bend = 0.5523
    while let command = words.popFirst() {
      let start = current.last ?? Place(0, 0)
      switch command {
      case "M":
        finish()
        current = [place()]
      case "L": current.append(place())
      case "C": current += Arc.bezier(start, place(), place(), place(), count: 10)
      case "H":
        let end = place()
        let (first, second) = (
          Place(start.x + bend * (end.x - start.x), start.y), Place(end.x, end.y - bend * (end.y - start.y))
        )
        current += Arc.bezier(start, first, second, end, count: 8)
      case "V":
        let end = place()
        let (first, second) = (
          Place(start.x, start.y + bend * (end.y - start.y)), Place(end.x - bend * (end.x - start.x), end.y)
        )
        current += Arc.bezier(start, first, second, end, count: 8)
      case "D":
        finish()
        strokes.append(Stroke(places: [place()], dot: 0.056))
      default: preconditionFailure("a letter's shape has the unknown command \(command)")
      }
    }
    finish()
    return Glyph(advance: advance, strokes: strokes)
  }
}
