import Manifests
import Planning

/// How toys read their settings: by name, as their signatures are made of few words.
extension Settings {
  func number(_ name: String) -> Double {
    guard let value = optionalNumber(name) else { preconditionFailure("no setting \(name)") }
    return value
  }

  func optionalNumber(_ name: String) -> Double? {
    if case .number(let decimal)? = values[name] { decimal.double } else { nil }
  }

  func integer(_ name: String) -> Int {
    guard let value = optionalInteger(name) else { preconditionFailure("no integer setting \(name)") }
    return value
  }

  func optionalInteger(_ name: String) -> Int? {
    if case .number(let decimal)? = values[name] { decimal.integer } else { nil }
  }

  func optionalWord(_ name: String) -> String? {
    if case .word(let word)? = values[name] { word } else { nil }
  }

  func optionalText(_ name: String) -> String? {
    if case .text(let text)? = values[name] { text } else { nil }
  }

  func file(_ name: String) -> String? {
    if case .file(let path)? = values[name] { path } else { nil }
  }

  /// Some of them, for a step.
  func table(_ names: String...) -> NameTable<SettingValue> {
    NameTable(names.compactMap { name in values[name].map { (name, $0) } })
  }
}
