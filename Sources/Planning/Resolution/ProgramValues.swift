import Manifests

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Values of settings that have to do with other programs.
extension ValueReader {
  /// `name(type)` as the list of the two words.
  mutating func port(_ call: CallSyntax, at place: SourcePlace) -> SettingValue? {
    guard call.arguments.count == 1, call.options.isEmpty, call.unit == nil,
      case .word(let type) = call.arguments[0].form
    else {
      let fact = ValueFact.wrongType(
        setting: setting.spec.name, found: "\(call.name.text)(…)", expected: SettingType.port.inWords)
      return fail(fact, place)
    }
    // A kind's own text is no manifest: its types are not looked up.
    if let types = world?.catalogue.types, types.declared(type) == nil {
      let words = types.declarable.map(\.word)
      let fact = ValueFact.unknownWord(
        setting: setting.spec.name, word: type, allowed: words,
        suggestion: Suggestion.nearest(to: type, in: words))
      return fail(fact, call.arguments[0].place)
    }
    return .list([.word(call.name.text), .word(type)])
  }

  /// `NAME=value` as it is; for `NAME` the value of this process, which so becomes a part of the recipe;
  /// `NAME` alone where it has none.
  mutating func environment(_ text: String, at place: SourcePlace) -> SettingValue? {
    let name = text.prefix { $0 != "=" }
    let isName =
      !name.isEmpty
      && name.utf8.allSatisfy { byte in
        byte == 0x5F || (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
      }
    guard isName else {
      let fact = ValueFact.wrongType(
        setting: setting.spec.name, found: "\"\(text)\"", expected: SettingType.environment.inWords)
      return fail(fact, place)
    }
    guard name.utf8.count == text.utf8.count, let value = getenv(text) else { return .text(text) }
    return .text(text + "=" + String(cString: value))
  }

  /// A program on PATH as the list of its file and its name: one file may be many programs by its name.
  mutating func program(_ name: String, at place: SourcePlace) -> SettingValue? {
    if name.contains("/") || name.isEmpty { return fail(.programNotFound(name), place) }
    let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/local/bin:/usr/bin:/bin"
    for folder in path.split(separator: ":") {
      let candidate = absolute(String(folder)) + "/" + name
      var status = stat()
      guard stat(candidate, &status) == 0, status.st_mode & S_IFMT == S_IFREG, access(candidate, X_OK) == 0
      else { continue }
      return .list([.file(candidate), .text(name)])
    }
    return fail(.programNotFound(name), place)
  }
}
