import Artefacts
import NumericCore

// Options as the user writes them.
extension PlotRequest {
  /// Takes an option's text; the files of `with`, `points` and `coast` are the caller's to read.
  /// - Throws: `PlotError.badValue`.
  public mutating func read(_ option: PlotOption, _ text: String) throws(PlotError) {
    given.insert(option)
    switch option {
    case .variable: variables += text.split(separator: ",").map(String.init)
    case .withVariable: otherVariable = text
    case .region: region = try Self.region(option, text)
    case .innerRegion: innerRegion = try Self.region(option, text)
    case .colours: colours = try Self.colours(text)
    case .limits:
      let ends = try Self.numbers(option, text, "LOW,HIGH with LOW < HIGH") { $0.count == 2 && $0[0] < $0[1] }
      limits = ends[0]...ends[1]
    case .through:
      let place = try Self.numbers(option, text, "EASTING,NORTHING in km, or LONGITUDE,LATITUDE in degrees") {
        $0.count == 2
      }
      through = (place[0], place[1])
    case .sigmas:
      sigmas = try Self.numbers(option, text, "one to three numbers above 0, as 1,2") { numbers in
        (1...3).contains(numbers.count) && numbers.allSatisfy { $0 > 0 }
      }
    case .log:
      for word in text.split(separator: ",") {
        guard let axis = PlotAxis(rawValue: String(word)) else {
          throw .badValue(option: option.rawValue, found: text, expected: "x, y, or x,y")
        }
        logarithmic.insert(axis)
      }
    case .fullLimits: hasFullLimits = true
    case .iterations:
      guard text != "all" else {
        iterations = .all
        break
      }
      let numbers = try Self.numbers(option, text, "all, or whole numbers from 0 (the start), as 0,1,5") {
        !$0.isEmpty && $0.allSatisfy { Int(exactly: $0).map { $0 >= 0 } ?? false }
      }
      iterations = .these(numbers.map { Int($0) })
    case .receiver: receiver = text
    case .receiverField:
      guard let field = TraceVariables.Field(rawValue: text) else {
        throw .badValue(
          option: option.rawValue, found: text,
          expected: TraceVariables.Field.allCases.map(\.rawValue).joined(separator: ", "))
      }
      receiverField = field
    case .with, .windows, .points, .coast: break
    }
  }

  private static func numbers(
    _ option: PlotOption, _ text: String, _ expected: String, _ isValid: ([Double]) -> Bool
  ) throws(PlotError) -> [Double] {
    let words = text.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = words.compactMap { word in
      Double(word.filter { $0 != " " }).flatMap { $0.isFinite ? $0 : nil }
    }
    guard numbers.count == words.count, isValid(numbers) else {
      throw .badValue(option: option.rawValue, found: text, expected: expected)
    }
    return numbers
  }

  private static func region(_ option: PlotOption, _ text: String) throws(PlotError) -> Region {
    let sides = try numbers(
      option, text, "WEST,EAST,SOUTH,NORTH in km, or degrees, with WEST < EAST and SOUTH < NORTH"
    ) { $0.count == 4 && $0[0] < $0[1] && $0[2] < $0[3] }
    return Region(west: sides[0], east: sides[1], south: sides[2], north: sides[3])
  }

  private static func colours(_ text: String) throws(PlotError) -> ColourMap {
    let isReversed = text.hasSuffix("_r")
    let name = isReversed ? String(text.dropLast(2)) : text
    guard let found = ColourMap.named.first(where: { $0.name == name }) else {
      let names = ColourMap.named.map(\.name).joined(separator: ", ")
      throw .badValue(
        option: PlotOption.colours.rawValue, found: text,
        expected: "\(names), or one of them with _r reversed")
    }
    return isReversed ? found.map.reversed : found.map
  }
}
