import Datasets
import NumericCore
import Planning
import StageSupport
import Topography

/// How far the gravity of a layer falls off towards its edges.
struct EdgeDecay: StageKind {
  let signature = StageSignature(
    kind: "edge_decay", version: 1,
    summary: "loss of gravity towards the edges of a layer with a buffer zone around it",
    settings: Self.specifications,
    inputs: [
      InputSpec(
        "like", [.gravity, .topography], required: false, "grid whose region and spacing are taken")
    ],
    outputs: [
      OutputSpec("field", .grid, "gravity of the layer, the same without edges, and their difference"),
      OutputSpec("decay", .scalar(.dimensionless), "greatest loss as a part of the greatest gravity"),
      OutputSpec("buffer_width", .scalar(.length), "width of the zone, whole cells"),
      OutputSpec(
        "distance_to_target", .scalar(.dimensionless), "|target - decay|, for a search to make small"),
    ])

  private static let specifications: [SettingSpec] = [
    SettingSpec(
      "buffer", .number(.dimensionless), .required, minimum: "0 %", maximum: "1000 %",
      "width of the zone around the region, in per cent of the region's longer side"),
    SettingSpec(
      "target", .number(.dimensionless), .defaultsTo("5 %"), minimum: "0 %", "the decay that is put up with"),
    SettingSpec("top", .number(.length), .required, "mean height of the layer's surface"),
    SettingSpec("zref", .number(.length), .required, "height of the layer's other face"),
    SettingSpec(
      "density", .number(.density), .required, minimum: "0 kg/m3", minimumExcluded: true,
      "density of the layer"),
    SettingSpec("gravity_height", .number(.length), .defaultsTo("1 km"), "height of the observations"),
    SettingSpec(
      "amplitude", .number(.length), .optional, minimum: "0 m",
      "half the relief of a checkerboard on the surface; default: level"),
    SettingSpec(
      "wavelength", .number(.length), .optional, minimum: "0 m", minimumExcluded: true,
      "of that checkerboard"),
    SettingSpec(
      "spacing", .number(.length), .optional, minimum: "0 m", minimumExcluded: true,
      "distance of neighbouring cells, where no grid is given by `like`"),
    SettingSpec(
      "region", .list(.number(.length), count: 4...4), .optional,
      "west, east, south, north edge of the observations, where no grid is given by `like`"),
  ]

  func run(_ context: StageContext) throws {
    let settings = context.settings
    let place = try Self.place(context)
    let layer = EdgeLayer(
      region: place.region, spacing: place.spacing, buffer: settings.number("buffer"),
      slab: EdgeLayer.Slab(
        top: settings.metres("top"), reference: settings.metres("zref"),
        density: settings.kilogramPerCubicMetre("density")),
      observationHeight: settings.metres("gravity_height"), checkerboard: try Self.checkerboard(settings))
    let found = try layer.decay(workers: context.workers)
    try Self.writeField(found, to: context.output("field"))
    let distance = abs(settings.number("target") - found.decay)
    context.log(
      "a buffer of \(found.bufferCells) cells, \(found.bufferWidth) m: decay \(100 * found.decay) %")
    for (port, value, units, name) in [
      ("decay", found.decay, "1", "loss of gravity at the edges"),
      ("buffer_width", found.bufferWidth, "m", "width of the buffer zone"),
      ("distance_to_target", distance, "1", "distance of the decay from the target"),
    ] {
      try NetCDFFile.writeScalar(value, name: port, units: units, longName: name, to: context.output(port))
    }
  }

  private static func place(_ context: StageContext) throws -> (region: Region, spacing: Double) {
    let settings = context.settings
    if let path = context.inputs["like"] {
      guard !settings.has("region"), !settings.has("spacing") else {
        throw StageError.outOfPlace("region and spacing are those of 'like'; leave them out, or 'like'")
      }
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
    guard settings.has("region"), let spacing = settings.optionalNumber("spacing") else {
      throw StageError.missingInput(name: "like", because: "without it, `region` and `spacing` are needed")
    }
    let region = settings.region("region")
    try checkDivides(region, spacing: spacing)
    return (region, spacing)
  }

  private static func checkerboard(_ settings: Settings) throws -> EdgeLayer.Checkerboard? {
    switch (settings.optionalNumber("amplitude"), settings.optionalNumber("wavelength")) {
    case (nil, nil): return nil
    case (let amplitude?, let wavelength?):
      return EdgeLayer.Checkerboard(amplitude: amplitude, wavelength: wavelength)
    case (nil, _): throw StageError.missingSetting(name: "amplitude", because: "'wavelength' is given")
    case (_, nil): throw StageError.missingSetting(name: "wavelength", because: "'amplitude' is given")
    }
  }

  private static func writeField(_ found: EdgeLayer.Decay, to path: String) throws {
    var dataset = Dataset(title: "gravity of a layer and the effect of its edges")
    let difference = zip(found.gravity.values, found.withoutEdges.values).map { $0 - $1 }
    for (name, values, longName) in [
      ("forward_gravity", found.gravity.values, "gravity of the layer"),
      ("without_edges", found.withoutEdges.values, "gravity without edges, raised to the same maximum"),
      ("edge_effect", difference, "gravity of the layer minus that without edges"),
    ] {
      try dataset.addGrid(
        name, Grid(geometry: found.gravity.geometry, values: values), units: "mGal", longName: longName)
    }
    try NetCDFFile.write(dataset, to: path)
  }
}
