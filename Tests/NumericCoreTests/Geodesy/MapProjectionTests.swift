import Testing

@testable import NumericCore

@Suite struct MapProjectionTests {
  /// PROJ's numbers both ways, to a micrometre.
  @Test func agreesWithPROJ() throws {
    for row in ProjectionReference.rows {
      let projection = try ProjectionReference.projection(row.name)
      let point = try projection.project(longitude: row.longitude, latitude: row.latitude)
      let distance = max(abs(point.easting - row.easting), abs(point.northing - row.northing))
      #expect(distance < 1e-6, "\(row): \(point)")
      let place = try projection.locate(easting: row.easting, northing: row.northing)
      #expect(abs(place.latitude - row.latitude) < 1e-11, "\(row): \(place)")
      if abs(row.latitude) < 89.99 {
        let turn = (place.longitude - row.longitude).remainder(dividingBy: 360)
        #expect(abs(turn) < 1e-11, "\(row): \(place)")
      }
    }
  }

  /// A small step is stretched by the same factor in all directions and right angles stay right.
  @Test func mapsAreConformal() throws {
    for name in ["mercParana", "utm33", "tmWide", "antarctic", "greenland", "mercSphere"] {
      let map = try ProjectionReference.projection(name)
      let latitude = name == "antarctic" ? -75.3 : name == "greenland" ? 71.2 : -23.4
      let longitude = map.centralLongitude + 6.7
      let step = 1e-4
      let middle = try map.project(longitude: longitude, latitude: latitude)
      let east = try map.project(longitude: longitude + step, latitude: latitude)
      let north = try map.project(longitude: longitude, latitude: latitude + step)
      let across = (east.easting - middle.easting, east.northing - middle.northing)
      let up = (north.easting - middle.easting, north.northing - middle.northing)
      let e = map.ellipsoid
      let sine = Degrees.sincos(latitude).sin
      let prime = e.primeVerticalRadius(latitude: latitude)
      let meridian = prime * (1 - e.squaredEccentricity) / (1 - e.squaredEccentricity * sine * sine)
      let radian = step / Degrees.perRadian
      func length(_ v: (Double, Double)) -> Double { (v.0 * v.0 + v.1 * v.1).squareRoot() }
      let scaleAcross = length(across) / (prime * Degrees.sincos(latitude).cos * radian)
      let scaleUp = length(up) / (meridian * radian)
      #expect(abs(scaleAcross / scaleUp - 1) < 1e-5, "\(name)")
      let cosine = (across.0 * up.0 + across.1 * up.1) / (length(across) * length(up))
      #expect(abs(cosine) < 1e-5, "\(name)")
    }
  }

  @Test func thereAndBackEverywhere() throws {
    for name in ["mercParana", "utm33", "antarctic", "northPole"] {
      let map = try ProjectionReference.projection(name)
      let span = name == "utm33" ? 40.0 : 179
      for step in 0..<40 {
        let fraction = Double(step) / 39
        let longitude = map.centralLongitude - span + 2 * span * fraction
        let latitude = (name == "antarctic" ? -1 : 1) * (1 + 84 * fraction)
        let point = try map.project(longitude: longitude, latitude: latitude)
        let place = try map.locate(easting: point.easting, northing: point.northing)
        #expect(
          abs(place.longitude - longitude) < 1e-9 && abs(place.latitude - latitude) < 1e-9, "\(name) \(step)")
      }
    }
  }

  @Test func refusals() throws {
    let mercator = try MapProjection(.mercator(trueScaleLatitude: 0), centralLongitude: 0)
    #expect(throws: ProjectionError.notOnMap(longitude: 0, latitude: 90)) {
      try mercator.project(longitude: 0, latitude: 90)
    }
    #expect(throws: ProjectionError.latitudeOutOfRange(91, limit: 90)) {
      try mercator.project(longitude: 0, latitude: 91)
    }
    #expect(throws: ProjectionError.self) { try mercator.project(longitude: .nan, latitude: 0) }
    #expect(throws: ProjectionError.latitudeOutOfRange(90, limit: 90)) {
      try MapProjection(.mercator(trueScaleLatitude: 90), centralLongitude: 0)
    }
    let tm = try ProjectionReference.projection("utm33")
    #expect(throws: ProjectionError.notOnMap(longitude: 106, latitude: 10)) {
      try tm.project(longitude: 106, latitude: 10)
    }
    #expect(throws: ProjectionError.noPlace(easting: 4e7, northing: 0)) {
      try tm.locate(easting: 4e7, northing: 0)
    }
    let south = try ProjectionReference.projection("antarctic")
    #expect(throws: ProjectionError.notOnMap(longitude: 10, latitude: 90)) {
      try south.project(longitude: 10, latitude: 90)
    }
    #expect(throws: ProjectionError.latitudeOutOfRange(0, limit: 90)) {
      try MapProjection(.polarStereographic(trueScaleLatitude: 0), centralLongitude: 0)
    }
  }

  @Test func degreesAreExactAtQuarters() {
    #expect(Degrees.sincos(90) == (1, 0) && Degrees.sincos(-90) == (-1, 0))
    #expect(Degrees.sincos(180).sin == 0 && Degrees.sincos(180).cos == -1)
    #expect(Degrees.sincos(-270) == (1, 0) && Degrees.sincos(450) == (1, 0))
    #expect(abs(Degrees.sincos(150).cos + 0.8660254037844386) < 1e-15)
    #expect(abs(Degrees.sincos(-150).sin + 0.5) < 1e-15)
    #expect(Degrees.wrapped(180) == 180 && Degrees.wrapped(-180) == -180 && Degrees.wrapped(190) == -170)
  }
}
