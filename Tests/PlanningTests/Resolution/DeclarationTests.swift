import Artefacts
import Manifests
import Testing

@testable import Planning

/// Stages that declare ports and settings of their own.
@Suite struct DeclarationTests {
  static let source =
    "[a : command]\nprogram = \"sh\"\noutputs = surface(topography), misfit(length), listing\n"

  static func stage(_ lines: String, before: String = "") throws -> ResolvedStage {
    let result = resolve(
      before + source + "[b : command]\nprogram = \"sh\"\n" + lines, existing: ["data/points.csv"])
    return try #require(result.pipeline?["b"], "\(rendered(result))")
  }

  static func messages(_ lines: String) -> [String] {
    rendered(resolve(source + "[b : command]\nprogram = \"sh\"\n" + lines))
  }

  @Test func portsAndSettingsFollowFromTheSection() throws {
    let stage = try Self.stage(
      """
      arguments = "{input.grid}", "{input.points}", "{output.out}", "{setting.depth}", "{setting.misfit}",
                  "{setting.mode}", "{setting.levels}", "{ print $1 }", "{setting.flag}"
      inputs    = grid, points
      outputs   = out(gravity)
      grid     <- a.surface
      points    = file("data/points.csv")
      depth     = 2 km
      misfit   <- a.misfit
      mode      = fast
      levels    = 1, 2 km
      flag      = yes
      """)
    #expect(stage.signature.inputs.map(\.name) == ["grid"])
    #expect(stage.signature.outputs.map(\.type) == [.gravity])
    #expect(stage.inputs == ["grid": PortReference(stage: "a", port: "surface")])
    #expect(stage.settings["depth"] == .value(.number(ExactDecimal(2000))))
    #expect(stage.settings["misfit"] == .output(PortReference(stage: "a", port: "misfit")))
    #expect(stage.settings["mode"] == .value(.word("fast")))
    #expect(stage.settings["flag"] == .value(.boolean(true)))
    let levels = SettingValue.list([.number(ExactDecimal(1000)), .number(ExactDecimal(2000))])
    #expect(stage.settings["levels"] == .value(levels))
    #expect(stage.signature.settings.first { $0.name == "depth" }?.type == .number(.length))
    guard case .value(.file(let path))? = stage.settings["points"] else {
      Issue.record("no file")
      return
    }
    #expect(path.hasSuffix("/data/points.csv"))
  }

  @Test func typesOfVariablesAreThoseOfTheirValues() throws {
    let stage = try Self.stage(
      "arguments = \"{setting.depth}\"\noutputs = out\ndepth = $depth\n", before: "[pipeline]\ndepth = 3 km\n"
    )
    #expect(stage.settings["depth"] == .variable("depth", .number(ExactDecimal(3000))))
  }

  @Test func programOnPathIsAFileWithItsName() throws {
    guard case .value(.list(let parts))? = try Self.stage("outputs = x\n").settings["program"] else {
      Issue.record("no program")
      return
    }
    #expect(parts.count == 2 && parts[1] == .text("sh"))
    guard case .file(let path) = parts[0] else {
      Issue.record("no file")
      return
    }
    #expect(path.hasSuffix("/sh"))
  }

  struct Row {
    var lines, message: String
  }

  @Test(arguments: [
    Row(lines: "outputs = x\ndepth = 3", message: "4:0: M052"),
    Row(
      lines: "outputs = x\narguments = \"{input.y}\"",
      message: "7:1: error M074: '{input.y}' stands for nothing that the stage declares"),
    Row(
      lines: "outputs = surface\narguments = \"{output.surfac}\"",
      message:
        "7:1: error M074: '{output.surfac}' stands for nothing that the stage declares; did you mean '{output.surface}'?"
    ),
    Row(
      lines: "outputs = x\narguments = \"{setting.program}\"",
      message: "7:1: error M074: '{setting.program}' stands for nothing that the stage declares"),
    Row(
      lines: "outputs = x\narguments = \"{setting.depth}\"",
      message: "4:2: error M060: stage 'b' of kind command needs the setting 'depth'"),
    Row(
      lines: "outputs = x\ninputs = y",
      message:
        "4:2: error M061: stage 'b' of kind command needs the input 'y' (file)"),
    Row(
      lines: "outputs = x, x",
      message: "6:14: error M073: 'x' is declared twice, or is a setting already"),
    Row(
      lines: "outputs = x\ninputs = x\nx <- a.surface",
      message: "6:11: error M073: 'x' is declared twice, or is a setting already"),
    Row(
      lines: "outputs = x\ninputs = outputs",
      message: "7:10: error M073: 'outputs' is declared twice, or is a setting already"),
    Row(
      lines: "outputs = x(topografy)",
      message:
        "6:13: error M084: unknown word 'topografy' for 'outputs'; expected file, grid, gravity, topography, weights, "
        + "table, constraints, waveforms, number, length, acceleration, density, angle, time, speed or frequency; did you mean 'topography'?"
    ),
    Row(lines: "", message: "4:2: error M060: stage 'b' of kind command needs the setting 'outputs'"),
  ])
  func mistakes(row: Row) {
    let messages = Self.messages(row.lines)
    if row.message.hasSuffix("M052") {
      #expect(messages == ["x.manifest:7:1: error M052: unknown setting 'depth' of stage kind command"])
    } else {
      #expect(messages == ["x.manifest:" + row.message])
    }
  }

  @Test func anOutputWithoutATypeFeedsCommandsOnly() {
    let messages = rendered(
      resolve(
        Self.source + """
          [m : synthetic_model]
          spacing = 1 km
          [i : topography_inversion]
          gravity    <- m.gravity
          topography <- a.listing
          """))
    #expect(messages.count == 1 && messages[0].contains("a.listing"), "\(messages)")
    #expect(PortType.topography.feeds([.file]) && !PortType.file.feeds([.topography]))
  }

  @Test func unreadableArgumentsHideNoFurtherMistake() {
    let messages = Self.messages("outputs = x\narguments = \"{setting.depth}\nflag = yes\ndepth = 3 km")
    #expect(messages.count == 1 && messages[0].hasPrefix("x.manifest:7:13: error M0"), "\(messages)")
  }

  @Test func pageOfTheKindHasItsRemarks() throws {
    var signature = DeclaringToyKind().signature
    signature.remarks = ["A remark."]
    #expect(SignatureText.page(signature).hasSuffix("\n\nA remark.\n"))
  }

  @Test func declarationsCannotBeOverridden() {
    let result = resolve(Self.source, overrides: [("a.outputs", "other")])
    #expect(rendered(result).count == 1 && rendered(result)[0].contains("M065"), "\(rendered(result))")
  }

  @Test func timeLimitIsNotInTheRecipe() throws {
    func key(_ lines: String) throws -> String {
      let result = resolve("[b : command]\nprogram = \"sh\"\noutputs = x\n" + lines)
      let plan = try Plan(pipeline: try #require(result.pipeline), catalogue: toyCatalogue)
      let hashes = ["program[0]": String(repeating: "0", count: 64)]
      return Recipe(node: plan.nodes[0], scalars: [:], inputHashes: [], fileHashes: hashes).key
    }
    #expect(try key("time_limit = 1 h\n") == key(""))
    #expect(try key("environment = \"A=1\"\n") != key(""))
  }

  @Test func membersThatAskForTheirNumberAreNodesOfTheirOwn() throws {
    func nodes(_ argument: String) throws -> [Node] {
      let result = resolve(
        """
        [seed : command]
        program   = "sh"
        arguments = "\(argument)"
        outputs   = value
        [target : command]
        program   = "sh"
        arguments = "{setting.x}"
        inputs    = value
        outputs   = surface(topography)
        value    <- seed.value
        x         = 1
        [all : ensemble_loop]
        repeat = target
        runs   = 3
        seed   = 1
        target.x ~ uniform(0, 1)
        """)
      let pipeline = try #require(result.pipeline, "\(rendered(result))")
      return try Plan(pipeline: pipeline, catalogue: memberCatalogue).nodes
    }
    let numbers = try nodes("{member}").filter { $0.name.stage == "seed" }
      .map { $0.settings[ArgumentTemplate.memberSetting] }
    #expect(
      numbers == [.value(.word("base"))] + (0..<3).map { .value(.number(ExactDecimal($0))) })
    #expect(try nodes("plain").filter { $0.name.stage == "seed" }.count == 1)
  }

  @Test func templates() {
    #expect(
      ArgumentTemplate("-o{output.a}:{input.b_2}{member}").parts == [
        .literal("-o"), .output("a"), .literal(":"), .input("b_2"), .member,
      ])
    #expect(ArgumentTemplate("{ print $1 }{").parts == [.literal("{ print $1 }{")])
    #expect(ArgumentTemplate("{a{setting.x}}").parts == [.literal("{a"), .setting("x"), .literal("}")])
    #expect(ArgumentTemplate("{inptu.x}").parts == [.unknown("{inptu.x}")])
    #expect(ArgumentTemplate("").parts == [])
  }
}

/// The toy kinds with a design for their ensemble.
private let memberCatalogue: Catalogue = {
  struct Loop: FamilyKind {
    let signature: StageSignature
    func design(_ request: DesignRequest) throws -> RoundPlan {
      RoundPlan([[0.1], [0.2], [0.3]])
    }
    func run(_ context: StageContext) throws {}
  }
  let others = toyCatalogue.kinds.values.filter { $0.signature.kind != "ensemble_loop" }
  let loops = toyCatalogue.signature("ensemble_loop").map { [Loop(signature: $0)] } ?? []
  return Catalogue(others + loops, readScalar: { _ in 0 })
}()
