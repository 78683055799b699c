import Manifests

/// What is wrong with signatures themselves. A test of the program runs it, so that no user meets a bad default.
public enum CatalogueCheck {
  /// One line for each mistake, by kind in alphabetical order; empty if all is well.
  public static func problems(of catalogue: Catalogue) -> [String] {
    let signatures = catalogue.kinds.values.map(\.signature).sorted { $0.kind < $1.kind }
    return signatures.flatMap { problems(of: $0) + unregistered(of: $0, catalogue) }
  }

  /// Dimensions and types of artefact that the kind uses and the catalogue does not have.
  private static func unregistered(of signature: StageSignature, _ catalogue: Catalogue) -> [String] {
    let types = signature.inputs.flatMap(\.accepts) + signature.outputs.map(\.type)
    let known = Set(catalogue.types.types.map(\.name))
    let names = types.filter { !$0.isScalar }.flatMap { [$0.name] + $0.ancestors }
    let measured = signature.settings.flatMap(\.type.dimensions) + types.compactMap(\.dimension)
    return
      (Set(names).subtracting(known).sorted().map { "type of artefact '\($0)'" }
      + Set(measured).subtracting(catalogue.units.dimensions).map(\.name).sorted().map { "dimension '\($0)'" })
      .map { "stage kind \(signature.kind): \($0) is not registered" }
  }

  /// Defaults and bounds that can't be read, names that are twice or malformed, families without `repeat`.
  public static func problems(of signature: StageSignature) -> [String] {
    var problems: [String] = []
    var names: Set<String> = []
    for name in signature.settings.map(\.name) + signature.inputs.map(\.name) {
      if !names.insert(name).inserted { problems.append("'\(name)' is both or twice a setting or input") }
    }
    let outputs = signature.outputs.map(\.name)
    if Set(outputs).count != outputs.count { problems.append("two outputs share a name") }
    for name in [signature.kind] + Array(names).sorted() + outputs where !isName(name) {
      problems.append("malformed name '\(name)'")
    }
    for output in signature.outputs {
      if let input = output.sameTypeAs, !signature.inputs.contains(where: { $0.name == input }),
        input != FamilySpec.moves || signature.family?.moved == nil
      {
        problems.append("output '\(output.name)' has the type of an input '\(input)' that there is not")
      }
    }
    if signature.family != nil,
      !signature.settings.contains(where: { $0.name == "repeat" && $0.type == .stage })
    {
      problems.append("a family needs a setting 'repeat' of type stage")
    }
    for name in signature.family?.choosing.names ?? []
    where !signature.settings.contains(where: { $0.name == name }) {
      problems.append("members are chosen by '\(name)', which is not declared")
    }
    for spec in signature.settings { problems += Self.problems(of: spec) }
    for rule in signature.rules {
      for name in rule.names where !names.contains(name) {
        problems.append("a rule is about '\(name)', which is not declared")
      }
    }
    return problems.map { "stage kind \(signature.kind): \($0)" }
  }

  private static func problems(of spec: SettingSpec) -> [String] {
    var problems: [String] = []
    for bound in [spec.minimum, spec.maximum].compactMap({ $0 }) {
      if let type = spec.type.numeric, KnownKind.boundValue(bound, type: type) != nil { continue }
      problems.append("bad bound '\(bound)' of '\(spec.name)'")
    }
    guard problems.isEmpty, let text = spec.standardText else { return problems }
    if case .failure(let fault) = KnownKind.value(text, of: KnownKind.setting(spec)) {
      let message = Diagnostic(fault.fact, at: fault.place).message
      problems.append("bad default '\(text)' of '\(spec.name)': \(message)")
    }
    return problems
  }

  private static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first) else {
      return false
    }
    return text.utf8.allSatisfy { byte in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x5F
    }
  }
}

extension SettingSpec {
  /// Manifest text of what it is where it is left out; nil where that is nothing or follows from the data.
  fileprivate var standardText: String? {
    if case .defaultsTo(let text) = presence { return text }
    if case .means(let text)? = absence { return text }
    return nil
  }
}
