import Artefacts
import Manifests
import Planning
import StandardCatalogue
import Testing

/// Laws of the words that the catalogue registers.
@Suite struct RegistryTests {
  private static let types = PortType.registered

  @Test func namesAreUnique() {
    #expect(Set(Self.types.map(\.name)).count == Self.types.count)
    let dimensions = PhysicalDimension.registered
    #expect(Set(dimensions.map(\.name)).count == dimensions.count)
    let symbols = dimensions.flatMap(\.symbols).map(\.symbol)
    #expect(Set(symbols).count == symbols.count)
  }

  /// The first unit of a dimension is the one that recipes and files are in.
  @Test(arguments: PhysicalDimension.registered) func theCanonicalUnitComesFirst(
    _ dimension: PhysicalDimension
  )
    throws
  {
    let first = try #require(dimension.symbols.first { $0.factor == ExactDecimal(1) })
    #expect(Catalogue.standard.units.named(first.symbol)?.dimension == dimension)
    for unit in dimension.symbols {
      #expect(Catalogue.standard.units.named(unit.symbol)?.unit == unit, "\(unit.symbol)")
    }
  }

  /// An artefact goes where its own type is taken, where a wider one is, and into any file.
  @Test(arguments: PortType.registered) func everyTypeFeedsItselfAndWhatIsWider(_ type: PortType) {
    #expect(type.feeds([type]) && type.feeds([.file]) && !type.feeds([]))
    for wider in Self.types where type.ancestors.contains(wider.name) {
      #expect(type.feeds([wider]), "\(type) → \(wider)")
      #expect(wider.feeds([type]) == type.isFoundInWider, "\(wider) → \(type)")
      #expect(type.form == wider.form)
    }
  }

  /// Types that neither is wider than the other keep apart, as do numbers of two dimensions.
  @Test func othersKeepApart() {
    for one in Self.types {
      for other in Self.types where one != other && other != .file {
        let isKin = one.ancestors.contains(other.name) || other.ancestors.contains(one.name)
        if !isKin { #expect(!one.feeds([other]), "\(one) → \(other)") }
      }
      #expect(!one.feeds([.scalar(.length)]) && (one == .file || !PortType.scalar(.length).feeds([one])))
    }
    #expect(!PortType.scalar(.length).feeds([.scalar(.acceleration)]))
    #expect(PortType.grid.feeds([.gravity]) && !PortType.grid.feeds([.statistics]))
    #expect(!PortType.gravity.feeds([.topography]) && PortType.constraints.feeds([.table]))
  }

  /// Every word by which a stage may declare an output names a type, once.
  @Test func declarableWords() {
    let words = Catalogue.standard.types.declarable.map(\.word)
    #expect(Set(words).count == words.count)
    #expect(
      words == [
        "file", "grid", "gravity", "topography", "weights", "table", "constraints", "waveforms", "number",
        "length",
        "acceleration", "density", "angle", "time", "speed", "frequency",
      ])
    for word in words { #expect(Catalogue.standard.types.declared(word) != nil) }
  }

  @Test func whatIsNotRegisteredIsTold() {
    let alien = PortType("seismogram", of: .table)
    let kind = Kind(
      signature: StageSignature(
        kind: "shot", version: 1, summary: "",
        settings: [
          SettingSpec(
            "speed", .number(PhysicalDimension("velocity", units: "m s-1")), .optional, "")
        ],
        outputs: [OutputSpec("record", alien, "")]))
    let catalogue = Catalogue([kind], readScalar: { _ in 0 })
    #expect(
      CatalogueCheck.problems(of: catalogue) == [
        "stage kind shot: type of artefact 'seismogram' is not registered",
        "stage kind shot: dimension 'velocity' is not registered",
      ])
  }

  private struct Kind: StageKind {
    var signature: StageSignature
    func run(_ context: StageContext) throws {}
  }
}
