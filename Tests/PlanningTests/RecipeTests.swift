import Artefacts
import Manifests
import Testing

@testable import Planning

@Suite("Recipe")
struct RecipeTests {
  static func node(
    _ settings: NameTable<NodeSetting>, inputs: [NodeInput] = [], members: NodeMembers? = nil,
    signature: StageSignature = Toy.filter
  ) -> Node {
    var node = Node(
      id: 0, name: NodeName(stage: "any"), signature: signature, settings: settings, inputs: inputs,
      place: Toy.place)
    node.members = members
    return node
  }

  static func text(_ value: SettingValue) -> String {
    let recipe = Recipe(
      node: node(["x": .value(value)]), scalars: [:], inputHashes: [],
      fileHashes: ["x": "f0", "x[0]": "f1", "x[1]": "f2"])
    return String(recipe.text.split(separator: "\n")[2].dropFirst("setting x = ".count))
  }

  @Test("golden text and key of a small node")
  func golden() {
    let source = NodePort(node: 7, port: "data")
    let node = Self.node(
      [
        "damping": .value(Toy.number("0.10")), "width": .output(NodePort(node: 3, port: "level")),
        "method": .value(.word("constraints")), "label": .value(.text("a \"b\"\nc")),
        "region": .value(.list([Toy.number("0"), Toy.number("-40e3")])), "active": .value(.boolean(true)),
        "grid": .value(.file("/somewhere/x.nc")), "repeat": .value(.stage("inversion")),
      ],
      inputs: [NodeInput(port: "other", source: source), NodeInput(port: "data", source: source)])
    let recipe = Recipe(
      node: node, scalars: ["width": 0.2], inputHashes: ["aa", "bb"], fileHashes: ["grid": "cc"])
    #expect(
      recipe.text == """
        recipe 1
        kind filter 2
        setting active = yes
        setting damping = 1e-1
        setting grid = file sha256:cc
        setting label = "a \\"b\\"\\nc"
        setting method = constraints
        setting region = [0, -4e4]
        setting width = 2e-1
        input data = sha256:bb
        input other = sha256:aa

        """)
    #expect(recipe.key == ContentHash.hex(of: recipe.text))
    #expect(Recipe.files(of: node) == ["grid": "/somewhere/x.nc"])
  }

  @Test("golden text of a family's node: values, artefacts in order of members, failures")
  func family() {
    let source = NodePort(node: 1, port: "data")
    let inputs =
      (0..<11).map { NodeInput(port: "data", member: 10 - $0, source: source) }
      + [NodeInput(port: "weights", source: source)]
    let members = NodeMembers(
      variables: [MemberVariable(name: "width", dimension: .length), MemberVariable(name: "damping")],
      values: (0..<11).map { [Double($0) / 10, -1] }, maximumFailures: 3)
    let recipe = Recipe(
      node: Self.node(["seed": .value(Toy.number("1"))], inputs: inputs, members: members), scalars: [:],
      inputHashes: [nil] + (0..<10).map { "h\(9 - $0)" } + ["w"], fileHashes: [:])
    let lines = recipe.text.split(separator: "\n").map(String.init)
    #expect(
      lines.prefix(7) == [
        "recipe 1", "kind filter 2", "setting seed = 1", "input weights = sha256:w",
        "variables width(length) damping", "member 0 = 0 -1", "member 1 = 1e-1 -1",
      ])
    #expect(lines.suffix(2) == ["input data[9] = sha256:h9", "input data[10] = failed"])
    #expect(lines.count == 5 + 11 + 11)
  }

  @Test("a scalar from a stage and the same number typed by hand give one key")
  func scalars() {
    let typed = Recipe(
      node: Self.node(["damping": .value(Toy.number("0.139"))]), scalars: [:], inputHashes: [],
      fileHashes: [:])
    let taken = Self.node(["damping": .output(NodePort(node: 1, port: "best"))])
    func recipe(_ scalar: Double) -> Recipe {
      Recipe(node: taken, scalars: ["damping": scalar], inputHashes: [], fileHashes: [:])
    }
    #expect(recipe(0.139) == typed)
    #expect(recipe(-0.0).text.hasSuffix("damping = 0\n"))
    #expect(recipe(.nan).text.hasSuffix("damping = nan\n"))
    #expect(recipe(-.infinity).text.hasSuffix("damping = -inf\n"))
  }

  @Test("no two values share a text")
  func injective() {
    let values: [SettingValue] = [
      .boolean(true), .boolean(false), .word("yes"), .word("no"), .text("yes"), .word("nan"), .word("inf"),
      .word("word"), .word("word \"yes\""), .word("yes\""), .text("word \"yes\""), .word("1e-1"), .word("-1"),
      Toy.number("0.1"), Toy.number("-0.1"), Toy.number("0"), .text("1e-1"), .text(""), .word(""), .list([]),
      .list([.list([])]), .list([.text("")]), .list([.word("a"), .word("b")]), .list([.word("a, b")]),
      .list([.text("a, b")]), .list([.text("a"), .text("b")]), .text("a\", \"b"), .text("a\\\", \\\"b"),
      .text("\n"), .text("\\n"), .text("\\\n"), .text("\r\n"), .text("\u{7}"), .text("\\u{7}"), .word("[]"),
      .text("[]"), .list([.list([.word("a")]), .word("b")]), .list([.list([.word("a"), .word("b")])]),
      .file("/x"), .word("file"), .word("file sha256:f0"), .text("file sha256:f0"), .list([.file("/x")]),
      .list([.word("x"), .file("/x")]), .text("e\u{301}"), .text("\u{301}"), .text("x\nsetting y = 1"),
      .text("x\u{2028}y"), .text("x\u{85}y"),
    ]
    var seen: [String: SettingValue] = [:]
    for value in values {
      let text = Self.text(value)
      #expect(text.unicodeScalars.allSatisfy { $0.value >= 32 })
      #expect(seen.updateValue(value, forKey: text) == nil, "\(value) is written like another: \(text)")
    }
  }

  @Test("settings, ports and variables with odd names stay apart")
  func oddNames() {
    func key(_ names: [String]) -> String {
      let settings = NameTable(names.map { ($0, NodeSetting.value(.word("v"))) })
      return Recipe(node: Self.node(settings), scalars: [:], inputHashes: [], fileHashes: [:]).text
    }
    let texts = [["a", "b"], ["a = v\nsetting b"], ["a = v"], ["\"a\""], ["a"]].map(key)
    #expect(Set(texts).count == texts.count)
    #expect(RecipeDifference.between(old: key(["a = v"]), new: key(["a = v"])) == [])
    func port(_ input: NodeInput) -> String {
      Recipe(node: Self.node([:], inputs: [input]), scalars: [:], inputHashes: ["h"], fileHashes: [:]).text
    }
    let source = NodePort(node: 0, port: "p")
    #expect(
      port(NodeInput(port: "data[0]", source: source)) != port(NodeInput(port: "data", source: source)))
    #expect(port(NodeInput(port: "data[0]", source: source)).contains("input \"data[0]\" = "))
  }

  @Test("the quick shortest decimal is the shortest decimal")
  func shortest() {
    var generator = SystemRandomNumberGenerator()
    var numbers = [
      0, -0.0, 1, 10, 0.1, 1e-5, 123456.789, 1e16, 1e22, Double.leastNonzeroMagnitude,
      .greatestFiniteMagnitude, 2.5e-7,
    ]
    for _ in 0..<2000 {
      let number = Double(bitPattern: generator.next())
      if number.isFinite { numbers.append(number) }
    }
    for number in numbers {
      #expect(ExactDecimal(shortest: number) == ExactDecimal(number))
      var text = TextBuffer()
      RecipeText.append(ExactDecimal(shortest: number), to: &text)
      #expect(text.text == ExactDecimal(number).description)
      var quick = TextBuffer()
      RecipeText.append(number, to: &quick)
      #expect(quick.text == text.text)
      text.bytes = []
      RecipeText.append(-number, to: &text)
      #expect(text.text == ExactDecimal(-number).description)
    }
    for (number, word) in [(Double.nan, "nan"), (.infinity, "inf"), (-.infinity, "-inf")] {
      var text = TextBuffer()
      RecipeText.append(number, to: &text)
      #expect(text.text == word)
    }
  }

  @Test("SHA-256 of known texts, whole and in pieces")
  func contentHash() {
    #expect(
      ContentHash.hex(of: "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      ContentHash.hex(of: [UInt8]()) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    var hasher = ContentHash.Hasher()
    hasher.update(Array("a".utf8))
    hasher.update(Array("bc".utf8))
    #expect(hasher.finish() == ContentHash.hex(of: "abc"))
  }

  @Test("time of a small recipe is printed")
  func speed() {
    let source = NodePort(node: 7, port: "data")
    let node = Self.node(
      [
        "damping": .value(Toy.number("0.139")), "width": .value(Toy.number("4e4")),
        "method": .value(.word("constraints")), "times": .value(Toy.number("200")),
        "region": .value(.list(["0", "4e4", "0", "3e4"].map(Toy.number))), "active": .value(.boolean(true)),
      ], inputs: [NodeInput(port: "data", source: source), NodeInput(port: "other", source: source)])
    let hash = ContentHash.hex(of: "x")
    var length = 0
    let time = ContinuousClock().measure {
      for _ in 0..<10_000 {
        length += Recipe(node: node, scalars: [:], inputHashes: [hash, hash], fileHashes: [:]).key.utf8.count
      }
    }
    #expect(length == 640_000)
    print("recipe of a small node: \(time / 10_000)")
  }
}

@Suite("Why it runs again")
struct RecipeDifferenceTests {
  private let old = """
    recipe 1
    kind topography_inversion 2
    setting damping = 1e-1
    setting gone = yes
    setting grid = file sha256:aa
    setting region = [0, 4e4]
    input gravity = sha256:11
    input lost = sha256:12
    variables damping
    member 0 = 1e-1
    member 1 = 2e-1
    input score[0] = sha256:21
    input score[1] = failed

    """

  @Test("each component is told in the user's words, in the recipe's order")
  func all() {
    let new = """
      recipe 1
      kind topography_inversion 3
      setting damping = 14e-2
      setting grid = file sha256:bb
      setting region = [0, 5e4]
      setting zref = 49227e-2
      input gravity = sha256:99
      input topography = sha256:13
      variables damping
      member 0 = 15e-2
      member 1 = 2e-1
      member 2 = 3e-1
      input score[0] = sha256:29
      input score[1] = sha256:22
      input score[2] = sha256:23

      """
    let differences = RecipeDifference.between(old: old, new: new)
    #expect(
      differences.map { $0.text(stage: "inversion") } == [
        "stage kind topography_inversion: version 2 → 3",
        "inversion.damping: 0.1 → 0.14",
        "inversion.gone: yes → not set",
        "the file of inversion.grid changed",
        "inversion.region: 0, 40000 → 0, 50000",
        "inversion.zref: not set → 492.27",
        "input gravity of inversion changed",
        "input lost of inversion is gone",
        "input score of member 0 of inversion changed",
        "member 1 of inversion had failed and now has not",
        "input score of member 2 of inversion is new",
        "input topography of inversion is new",
        "members of inversion: 2 → 3",
        "member 0 of inversion: 0.1 → 0.15",
      ])
    #expect(differences[1] == .setting(name: "damping", old: "1e-1", new: "14e-2"))
    #expect(RecipeDifference.between(old: old, new: old).isEmpty)
  }

  @Test("kinds, formats and variables")
  func rest() {
    let differences = RecipeDifference.between(
      old: "recipe 1\nkind a 1\nvariables x\n", new: "recipe 2\nkind b 7\nvariables x y\n")
    #expect(
      differences.map { $0.text(stage: "s") } == [
        "recipes of s are written in another way: 1 → 2", "kind of stage s: a → b",
        "what s varies: x → x, y",
      ])
  }

  @Test("numbers as people write them")
  func readable() {
    let pairs = [
      "1e-1": "0.1", "0": "0", "-125e-2": "-1.25", "4e4": "40000", "2e-6": "0.000002", "2e-9": "2e-9",
      "1e20": "1e20", "constraints": "constraints", "nan": "nan", "[1e1, 2e-1]": "10, 0.2", "[]": "",
    ]
    for (value, text) in pairs { #expect(RecipeDifference.readable(value) == text) }
  }
}
