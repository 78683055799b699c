import Testing

@testable import Manifests

private func messages(_ text: String) -> [String] { messages(Array(text.utf8)) }

private func messages(_ bytes: [UInt8]) -> [String] {
  let files = ManifestFiles(read: { _ in bytes }, exists: { _ in true })
  return ManifestParser.parse(path: "x.manifest", files: files).diagnostics.map {
    "\($0.place.line):\($0.place.column): \($0.code): \($0.message)"
  }
}

@Suite struct ManifestParserTests {
  struct Row: CustomTestStringConvertible {
    var text: String
    var messages: [String]
    init(_ text: String, _ messages: String...) { (self.text, self.messages) = (text, messages) }
    var testDescription: String { messages.first ?? text }
  }

  static let rows: [Row] = [
    Row("manifest 2", "1:10: M004: unsupported version '2' of the manifest language; this is version 1"),
    Row("[pipeline]\nmanifest 1", "2:1: M005: 'manifest 1' may stand on the first line only"),
    Row(
      "[a b]",
      "1:1: M006: malformed section '[a b]'; expected [pipeline], [name : kind], [profile name], [results] or [expect]"
    ),
    Row("[a : b\nx = 1", "1:1: M007: section header without ']'"),
    Row(
      "[pipeline]\nSpacing = 1",
      "2:1: M008: malformed name 'Spacing'; a name is lower-case letters, digits and underscores and starts with a letter; did you mean 'spacing'?"
    ),
    Row(
      "[pipeline]\nl2-norm = 1",
      "2:1: M008: malformed name 'l2-norm'; a name is lower-case letters, digits and underscores and starts with a letter; did you mean 'l2_norm'?"
    ),
    Row(
      "[pipeline]\nx = True",
      "2:5: M008: malformed name 'True'; a name is lower-case letters, digits and underscores and starts with a letter; did you mean 'yes'?"
    ),
    Row("[pipeline] x", "1:12: M009: unexpected 'x' behind the section header"),
    Row("x = 1", "1:1: M010: 'x' stands before the first section"),
    Row("[pipeline]\nx", "2:2: M011: expected '=' after 'x'"),
    Row("[a : b]\nx ! 1", "2:3: M011: expected '=', '<-' or '~' after 'x'"),
    Row("[a : b]\nx : 1 km  # why", "2:3: M035: expected '=' after 'x', not ':'; write x = 1 km"),
    Row(
      "[a : b]\nother:\n  x: 1",
      "2:6: M035: expected '=' after 'other', not ':'; a section begins with a line [other : kind of stage]",
      "3:4: M035: expected '=' after 'x', not ':'; write x = 1"),
    Row("[expect]\nx : 1", "2:3: M011: expected '<=', '>=', '<' or '>' after 'x'"),
    Row(
      "[a : b]\nx = 1\n  - 2",
      "3:3: M038: a line can't begin with '-'; the elements of a list stand behind its name: name = a, b, c"),
    Row(
      "# model\n  model:\n  - kind: b\n  - x: 1\nrest\n",
      "2:1: M036: this is YAML; a manifest has sections [name : kind of stage] with lines name = value"),
    Row(
      "{ \"a\": 1 }",
      "1:1: M036: this is JSON; a manifest has sections [name : kind of stage] with lines name = value"),
    Row(
      "[a : b]\nx = 0/40/0/30 km",
      "2:5: M034: '0/40/0/30': the elements of a list stand between commas; write 0, 40, 0, 30"),
    Row(
      "[a : b]\nx = -R-10/40.5/0/3e1",
      "2:5: M034: '-R-10/40.5/0/3e1': the elements of a list stand between commas; write -10, 40.5, 0, 3e1"),
    Row("[a : b]\nx = 1 kg m-3", "2:7: M037: a unit is one word, not 'kg m-3'; write kg/m3"),
    Row("[a : b]\nx = 1, 2 m s^-2", "2:10: M037: a unit is one word, not 'm s^-2'; write m/s2"),
    Row("[pipeline]\nx =  # nothing", "2:6: M012: 'x' has no value"),
    Row("[pipeline]\nx = \"abc", "2:5: M013: string without closing '\"'"),
    Row("[pipeline]\nx = \"a\\qc\"", "2:7: M014: unknown escape '\\q'; known are \\\" \\\\ \\n \\t"),
    Row("[pipeline]\nx = 1.2.3", "2:5: M015: malformed number '1.2.3'"),
    Row("[pipeline]\nx = 1 km 2", "2:10: M016: unexpected '2'"),
    Row("[pipeline]\nx = 1,\ny = 2", "2:6: M017: nothing follows the comma at the end of the line"),
    Row("[a : b]\nx ~ normal(1, 2", "2:5: M018: 'normal(' without ')'"),
    Row("include other", "1:1: M019: malformed include; write include \"other.manifest\""),
    Row("[pipeline]\ninclude \"a\"", "2:9: M020: an include must stand before the first section"),
    Row("include \"x.manifest\"", "1:9: M021: include goes in a circle: x.manifest → x.manifest"),
    Row("[a : b]\nx <- a.b.c", "2:6: M022: 'a.b.c' has too many dots; expected name or stage.name"),
    Row("[pipeline]\nx <- a.b", "2:3: M023: '<-' in [pipeline]; expected '='"),
    Row("[expect]\na.b = 3", "2:5: M023: '=' in [expect]; expected '<=', '>=', '<' or '>'"),
    Row("[a : b]\nx <- 3", "2:6: M024: '<-' takes the output of a stage, stage.output, not the number 3"),
    Row("[a : b]\nx ~ 3", "2:5: M025: '~' takes a distribution such as normal(0, 1), not the number 3"),
    Row("[a : b]\nx = file(data)", "2:5: M026: malformed file; write file(\"path\")"),
    Row("[a : b]\nx ~ normal(log(1), 2)", "2:12: M027: 'log(' inside parentheses; calls do not nest"),
    Row("[a : b]\nx ~ normal(a = 1, 2)", "2:19: M028: an argument without a name stands behind a named one"),
    Row("[a : b]\nx = 1,,2", "2:7: M029: empty element in a list"),
    Row("[a : b]\nx ~ normal(a = 1, a = 2)", "2:19: M030: option 'a' is given twice"),
    Row("[a : b]\nx = data/x.nc", "2:5: M031: unexpected path 'data/x.nc'; write file(\"data/x.nc\")"),
    Row("[a : b]\nx = 1 ..", "2:7: M032: incomplete range; write low .. high"),
    Row("[a : b]\nx = ../x.nc", "2:5: M031: unexpected path '../x.nc'; write file(\"../x.nc\")"),
    // One message a mistake, whatever follows it.
    Row(
      "[a : b]\nx = 1,, 2,\n  3\ny = ?\nz = 1", "2:7: M029: empty element in a list",
      "4:5: M016: unexpected '?'"),
    Row("[a\nx = 1\n[b : c]\ny = ", "1:1: M007: section header without ']'", "4:5: M012: 'y' has no value"),
  ]

  @Test(arguments: rows) func message(_ row: Row) { #expect(messages(row.text) == row.messages) }

  @Test func badBytes() {
    #expect(messages([0xEF, 0xBB, 0xBF] + Array("[pipeline]\r\nx\t=\t1\r\n".utf8)) == [])
    #expect(
      messages(Array("[pipeline]\nx = 1 ".utf8) + [0xFF, 0xFE] + Array("\ny = é\n".utf8)) == [
        "2:7: M002: invalid UTF-8; a manifest is UTF-8 text",
        "3:5: M008: malformed name 'é'; a name is lower-case letters, digits and underscores and starts with a letter",
      ])
    #expect(
      messages("[pipeline]\nx = \0 1\n") == ["2:5: M003: control character U+0000; a manifest is plain text"])
    #expect(messages("# a\u{1B}[31m\n") == ["1:4: M003: control character U+001B; a manifest is plain text"])
    #expect(messages("[pipeline]\nx = \"é\u{301}ß\", ?\n") == ["2:11: M016: unexpected '?'"])
  }

  @Test func missingFile() {
    let result = ManifestParser.parse(
      path: "a.manifest", files: .texts(["a.manifest": "include \"b.manifest\"\n\n[s : t]\n"]))
    #expect(
      result.diagnostics.map { DiagnosticRenderer(sources: result.sources).render($0) } == [
        "a.manifest:1:9: error M001: can't read manifest 'b.manifest': no such file\n"
          + "    1 | include \"b.manifest\"\n      |         ^~~~~~~~~~~~\n"
      ])
    let none = ManifestParser.parse(path: "none", files: .texts([:]))
    #expect(
      DiagnosticRenderer(sources: [:]).render(none.diagnostics)
        == "none: error M001: can't read manifest 'none': no such file\n")
  }

  @Test func includesAreReadOnceAndFoundBesideTheirFile() {
    let texts = [
      "p/a.manifest": "include \"b/b.manifest\"\ninclude \"c.manifest\"\n[a : k]\n",
      "p/b/b.manifest": "include \"../c.manifest\"\n[b : k]\n", "p/c.manifest": "[c : k]\n",
    ]
    let result = ManifestParser.parse(path: "p/a.manifest", files: .texts(texts))
    #expect(result.diagnostics == [])
    #expect(result.syntax.sections.map(\.place.file) == ["p/c.manifest", "p/b/b.manifest", "p/a.manifest"])
  }

  @Test func everyForm() throws {
    let text = """
      manifest 1
      [a : k]
      number = -3.5e-1 mGal
      yes = yes
      text = "a \\"b\\" # no comment"   # a comment
      file = file("d/x.nc")
      list = 1, 2,   # more
        # and more

        3 km
      range = 1..2 km
      variable = $x
      dotted = a.b
      taken <- b.c
      b.c ~ normal(1, 2, low_pass = 3 km) kg/m3
      """
    let result = ManifestParser.parse(text: text, path: "")
    #expect(result.diagnostics == [])
    #expect(
      result.syntax.sections[0].lines.map(outline) == [
        "number = -35e-2[mGal]", "yes = yes", "text = \"a \"b\" # no comment\"", "file = file d/x.nc",
        "list = (1, 2, 3[km])", "range = 1 .. 2[km]", "variable = $x", "dotted = a.b", "taken <- b.c",
        "b.c ~ normal(1, 2, low_pass: 3[km])[kg/m3]",
      ])
  }

  /// Twice the text must not take four times as long; the bound leaves room for a busy machine.
  @Test func longInputs() {
    let section = "[s : k]\nx = 1 km, 2 km\n# é\n"
    let many = ManifestParser.parse(text: String(repeating: section, count: 100_000), path: "")
    #expect(many.syntax.sections.count == 100_000)
    let clock = ContinuousClock()
    let time = clock.measure {
      let line =
        "[s : k]\nx = " + Array(repeating: "\"é\", f(1), 2 km", count: 50_000).joined(separator: ", ")
      #expect(ManifestParser.parse(text: line, path: "").diagnostics == [])
      let open = "[s : k]\nx = " + String(repeating: "f(", count: 200_000)
      #expect(ManifestParser.parse(text: open, path: "").diagnostics.count == 1)
      let commas = "[s : k]\nx = 1" + String(repeating: ",\n", count: 200_000)
      #expect(ManifestParser.parse(text: commas, path: "").diagnostics.count >= 1)
    }
    #expect(time < .seconds(20))
  }
}

/// A line without its places.
func outline(_ line: LineSyntax) -> String { "\(line.target) \(line.sign.rawValue) \(outline(line.value))" }

func outline(_ value: ValueSyntax) -> String {
  func unit(_ name: NameSyntax?) -> String { name.map { "[\($0.text)]" } ?? "" }
  switch value.form {
  case .number(let number, let name): return number.description + unit(name)
  case .word(let word): return word
  case .text(let text): return "\"\(text)\""
  case .file(let path): return "file \(path)"
  case .variable(let name): return "$\(name)"
  case .dotted(let name): return name.description
  case .list(let elements): return "(" + elements.map { outline($0) }.joined(separator: ", ") + ")"
  case .range(let low, let high): return "\(outline(low)) .. \(outline(high))"
  case .call(let call):
    let arguments =
      call.arguments.map { outline($0) } + call.options.map { "\($0.name.text): \(outline($0.value))" }
    return "\(call.name.text)(\(arguments.joined(separator: ", ")))\(unit(call.unit))"
  case .unreadable: return "?"
  }
}
