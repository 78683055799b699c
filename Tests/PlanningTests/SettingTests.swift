import Manifests
import Testing

@testable import Planning

/// One value declares and reads a setting.
@Suite struct SettingTests {
  typealias Kind = RuledToyKind

  private func number(_ text: String) throws -> SettingValue { .number(try #require(ExactDecimal(text))) }

  @Test func whatIsLeftOut() {
    let settings = Settings([:])
    #expect(settings[Kind.width] == nil)
    #expect(settings[Kind.damping] == nil)
    #expect(settings[Kind.trials] == 10)
    #expect(settings[Kind.shift] == 0.5)
    #expect(settings[Kind.degree] == 1)
    #expect(settings[Kind.limits] == nil)
    #expect(settings[Kind.level] == .second(.mean))
  }

  @Test func whatIsGiven() throws {
    let settings = Settings([
      "method": .word("constraints_cv"), "filter_width": try number("2e3"), "shift": try number("2e-6"),
      "damping_limits": .list([try number("1e-3"), try number("1")]),
      "trials": try number("9007199254740993"),
      "level": try number("1500"),
    ])
    #expect(settings[Kind.method] == .crossValidated)
    #expect(settings[Kind.width] == 2000)
    // Converted before it is rounded.
    #expect(settings[Kind.shift] == 0.2)
    #expect(settings[Kind.limits] == [0.001, 1])
    // More than 53 bits.
    #expect(settings[Kind.trials] == 9_007_199_254_740_993)
    #expect(settings[Kind.level] == .first(1.5))
  }

  @Test func whatTheSignatureHas() throws {
    let specs = RuledToyKind().signature.settings
    #expect(
      specs.map(\.name) == [
        "method", "trend", "filter_type", "filter_width", "damping", "dampings", "damping_limits",
        "depth_limits",
        "trials", "shift", "mask_weight", "level",
      ])
    func spec(_ name: String) throws -> SettingSpec { try #require(specs.first { $0.name == name }) }
    #expect(try spec("method").presence == .required)
    #expect(try spec("trend").presence == .defaultsTo("1"))
    #expect(try spec("trend").maximum == "10")
    #expect(try spec("filter_width").minimum == "0 m")
    #expect(try spec("filter_width").minimumExcluded)
    #expect(try spec("damping").absence == .follows("that of the data"))
    #expect(try spec("trials").absence == .means("10"))
    #expect(try spec("shift").absence == .means("0.5 mGal"))
    #expect(try spec("shift").laterDefault == number("5e-6"))
    #expect(try spec("level").presence == .defaultsTo("mean"))
    #expect(CatalogueCheck.problems(of: RuledToyKind().signature) == [])
  }

  @Test func paths() {
    let context = StageContext(
      settings: Settings([:]), inputs: ["gravity": "/in/gravity.nc"], outputs: ["gravity": "/out/gravity.nc"])
    #expect(context[Kind.gravity] == "/in/gravity.nc")
    #expect(context[Kind.mask] == nil)
    #expect(context[Kind.separated] == "/out/gravity.nc")
  }

  /// A setting that a kind got later leaves old keys alone at its default, however that is written.
  @Test func laterSettings() throws {
    func recipe(_ setting: NodeSetting?, scalars: [String: Double] = [:]) -> Recipe {
      var settings: NameTable<NodeSetting> = ["method": .value(.word("trend"))]
      settings["shift"] = setting
      let node = Node(
        id: 0, name: NodeName(stage: "r"), signature: RuledToyKind().signature, settings: settings,
        inputs: [], place: SourcePlace(file: "x", line: 1, column: 1))
      return Recipe(node: node, scalars: scalars, inputHashes: [], fileHashes: [:])
    }
    let before = recipe(nil)
    let output = NodeSetting.output(NodePort(node: 1, port: "best"))
    #expect(recipe(.value(try number("5e-6"))) == before)
    #expect(recipe(output, scalars: ["shift": 5e-6]) == before)
    #expect(recipe(.value(try number("4e-6"))).text == before.text + "setting shift = 4e-6\n")
    #expect(recipe(output, scalars: ["shift": 4e-6]).text == before.text + "setting shift = 4e-6\n")
  }

  @Test func rulesAboutUndeclaredNamesAreFound() {
    let bad = StageSignature(
      kind: "bad", version: 1, summary: "", declares: [Kind.damping],
      rules: [.atMostOne(Kind.damping, Kind.dampings)])
    #expect(
      CatalogueCheck.problems(of: bad) == [
        "stage kind bad: a rule is about 'dampings', which is not declared"
      ])
  }
}
