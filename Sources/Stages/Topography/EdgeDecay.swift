import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport
import Topography

/// How far the gravity of a layer falls off towards its edges.
struct EdgeDecay: StageKind {
  private static let buffer = Setting(
    "buffer", .number, .required, .atLeast(0).atMost(10),
    "width of the zone around the region, in per cent of the region's longer side")
  private static let target = Setting(
    "target", .number, .default(0.05), .atLeast(0), "the decay that is put up with")
  private static let top = Setting(
    "top", .number(in: .metre), .required, "mean height of the layer's surface")
  private static let zref = Setting(
    "zref", .number(in: .metre), .required, "height of the layer's other face")
  private static let density = Setting(
    "density", .number(in: .kilogramPerCubicMetre), .required, .above(0), "density of the layer")
  private static let height = Setting(
    "gravity_height", .number(in: .metre), .default(1000), "height of the observations")
  private static let amplitude = Setting(
    "amplitude", .number(in: .metre), .optional(otherwise: "a level surface"), .atLeast(0),
    "half the relief of a checkerboard on the surface")
  private static let wavelength = Setting(
    "wavelength", .number(in: .metre), .optional, .above(0), "of that checkerboard")
  private static let spacing = Setting(
    "spacing", .number(in: .metre), .optional, .above(0), "distance of neighbouring cells")
  private static let region = Setting(
    "region", .region, .optional, "west, east, south, north edge of the observations")
  private static let like = Input.optional(
    "like", [.gravity, .topography], "grid whose region and spacing are taken")
  private static let field = Output(
    "field", .grid, "gravity of the layer, the same without edges, and their difference")
  private static let decay = Output(
    "decay", .scalar(.dimensionless), "greatest loss as a part of the greatest gravity")
  private static let width = Output("buffer_width", .scalar(.length), "width of the zone, whole cells")
  private static let distance = Output(
    "distance_to_target", .scalar(.dimensionless), "|target - decay|, for a search to make small")

  let signature = StageSignature(
    kind: "edge_decay", version: 1,
    summary: "loss of gravity towards the edges of a layer with a buffer zone around it",
    declares: [
      buffer, target, top, zref, density, height, amplitude, wavelength, spacing, region, like, field,
      decay, width, distance,
    ],
    rules: [
      .needs(wavelength, with: amplitude), .needs(amplitude, with: wavelength),
      .only(spacing, region, when: !like.isGiven, because: "they are those of 'like'"),
      .needs(spacing, when: !like.isGiven), .needs(region, when: !like.isGiven),
      .divided(region, by: spacing),
    ])

  func run(_ context: StageContext) throws {
    let place = try Self.place(context)
    let layer = EdgeLayer(
      region: place.region, spacing: place.spacing, buffer: context[Self.buffer],
      slab: EdgeLayer.Slab(
        top: context[Self.top], reference: context[Self.zref], density: context[Self.density]),
      observationHeight: context[Self.height], checkerboard: Self.checkerboard(context))
    let found = try layer.decay(workers: context.workers)
    try Self.writeField(found, to: context[Self.field])
    let distance = abs(context[Self.target] - found.decay)
    context.log(
      "a buffer of \(found.bufferCells) cells, \(found.bufferWidth) m: decay \(100 * found.decay) %")
    for (port, value, units, name) in [
      (Self.decay, found.decay, "1", "loss of gravity at the edges"),
      (Self.width, found.bufferWidth, "m", "width of the buffer zone"),
      (Self.distance, distance, "1", "distance of the decay from the target"),
    ] {
      try NetCDFFile.writeScalar(
        value, name: port.name, units: units, longName: name, to: context[port])
    }
  }

  private static func place(_ context: StageContext) throws -> (region: Region, spacing: Double) {
    if let path = context[like] {
      let dataset = try NetCDFFile.read(path)
      let geometry: GridGeometry
      if dataset["gravity_anomaly"] != nil {
        let gravity = try GravityArtefact(path: path)
        geometry = gravity.trainingGrid(of: gravity.anomaly).geometry
      } else {
        geometry = try dataset.anyGrid().geometry
      }
      guard !geometry.isGeographic else {
        throw StageError.outOfPlace(
          "'like' is in longitude and latitude; put a stage of kind 'project' before")
      }
      let (across, up) = (geometry.spacingEasting, geometry.spacingNorthing)
      guard abs(across - up) <= 1e-9 * across else {
        throw StageError.outOfPlace("the cells of 'like' are \(across) m by \(up) m; they must be square")
      }
      return (geometry.region, across)
    }
    return (context[given: region], context[given: spacing])
  }

  private static func checkerboard(_ context: StageContext) -> EdgeLayer.Checkerboard? {
    context[amplitude].map {
      EdgeLayer.Checkerboard(amplitude: $0, wavelength: context[given: wavelength])
    }
  }

  private static func writeField(_ found: EdgeLayer.Decay, to path: String) throws {
    var dataset = Dataset(title: "gravity of a layer and the effect of its edges")
    let difference = zip(found.gravity.values, found.withoutEdges.values).map { $0 - $1 }
    for (variable, values) in [
      (GravityVariables.forward.described("gravity of the layer"), found.gravity.values),
      (GravityVariables.withoutEdges, found.withoutEdges.values), (GravityVariables.edgeEffect, difference),
    ] { try dataset.add(variable, Grid(geometry: found.gravity.geometry, values: values)) }
    try NetCDFFile.write(dataset, to: path)
  }
}

extension EdgeDecay: ReportedKind {
  var report: StageReport {
    let (layer, whole) = (
      Field.own("field", GravityVariables.forward), Field.own("field", GravityVariables.withoutEdges)
    )
    let loss = Field.percent(.difference(whole, layer), ofGreatest: whole)
    return StageReport([
      .group(
        needs: layer, whole,
        items: [
          .map(FieldMap(layer, "Gravity of the layer", caption: "With its buffer zone.")),
          .map(
            FieldMap(
              loss, "Decay towards the edges", .deviation,
              caption: "What is missing, in per cent of the greatest gravity.")),
          .histogram(
            FieldHistogram(
              "Decay towards the edges", "decay", [.init("nodes", loss)], marks: .greatest,
              "Over the nodes of the region.")),
          .plot(
            OutputPlot("field", as: "profile", caption: "Gravity of the layer and of one without edges.")),
        ])
    ])
  }
}
