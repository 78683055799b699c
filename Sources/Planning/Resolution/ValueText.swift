public import Manifests

/// A value as people write it: `1 km`, `0.2 s`, `yes`, `a, b`.
///
/// The unit is the one that suits the size of the number; no digit is lost. Without a type numbers stand in
/// canonical units and no unit is shown.
public func display(_ value: SettingValue, type: SettingType? = nil) -> String {
  switch value {
  case .number(let number): display(number, dimension: type?.numeric?.dimension ?? .dimensionless)
  case .boolean(let flag): flag ? "yes" : "no"
  case .word(let word): word
  case .text(let text): quoted(text)
  case .list(let elements):
    elements.map { display($0, type: type?.listType?.0 ?? type) }.joined(separator: ", ")
  case .file(let path): "file(\(quoted(path)))"
  case .stage(let name): name
  case .output(let port): port.description
  }
}

/// A number of canonical units with the unit that suits its size.
public func display(_ number: ExactDecimal, dimension: PhysicalDimension) -> String {
  guard let unit = dimension.suitableUnit(number) else { return number.plain }
  // The factors of these units are powers of ten: a shift is exact.
  return "\(number.shifted(by: -unit.factor.exponent).plain) \(unit.symbol)"
}

/// A quoted string of the language.
private func quoted(_ text: String) -> String {
  var quoted = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": quoted += "\\\""
    case "\\": quoted += "\\\\"
    case "\n": quoted += "\\n"
    case "\t": quoted += "\\t"
    default: quoted.unicodeScalars.append(scalar)
    }
  }
  return quoted + "\""
}
