import Artefacts
import Datasets
import NumericCore
import Planning
import StageSupport

/// From longitude and latitude to the plane and back.
struct Project: StageKind {
  private static let data = Input("data", [.grid, .table], "a table, or a grid")
  private static let projected = Output(
    "data", .grid, "a table with both kinds of coordinates; the grid's fields on a new, regular grid",
    noise: .init(variable: "gravity_anomaly", uncertainty: "uncert"), sameTypeAs: data)
  private static let projection = ProjectionSettings.needed
  private static let inverse = Setting(
    "inverse", .boolean, .default(false), "from easting and northing to longitude and latitude")
  private static let spacing = PlaneOrGlobe<Double>.spacing()
  private static let region = PlaneOrGlobe<Region>.region(
    of: "the new grid", otherwise: "what the old grid's edges enclose")

  private static let isGrid = !data.carries(.table, .constraints)
  private static let toPlane = isGrid && inverse.is(false)
  private static let toGlobe = isGrid && inverse.is(true)

  let signature = StageSignature(
    kind: "project", version: 3,
    summary: "takes a table or a grid from longitude and latitude to easting and northing, or back",
    declares: [data, projection, inverse, ModelSettings.interpolation, spacing, region, projected],
    rules: [
      .only(
        ModelSettings.interpolation, when: isGrid,
        because: "each point of a table is projected by itself"),
      .only(spacing.plane, region.plane, when: toPlane),
      .only(spacing.globe, region.globe, when: toGlobe),
      .needs(spacing.plane, when: toPlane, because: regular),
      .needs(spacing.globe, when: toGlobe, because: regular),
      .divided(region.plane, by: spacing.plane),
      .divided(region.globe, by: spacing.globe, isGeographic: true),
    ])

  private static let regular = "the new grid is regular in its own coordinates"

  func run(_ context: StageContext) throws {
    let data = try Observations(path: context[Self.data])
    let projection = try Self.projection.neededProjection(context.settings)
    let isInverse = context[Self.inverse]
    let system = try Self.system(data.coordinateSystem, projection, isInverse)
    context.log("coordinate reference system: \(system.told)")
    guard let geometry = data.geometry else {
      var table = try Self.table(data, projection, isInverse)
      table.coordinateSystem = system
      return try table.write(to: context[Self.projected])
    }
    guard geometry.isGeographic == !isInverse else {
      throw StageError.outOfPlace(
        isInverse
          ? "inverse = yes takes a grid in projected metres, this one is in longitude and latitude"
          : "the grid is in projected metres already; inverse = yes takes it back")
    }
    let target = try Self.target(geometry, projection, context)
    var result = try Self.grid(data, geometry, projection, target, context)
    result.coordinateSystem = system
    try result.write(to: context[Self.projected])
  }

  /// What the new coordinates mean: on the datum of the old ones, where that is known.
  private static func system(
    _ source: CoordinateSystem?, _ projection: MapProjection, _ isInverse: Bool
  ) throws -> CoordinateSystem {
    // Of a table that has both kinds of places the system may be that of the others.
    let usable = source.flatMap { $0.isGeographic == isInverse ? nil : $0 }
    guard isInverse else { return CoordinateSystem(projection, from: usable) }
    guard let usable else { return .geographic(on: projection.ellipsoid) }
    if usable.relation(to: CoordinateSystem(projection, from: usable.geographic)) == .different {
      throw StageError.outOfPlace(
        "the data are in \(usable.told), which these settings of the projection are not; take those of \(usable.told)"
      )
    }
    return usable.geographic ?? .geographic(on: projection.ellipsoid)
  }

  // MARK: Tables

  private static func table(
    _ data: Observations, _ projection: MapProjection, _ isInverse: Bool
  ) throws -> Observations {
    var result = data
    let (first, second): ([Double], [Double])
    if isInverse {
      let places = try data.projectedPlaces()
      (first, second) = try pairs(places.easting, places.northing) {
        let place = try projection.locate(easting: $0, northing: $1)
        return (place.longitude, place.latitude)
      }
    } else {
      let places = try data.geographicPlaces()
      (first, second) = try pairs(places.longitude, places.latitude) {
        let point = try projection.project(longitude: $0, latitude: $1)
        return (point.easting, point.northing)
      }
    }
    let columns = PlaceColumns(isGeographic: isInverse)
    result.set(columns.names.east, first, units: columns.units.east, longName: columns.names.east)
    result.set(columns.names.north, second, units: columns.units.north, longName: columns.names.north)
    return result
  }

  private static func pairs(
    _ first: [Double], _ second: [Double], _ transform: (Double, Double) throws -> (Double, Double)
  ) throws -> ([Double], [Double]) {
    var (left, right): ([Double], [Double]) = ([], [])
    for (a, b) in zip(first, second) {
      let pair = try transform(a, b)
      left.append(pair.0)
      right.append(pair.1)
    }
    return (left, right)
  }

  // MARK: Grids

  /// Nodes of the new grid: the region that is given, or what the old grid's edge encloses, to whole spacings.
  private static func target(
    _ geometry: GridGeometry, _ projection: MapProjection, _ context: StageContext
  ) throws -> GridGeometry {
    let isGeographic = !geometry.isGeographic
    let spacing = context[given: Self.spacing.own(isGeographic: isGeographic)]
    if let region = context[Self.region.own(isGeographic: isGeographic)] {
      return try GridGeometry.dividing(region, spacing: spacing, isGeographic: isGeographic)
    }
    let inner = try innerRegion(geometry, projection)
    // A grid that just fits must not lose its last node to a rounding.
    let slack = 1e-9 * spacing
    let region = Region(
      west: ((inner.west - slack) / spacing).rounded(.up) * spacing,
      east: ((inner.east + slack) / spacing).rounded(.down) * spacing,
      south: ((inner.south - slack) / spacing).rounded(.up) * spacing,
      north: ((inner.north + slack) / spacing).rounded(.down) * spacing)
    guard region.west < region.east, region.south < region.north else {
      throw StageError.outOfPlace(
        "no two nodes \(spacing) apart fit into the grid's area; give a region or a smaller spacing")
    }
    return try GridGeometry.dividing(region, spacing: spacing, isGeographic: isGeographic)
  }

  /// The largest upright rectangle whose sides none of the old grid's edges crosses inwards.
  private static func innerRegion(_ geometry: GridGeometry, _ projection: MapProjection) throws -> Region {
    func image(_ column: Int, _ row: Int) throws -> (Double, Double) {
      try transform(
        geometry.easting(column), geometry.northing(row), projection, toPlane: geometry.isGeographic)
    }
    let (columns, rows) = (geometry.columns - 1, geometry.rows - 1)
    let west = try (0...rows).map { try image(0, $0).0 }
    let east = try (0...rows).map { try image(columns, $0).0 }
    let south = try (0...columns).map { try image($0, 0).1 }
    let north = try (0...columns).map { try image($0, rows).1 }
    let region = Region(
      west: west.max() ?? 0, east: east.min() ?? 0, south: south.max() ?? 0, north: north.min() ?? 0)
    guard region.west < region.east, region.south < region.north else {
      throw StageError.missingSetting(
        name: Self.region.own(isGeographic: !geometry.isGeographic).name,
        because: "the old grid's edges enclose no upright rectangle in the new coordinates")
    }
    return region
  }

  private static func transform(
    _ x: Double, _ y: Double, _ projection: MapProjection, toPlane: Bool
  ) throws -> (Double, Double) {
    if toPlane {
      let point = try projection.project(longitude: x, latitude: y)
      return (point.easting, point.northing)
    }
    let place = try projection.locate(easting: x, northing: y)
    return (place.longitude, place.latitude)
  }

  private static func grid(
    _ data: Observations, _ geometry: GridGeometry, _ projection: MapProjection, _ target: GridGeometry,
    _ context: StageContext
  ) throws -> Observations {
    guard geometry.columns > 1, geometry.rows > 1 else {
      throw StageError.outOfPlace("a grid of one row or column can't be interpolated")
    }
    let nodes = target.nodes
    let (first, second) = try pairs(nodes.easting, nodes.northing) {
      try transform($0, $1, projection, toPlane: target.isGeographic)
    }
    let places = geometry.turned(Points(easting: first, northing: second))
    var result = try Observations(geometry: target, title: "projected grid")
    result.adoptAttributes(of: data)
    result.setAttribute("projection", text: projection.text)
    var missing = 0
    for field in try data.fields() {
      let values = try context[ModelSettings.interpolation].values(
        of: field.name, field.grid, at: places)
      result.set(field.name, values, units: data.units(field.name), longName: data.longName(field.name))
      missing = max(missing, values.count { $0.isNaN })
    }
    context.log("\(target.rows) x \(target.columns) nodes, \(target.region)")
    if missing > 0 {
      context.log("\(missing) of \(target.count) nodes have no value: they lie outside the grid")
    }
    return result
  }
}

extension MapProjection {
  /// In the words of PROJ, for people and other programs.
  var text: String {
    let words =
      switch kind {
      case .mercator(let latitude): "+proj=merc +lat_ts=\(latitude)"
      case .transverseMercator(let latitude, let scale): "+proj=tmerc +lat_0=\(latitude) +k=\(scale)"
      case .polarStereographic(let latitude):
        "+proj=stere +lat_0=\(latitude < 0 ? -90 : 90) +lat_ts=\(latitude)"
      }
    let shape =
      ellipsoid == .wgs84
      ? "+ellps=WGS84" : ellipsoid == .grs80 ? "+ellps=GRS80" : "+R=\(ellipsoid.semimajorAxis)"
    return "\(words) +lon_0=\(centralLongitude) +x_0=\(falseEasting) +y_0=\(falseNorthing) \(shape) +units=m"
  }
}

extension Project: ForeseeingKind {
  /// Of its output only what the coordinates mean is known.
  func foresee(_ request: ForesightRequest) -> Foresight {
    var foresight = Foresight()
    guard request.open.isEmpty, let isInverse = request[Self.inverse],
      let projection = Self.projection.knownProjection(request.settings)
    else { return foresight }
    let source = request.facts(Self.data).frame.flatMap { try? CoordinateSystem(text: $0) }
    do {
      foresight[Self.projected].frame = try Self.system(source, projection, isInverse).wellKnownText
    } catch {
      foresight.refuse("\(error)", at: Self.data)
    }
    return foresight
  }
}
