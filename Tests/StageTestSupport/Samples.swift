public import Datasets
public import NumericCore

/// Small grids and tables to feed stages with.
public enum Samples {
  /// Nodes from 0 m, or from 0°, on.
  public static func nodes(
    _ columns: Int, _ rows: Int, spacing: Double = 1000, isGeographic: Bool = false
  ) -> GridGeometry {
    let region = Region(
      west: 0, east: Double(columns - 1) * spacing, south: 0, north: Double(rows - 1) * spacing)
    return GridGeometry(region: region, spacing: spacing, isGeographic: isGeographic)
  }

  /// Fields of eastings and northings (longitudes and latitudes) at the nodes of a grid: gravity in mGal, else metres.
  public static func grid(
    _ geometry: GridGeometry, _ fields: KeyValuePairs<String, (Double, Double) -> Double>
  ) throws -> Dataset {
    var dataset = Dataset()
    let nodes = geometry.nodes
    for (name, field) in fields {
      let values = zip(nodes.easting, nodes.northing).map { field($0, $1) }
      let units = name.contains("gravity") || name == "uncert" ? "mGal" : "m"
      try dataset.addGrid(name, Grid(geometry: geometry, values: values), units: units, longName: name)
    }
    return dataset
  }

  /// A gravity anomaly, mGal, observed at one height.
  public static func gravity(
    _ geometry: GridGeometry, height: Double = 0, _ anomaly: @escaping (Double, Double) -> Double
  ) throws -> Dataset {
    try grid(geometry, ["gravity_anomaly": anomaly, "upward": { _, _ in height }])
  }

  /// Rows of points; units of the usual columns.
  public static func table(_ columns: KeyValuePairs<String, [Double]>) throws -> Dataset {
    var dataset = Dataset()
    for (name, values) in columns {
      let units =
        switch name {
        case "longitude": "degrees_east"
        case "latitude": "degrees_north"
        case "easting", "northing", "upward": "m"
        default: "mGal"
        }
      try dataset.addColumn(name, values, units: units, longName: name)
    }
    return dataset
  }
}
