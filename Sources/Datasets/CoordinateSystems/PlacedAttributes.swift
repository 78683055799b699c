internal import CNetCDF

/// What a placed file says of a variable beside its system, for programs that look for it: GMT for ranges, GDAL and the
/// conventions for points. It follows from the rest, so that a dataset in memory is without it.
struct PlacedAttributes {
  /// Whether the coordinate has no `axis`: with it ParaView takes eastings for longitudes and wraps the grid on a sphere.
  var losesAxis = false
  /// Whether `actual_range` is told.
  var hasRange = false
  var standardName, coordinates: String?

  /// Of the whole file.
  static let featureType = Dataset.Attribute(name: "featureType", value: .text("point"))

  /// Least and greatest; nil where there is no finite value.
  static func range(_ values: [Double]) -> [Double]? {
    var ends: (low: Double, high: Double)?
    for value in values where value.isFinite {
      ends = ends.map { (min($0.low, value), max($0.high, value)) } ?? (value, value)
    }
    return ends.map { [$0.low, $0.high] }
  }

  /// As the file has them.
  func filed(range: [Double]?) -> [Dataset.Attribute] {
    var result: [Dataset.Attribute] = []
    if hasRange, let range { result.append(.init(name: "actual_range", value: .numbers(range))) }
    if let standardName { result.append(.init(name: "standard_name", value: .text(standardName))) }
    if let coordinates { result.append(.init(name: "coordinates", value: .text(coordinates))) }
    return result
  }

  /// A variable as the file has it.
  func filed(_ variable: Dataset.Variable) -> Dataset.Variable {
    var range: [Double]?
    if case .double(let values) = variable.values, hasRange { range = Self.range(values) }
    return filed(variable, range: range)
  }

  /// The same with a range that is known.
  func filed(_ variable: Dataset.Variable, range: [Double]?) -> Dataset.Variable {
    var result = variable
    if losesAxis { result.attributes.removeAll { $0.name == Self.axis } }
    let own = filed(range: range)
    result.attributes.removeAll { old in own.contains { $0.name == old.name } }
    result.attributes += own
    return result
  }

  /// The opposite of `filed`.
  func takeBack(from variable: inout Dataset.Variable) {
    if hasRange { variable.attributes.removeAll { $0.name == "actual_range" } }
    variable.attributes.removeAll { attribute in
      (attribute.name == "standard_name" && standardName != nil && attribute.value.text == standardName)
        || (attribute.name == "coordinates" && coordinates != nil && attribute.value.text == coordinates)
    }
    guard losesAxis, variable.attribute(Self.axis) == nil else { return }
    let letter = variable.name.hasSuffix("easting") ? "X" : "Y"
    variable.attributes.append(.init(name: Self.axis, value: .text(letter)))
  }

  static let axis = "axis"
}

extension NetCDFHandle {
  /// Deletes the attribute of a coordinate, where it has one.
  func dropAxis(of variable: VariableInfo) throws(DatasetError) {
    let attributes = try attributes(of: variable.id, count: variable.attributeCount)
    guard attributes.contains(where: { $0.name == PlacedAttributes.axis }) else { return }
    try call("delete attribute 'axis' of '\(variable.name)'") {
      nc_del_att($0, variable.id, PlacedAttributes.axis)
    }
  }
}
