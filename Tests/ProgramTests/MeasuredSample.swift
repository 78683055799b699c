import Gravity
import NumericCore

/// A small survey as files of other programs would hold it: 300 stations 4 km up around 20° E, 28° S, over a relief
/// with a mountain and a lake, and gravity that is normal gravity plus a known anomaly.
enum MeasuredSample {
  struct Station {
    var longitude, latitude, height, anomaly: Double
  }

  static let stations: [Station] = (0..<300).map { index in
    func part(_ step: Double) -> Double { (Double(index) * step).truncatingRemainder(dividingBy: 1) }
    let longitude = 19 + 2 * part(0.6180339887498949)
    let latitude = -29.2 + 1.6 * part(0.7548776662466927)
    let square = (longitude - 20) * (longitude - 20) + (latitude + 28.4) * (latitude + 28.4)
    return Station(
      longitude: longitude, latitude: latitude, height: 4000 + 300 * part(0.5698402909980532),
      anomaly: 40 * Elementary.exp(-square / 0.2) - 10)
  }

  static let reliefGeometry = GridGeometry(
    region: Region(west: 18, east: 22, south: -30.5, north: -26.5), columns: 21, rows: 21, isGeographic: true)

  static let relief: [Double] = {
    let nodes = reliefGeometry.nodes
    return zip(nodes.easting, nodes.northing).map { longitude, latitude in
      let square = (longitude - 20.4) * (longitude - 20.4) + (latitude + 28.6) * (latitude + 28.6)
      return (1500 * Elementary.exp(-square / 0.5) - 100).rounded()
    }
  }()

  static func write(to project: TemporaryProject) throws {
    let normal = NormalGravity(.wgs84)
    var table = "lon,lat,h,g\n"
    for station in stations {
      let gravity = normal.magnitude(latitude: station.latitude, height: station.height) + station.anomaly
      // Western longitudes on the other convention mean the same place.
      table += "\(station.longitude - 360),\(station.latitude),\(station.height),\(gravity)\n"
    }
    try project.write("data/stations.csv", table)
    var text = "longitude latitude topography\n"
    let nodes = reliefGeometry.nodes
    for index in relief.indices.reversed() {
      text += "\(nodes.easting[index]) \(nodes.northing[index]) \(relief[index])\n"
    }
    try project.write("data/relief.xyz", text)
  }
}
