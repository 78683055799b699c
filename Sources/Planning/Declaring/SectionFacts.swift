import Manifests

/// What rules may know of one stage: from its section and the families above it, or, where it runs, from its node.
struct SectionFacts {
  /// Values, defaults included.
  var values: [String: SettingValue] = [:]
  /// Settings that have a value which is not known yet, or is damaged.
  var unknown: Set<String> = []
  /// Settings and inputs that the section, a profile or an option gives.
  var written: Set<String> = []
  /// Settings that a family gives its members.
  var changed: Set<String> = []
  /// Types of what feeds the inputs.
  var ports: [String: PortType] = [:]

  func isGiven(_ name: String) -> Bool { written.contains(name) || changed.contains(name) }

  /// As the stage would read it; nil where it is not known.
  func value<Value>(of setting: Setting<Value>) -> Value? {
    unknown.contains(setting.name) ? nil : setting.read(values[setting.name])
  }

  func carries(_ input: String, _ types: [PortType]) -> Bool? {
    // A plain file may hold anything.
    if ports[input] == .file { return nil }
    return ports[input].map { types.contains($0) } ?? (unknown.contains(input) ? nil : false)
  }
}
