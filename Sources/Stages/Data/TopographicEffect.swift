import Artefacts
import Datasets
import Gravity
import NumericCore
import Planning
import StageSupport
import Topography

/// Gravity of the masses between the ellipsoid and the Earth's surface, and of the water's deficit.
struct TopographicEffect: StageKind {
  static let topography = Input(
    "topography", [.topography], "height of the solid surface; should reach well beyond the observations")
  static let gravity = Input("gravity", [.gravity, .table], "the observations and their heights")
  static let effect = Output(
    "gravity", .grid, "the data with topographic_effect",
    noise: .init(variable: "gravity_anomaly", uncertainty: "uncert"), sameTypeAs: gravity)
  private static let cells = Setting(
    "cells", .word(ModelShape.self), .required, "that the masses are made of")
  private static let land = Setting(
    "land_density", .number(in: .kilogramPerCubicMetre), .default(2670), .atLeast(0),
    "of rock, which fills what lies above height 0")
  private static let water = Setting(
    "water_density", .number(in: .kilogramPerCubicMetre), .default(1040), .atLeast(0),
    "of water, in the place of rock where the surface lies below height 0")

  let signature = StageSignature(
    kind: "topographic_effect", version: 2,
    summary: "gravity of the topography above the ellipsoid and of the water below it, at the observations",
    declares: [topography, gravity, cells, land, water, effect])

  func run(_ context: StageContext) throws {
    var data = try Observations(path: context[Self.gravity])
    let relief = try TopographyArtefact(path: context[Self.topography])
    let surface = relief.topography
    if let datum = data.heightDatum, let other = relief.dataset.heightDatum, datum != other {
      throw StageError.outOfPlace(
        "the observations' heights are \(datum.inWords) and the topography's \(other.inWords): the observations would "
          + "lie in the air or in the ground; bring one to the other with add_grids and a geoid")
    }
    let heights = try data.values(
      GravityVariables.height.name, hint: "give the height of the observations where they are read")
    guard surface.geometry.columns > 1, surface.geometry.rows > 1 else {
      throw StageError.outOfPlace("the topography needs at least two rows and two columns")
    }
    let usesTesseroids = context[Self.cells] == .tesseroids
    guard surface.geometry.isGeographic == usesTesseroids else {
      throw StageError.outOfPlace(
        usesTesseroids
          ? "tesseroids need a topography in longitude and latitude, this one is in projected metres"
          : "prisms need a topography in projected metres, this one is in longitude and latitude: put a stage of "
            + "kind 'project' before, or take tesseroids")
    }
    let masses = Masses(
      surface: surface, land: context[Self.land], water: context[Self.water])
    let effect: [Double]
    if usesTesseroids {
      let places = try data.geographicPlaces()
      reportPlaces(Points(easting: places.longitude, northing: places.latitude), surface, context)
      effect = try masses.tesseroids(places, heights, context.workers)
    } else {
      let places = try data.projectedPlaces()
      reportPlaces(places, surface, context)
      let model = try masses.prisms(places, heights, context.workers)
      context.log(model.method)
      effect = model.gravity
    }
    data.set(GravityVariables.topographicEffect, effect)
    try data.write(to: context[Self.effect])
    context.log(
      "\(surface.geometry.count) \(usesTesseroids ? "tesseroids" : "prisms"), \(effect.count) observations, effect "
        + "from \(effect.min() ?? .nan) to \(effect.max() ?? .nan) mGal")
  }

  private func reportPlaces(_ places: Points, _ surface: Grid, _ context: StageContext) {
    let outside = (0..<places.count).count {
      !surface.geometry.holds(easting: places.easting[$0], northing: places.northing[$0])
    }
    if outside > 0 {
      context.log(
        "\(outside) of \(places.count) observations lie outside the topography: their effect is too small")
    }
    let missing = surface.values.count { $0.isNaN }
    if missing > 0 { context.log("\(missing) of \(surface.values.count) cells have no height and no mass") }
  }

  /// The layer between height 0 and the surface.
  private struct Masses {
    let surface: Grid
    let land, water: Double

    /// Rock above 0; below, the water's deficit: a layer's density is minus its contrast there.
    private var contrast: [Double] { surface.values.map { $0 >= 0 ? land : land - water } }
    private var level: [Double] { Array(repeating: 0, count: surface.geometry.count) }

    func prisms(
      _ places: Points, _ heights: [Double], _ workers: Workers
    ) throws -> ForwardModel.Result {
      for index in 0..<places.count {
        let (easting, northing) = (places.easting[index], places.northing[index])
        guard easting.isFinite, northing.isFinite, heights[index].isFinite else {
          throw InversionError.nonFiniteObservation(name: "the place", easting: easting, northing: northing)
        }
      }
      let layer = PrismLayer(
        topography: surface.values, geometry: surface.geometry, reference: level, densityContrast: contrast)
      let points = ObservationPoints(easting: places.easting, northing: places.northing, upward: heights)
      return ForwardModel.gz(of: layer, at: points, fewest: ForwardModel.patience, workers: workers)
    }

    func tesseroids(
      _ places: (longitude: [Double], latitude: [Double]), _ heights: [Double], _ workers: Workers
    ) throws -> [Double] {
      let radii = surface.geometry.northings.map { Ellipsoid.wgs84.geocentricRadius(latitude: $0) }
      let layer = TesseroidLayer(
        topography: surface.values, geometry: surface.geometry, reference: level, densityContrast: contrast,
        sphere: (0..<surface.geometry.count).map { radii[$0 / surface.geometry.columns] })
      let points = GeocentricPoints(
        longitude: places.longitude, latitude: places.latitude,
        radius: zip(places.latitude, heights).map { Ellipsoid.wgs84.geocentricRadius(latitude: $0) + $1 })
      return try TesseroidGravity.gz(of: layer, at: points, workers: workers)
    }
  }
}
