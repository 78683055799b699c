import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport

/// A mask of the nodes that an inversion may move.
struct RegionMask: StageKind {
  private static let region = PlaneOrGlobe<Region>.region(of: "what may move; nodes outside are frozen")
  private static let above = Setting(
    "above", .number(in: .metre), .optional, "nodes where `like` is higher are frozen")
  private static let below = Setting(
    "below", .number(in: .metre), .optional, "nodes where `like` is lower are frozen")
  private static let reverse = Setting(
    "reverse", .boolean, .default(false), "freezes the other nodes instead, but for missing ones")
  private static let like = Input(
    "like", [.topography, .weights], "grid whose nodes are taken; missing ones are frozen")
  private static let mask = Output("mask", .weights, "1 or missing, for every node")

  let signature = StageSignature(
    kind: "region_mask", version: 2,
    summary: "a mask for inversions: 1 at nodes that may move, missing at frozen ones",
    declares: [region, above, below, reverse, like, mask])

  func run(_ context: StageContext) throws {
    let like = try NetCDFFile.read(context[Self.like]).anyGrid()
    let (above, below) = (context[Self.above], context[Self.below])
    let isGeographic = like.geometry.isGeographic
    let region = try Self.region.value(context.settings, isGeographic: isGeographic)
    guard region != nil || above != nil || below != nil || like.values.contains(where: \.isNaN) else {
      throw StageError.missingSetting(
        name: Self.region.own(isGeographic: isGeographic).name,
        because: "without it, `above` or `below` no node would be frozen")
    }
    let nodes = like.geometry.nodes
    let isReversed = context[Self.reverse]
    let mask = like.values.indices.map { node in
      let (value, place) = (like.values[node], (nodes.easting[node], nodes.northing[node]))
      let isOutside =
        region.map {
          !$0.contains(easting: isGeographic ? $0.turned(longitude: place.0) : place.0, northing: place.1)
        } ?? false
      let isBeyond = (above.map { value > $0 } ?? false) || (below.map { value < $0 } ?? false)
      return !value.isNaN && (isOutside || isBeyond) == isReversed ? 1 : Double.nan
    }
    let free = mask.count { !$0.isNaN }
    guard free > 0 else { throw StageError.outOfPlace("the mask would freeze every node") }
    context.log("\(free) of \(mask.count) nodes may move")
    var dataset = Dataset(title: "mask of an inversion")
    try dataset.addGrid(
      "mask", Grid(geometry: like.geometry, values: mask), units: "1", longName: "1 where the node may move")
    dataset.variables[dataset.variables.count - 1].whole = .flag(no: "fixed", yes: "free")
    try NetCDFFile.write(dataset, to: context[Self.mask])
  }
}
