import Testing

@testable import Manifests

@Suite struct ManifestFormatterTests {
  /// A number of a register is a text that needs no quotes.
  @Test(arguments: ["crs=EPSG:32722", "crs = EPSG:32722   # zone 22"])
  func numbersOfRegisters(_ line: String) throws {
    let text = "[a : b]\n" + line + "\n"
    let tidy = ManifestFormatter.format(text)
    #expect(tidy.hasPrefix("[a : b]\ncrs = EPSG:32722"))
    for text in [text, tidy] {
      let result = ManifestParser.parse(text: text, path: "")
      #expect(result.diagnostics.isEmpty)
      #expect("\(result)".contains("text(\"EPSG:32722\")"))
    }
    #expect(!ManifestParser.parse(text: "[a : b]\npath = C:\\data\n", path: "").diagnostics.isEmpty)
  }

  static let untidy = """
    # Title


    [pipeline]   # settings
    spacing=1km
      runs =  20   # members
    [model:synthetic_model]

    region=0 km,40 km,  0..30km,
       # second line
       5   # end
    a<-b.c
    # about the ensemble
    [ensemble : ensemble_loop]
    repeat = x
    model.gravity~normal( uncertainty,low_pass=10km )
    inversion.density ~ normal(2669,50)kg/m3

    # a remark
    path=file("a  b#.nc")
    """

  static let tidy = """
    # Title

    [pipeline]    # settings
    spacing = 1 km
    runs    = 20  # members

    [model : synthetic_model]
    region = 0 km, 40 km, 0 .. 30 km,
             # second line
             5  # end
    a     <- b.c

    # about the ensemble
    [ensemble : ensemble_loop]
    repeat = x
    model.gravity     ~ normal(uncertainty, low_pass = 10 km)
    inversion.density ~ normal(2669, 50) kg/m3

    # a remark
    path   = file("a  b#.nc")

    """

  @Test func layout() {
    #expect(ManifestFormatter.format(Self.untidy) == Self.tidy)
    #expect(ManifestFormatter.format(Self.tidy) == Self.tidy)
  }

  @Test func callsAreLaidOutAsValues() {
    let text =
      "[i:kind]\nzref<-mean( p.table,upward )\nlevel=median(p.table)\ndampings=log_space( 1e-4,1 ,9 ),  7\n"
    let tidy =
      "[i : kind]\nzref    <- mean(p.table, upward)\nlevel    = median(p.table)\ndampings = log_space(1e-4, 1, 9), 7\n"
    #expect(ManifestFormatter.format(text) == tidy)
    #expect(ManifestFormatter.format(tidy) == tidy)
  }

  @Test func sameTree() {
    let (before, after) = (
      ManifestParser.parse(text: Self.untidy, path: ""), ManifestParser.parse(text: Self.tidy, path: "")
    )
    #expect(before.diagnostics == [])
    #expect(
      before.syntax.sections.map { $0.lines.map { outline($0) } }
        == after.syntax.sections.map { $0.lines.map { outline($0) } })
  }

  @Test func mistakesAreLeftAlone() {
    #expect(ManifestFormatter.format("x=1\n[") == "x=1\n[")
    #expect(ManifestFormatter.format("") == "")
  }

  /// Seeded mutations of a manifest: nothing crashes, nothing hangs, and what can be read keeps its tree when laid
  /// out, which a second layout does not change.
  @Test func mutations() {
    var state: UInt64 = 42
    func random(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(bound))
    }
    let source = Array(Self.untidy.utf8)
    let pool = Array("[]=<-~,.#\"\\$()%: \n\tab1e+-km\r".utf8) + [0, 0xC3, 0xA9, 0xFF, 0xEF, 0xBB]
    var readable = 0
    for _ in 0..<10_000 {
      var bytes = source
      for _ in 0...random(4) {
        let at = random(bytes.count)
        switch random(4) {
        case 0: bytes[at] = pool[random(pool.count)]
        case 1: bytes.insert(pool[random(pool.count)], at: at)
        case 2: bytes.removeSubrange(at..<min(bytes.count, at + 1 + random(6)))
        default: bytes.insert(contentsOf: bytes[random(at + 1)..<at + 1].prefix(30), at: at)
        }
      }
      let mutant = bytes
      let files = ManifestFiles(read: { _ in mutant }, exists: { _ in true })
      let parsed = ManifestParser.parse(path: "m", files: files)
      _ = DiagnosticRenderer(sources: parsed.sources, isColoured: true).render(parsed.diagnostics)
      let text = String(decoding: bytes, as: UTF8.self)
      let plain = ManifestParser.parse(text: text, path: "")
      guard plain.diagnostics.isEmpty else { continue }
      readable += 1
      let formatted = ManifestFormatter.format(text)
      let again = ManifestParser.parse(text: formatted, path: "")
      let (old, new) = (tree(plain.syntax), tree(again.syntax))
      #expect(
        again.diagnostics.isEmpty && old == new && ManifestFormatter.format(formatted) == formatted,
        "\(text.debugDescription)")
      if old != new { return }
    }
    #expect(readable > 300)
  }

  private func tree(_ syntax: ManifestSyntax) -> [String] {
    syntax.sections.flatMap { section -> [String] in
      let header: String =
        switch section.kind {
        case .stage(let name, let kind): "[\(name.text) : \(kind?.text ?? "?")]"
        case .profile(let name): "[profile \(name.text)]"
        default: "[\(section.kind)]"
        }
      return [header] + section.lines.map { outline($0) }
    }
  }
}
