import Artefacts
public import Planning

/// A stage for families to repeat: a number, a region, and as many outputs as a search or an ensemble reads.
public struct Repeated: StageKind {
  private static let number = Setting("number", .number, .optional(meaning: 1), "what varies")
  private static let other = Setting("other", .number, .optional(meaning: 2), "what varies too")
  private static let region = Setting(
    "region", .list(.number(in: .metre), 4), .optional, "what windows change")
  private static let geographicRegion = Setting(
    "geographic_region", .list(.number(in: .degree), 4), .optional, "the same in degrees")
  private static let before = Input.optional("before", [.grid], "what another one made")
  private static let value = Output("value", .scalar(.dimensionless), "a score")
  private static let grid = Output("grid", .grid, "what an ensemble collects", collected: true)

  public let signature: StageSignature

  /// - Parameter kind: what it is called.
  public init(_ kind: String = "repeated") {
    signature = StageSignature(
      kind: kind, version: 1, summary: "stands for what a family repeats",
      declares: [
        Self.number, Self.other, Self.region, Self.geographicRegion, Self.before, Self.value, Self.grid,
      ])
  }

  public func run(_ context: StageContext) throws { throw LoneStageError(reason: "it is no stage to run") }
}
