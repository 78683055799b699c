// numeric table

@testable import NumericCore

/// Eastings and northings by pyproj 3.7.2 (PROJ 9.5.1).
enum ProjectionReference {
  static func projection(_ name: String) throws -> MapProjection {
    switch name {
    case "mercParana":
      // +proj=merc +lat_ts=-22 +lon_0=-50 +ellps=WGS84
      try MapProjection(.mercator(trueScaleLatitude: -22), centralLongitude: -50)
    case "mercGRS":
      // +proj=merc +lon_0=20 +x_0=1000 +y_0=-2000 +ellps=GRS80
      try MapProjection(
        .mercator(trueScaleLatitude: 0), centralLongitude: 20, falseEasting: 1000, falseNorthing: -2000,
        ellipsoid: .grs80)
    case "mercSphere":
      // +proj=merc +lat_ts=30 +R=6371008.771415
      try MapProjection(.mercator(trueScaleLatitude: 30), centralLongitude: 0, ellipsoid: .sphere)
    case "utm33":
      // +proj=utm +zone=33 +ellps=WGS84
      try MapProjection(
        .transverseMercator(originLatitude: 0, scale: 0.9996), centralLongitude: 15, falseEasting: 500000)
    case "tmWide":
      // +proj=tmerc +lat_0=-30 +lon_0=135 +k=1 +x_0=100 +y_0=200 +ellps=GRS80
      try MapProjection(
        .transverseMercator(originLatitude: -30, scale: 1), centralLongitude: 135, falseEasting: 100,
        falseNorthing: 200, ellipsoid: .grs80)
    case "tmSphere":
      // +proj=tmerc +lat_0=10 +lon_0=-3 +k=0.9999 +R=6371008.771415
      try MapProjection(
        .transverseMercator(originLatitude: 10, scale: 0.9999), centralLongitude: -3, ellipsoid: .sphere)
    case "antarctic":
      // +proj=stere +lat_0=-90 +lat_ts=-71 +lon_0=0 +ellps=WGS84
      try MapProjection(.polarStereographic(trueScaleLatitude: -71), centralLongitude: 0)
    case "greenland":
      // +proj=stere +lat_0=90 +lat_ts=70 +lon_0=-45 +x_0=5 +y_0=7 +ellps=GRS80
      try MapProjection(
        .polarStereographic(trueScaleLatitude: 70), centralLongitude: -45, falseEasting: 5, falseNorthing: 7,
        ellipsoid: .grs80)
    case "northPole":
      // +proj=stere +lat_0=90 +lon_0=0 +ellps=WGS84
      try MapProjection(.polarStereographic(trueScaleLatitude: 90), centralLongitude: 0)
    case "southSphere":
      // +proj=stere +lat_0=-90 +lat_ts=-60 +lon_0=90 +R=6371008.771415
      try MapProjection(.polarStereographic(trueScaleLatitude: -60), centralLongitude: 90, ellipsoid: .sphere)
    default: preconditionFailure("no projection \(name)")
    }
  }

  static let rows: [(name: String, longitude: Double, latitude: Double, easting: Double, northing: Double)] =
    [
      ("mercParana", -57.75, -29.7, -800281.65768333, -3194609.999064877),
      ("mercParana", -50, 0, 0.0, 0.0),
      ("mercParana", -42.3, -14.5, 795118.5502144063, -1503626.3365720538),
      ("mercParana", 120, 85, 17554565.394344024, 18486754.221209913),
      ("mercParana", -229.9, -80.125, -18576860.67319112, -14449705.454521583),
      ("mercGRS", 18.5, -33.9, -165979.23618991024, -3993551.3900961177),
      ("mercGRS", 31, -22, 1225514.3987260093, -2497525.3935856954),
      ("mercGRS", 199, 60, 19927188.851995975, 8360698.548319188),
      ("mercSphere", 18.5, -33.9, 1781508.630781486, -3473536.749279504),
      ("mercSphere", -100, 70, -9629776.382602626, 9575075.836483894),
      ("utm33", 15, 0, 500000.00000000175, 0.0),
      ("utm33", 12, 0.001, 166021.4431311626, 110.68275598742355),
      ("utm33", 18, 60, 667294.8211244522, 6655205.483634564),
      ("utm33", 12.3, 84, 468502.1352492095, 9328832.055536052),
      ("utm33", 16.2, -33.4, 611593.6816074138, -3696275.7599367592),
      ("utm33", 15, 90, 500000.0, 9997964.943020998),
      ("tmWide", 95, -20, -4464839.917186817, 503648.1200408568),
      ("tmWide", 175, -20, 4465039.917186817, 503648.1200408565),
      ("tmWide", 110, -65, -1154609.2531753308, -4124353.363225239),
      ("tmWide", 150, 5, 1682744.2195048, 3892736.109002636),
      ("tmWide", 165, 45, 2360891.6767236926, 8763314.690426702),
      ("tmWide", 135, -90, 100.0, -6681652.331385443),
      ("tmSphere", -3, 10, 0.0, 1.4145066608101904e-09),
      ("tmSphere", 20, 50, 1634939.7306006374, 4705046.303099343),
      ("tmSphere", -30, -20, -2903277.4227019018, -3582312.508160399),
      ("antarctic", 0, -90, 0.0, 0.0),
      ("antarctic", 166.7, -77.85, 304792.0965436946, -1289361.3032177612),
      ("antarctic", -60, -65.1, -2379080.6465121172, 1373562.8516876001),
      ("antarctic", 45, -71, 1472733.796335524, 1472733.796335524),
      ("antarctic", -179.5, -89.999, -0.9481593942310756, -108.64830509236258),
      ("greenland", -45, 70, 5.0, -2187920.649310855),
      ("greenland", -50, 64.2, -247616.60287180557, -2830320.8721183357),
      ("greenland", 135, 80, 5.000000000132987, 1085927.2974105238),
      ("greenland", 10, 30, 5851073.121347753, -4096955.005146222),
      ("northPole", 0, 89.9999, 0.0, -11.169397956420319),
      ("northPole", 33, 75, 917530.5850991348, -1412873.201222452),
      ("northPole", -120, 55, -3490652.3997734785, 2015329.1026566296),
      ("southSphere", 90, -60, 0.0, 3185504.385707501),
      ("southSphere", -10, -75, -1541367.9217073366, -271784.7517955362),
    ]
}
