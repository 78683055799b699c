internal import NumericCore

/// How a variable of a NetCDF file lies on its axes.
struct GridLayout {
  let variable: Dataset.Variable
  private let kind: GridVariable.Kind?
  private let easting, northing: Axis
  private let units: (easting: String?, northing: String?)
  /// Whether eastings come first (vary slowest) in the file.
  private let isTransposed: Bool
  private let path: String
  private let coordinateSystem: CoordinateSystem?

  /// - Throws: `.wrongType`, `.wrongDimensions`, `.coordinateMissing`, `.unclearAxes` for what is no grid;
  ///   `.irregular`, `.coordinateNotFinite`, `.unsupported` for a grid that can't be taken.
  init(
    _ dataset: Dataset, _ variable: Dataset.Variable, _ options: GridReadOptions
  ) throws(DatasetError) {
    if case .text = variable.values {
      throw .wrongType(path: dataset.path, variable: variable.name, found: "text", expected: "numbers")
    }
    try GridMapping.checkNames(of: variable, dataset.path)
    let axes = GridAxes(dataset: dataset, options: options)
    let pair = try axes.horizontal(of: variable)
    try GridMapping.check(variable, pair, of: dataset)
    coordinateSystem = GridMapping.system(of: variable, in: dataset)
    (self.variable, path) = (variable, dataset.path)
    isTransposed = pair.isTransposed
    kind = axes.kind(of: pair)
    units = (axes.unit(of: pair.easting), axes.unit(of: pair.northing))
    let isAngle = kind == .geographic
    easting = try axes.axis(pair.easting, of: variable.name, isAngle: isAngle)
    northing = try axes.axis(pair.northing, of: variable.name, isAngle: isAngle)
  }

  func gridVariable(_ options: GridReadOptions) throws(DatasetError) -> GridVariable {
    let rule = Unpacking(variable)
    if let name = rule.unclear.first {
      let found = variable.attribute(name).map { "\($0.text ?? "\($0.numbers ?? [])")" } ?? ""
      throw .unclear(
        path: path, variable: variable.name,
        what: "has an attribute \(name) = '\(found)' that means no number",
        hint: "correct the attribute in the file")
    }
    guard let values = variable.decoded() else { preconditionFailure("text was refused before") }
    try checkPacked(rule, options)
    var grid = PlainGrid(name: variable.name, easting: easting, northing: northing, values: turned(values))
    (grid.kind, grid.coordinateUnits, grid.coordinateSystem) = (kind, units, coordinateSystem)
    (grid.units, grid.attributes) = (variable.units, variable.attributes)
    grid.isDepth = DepthWords.isDepth(variable.attributes)
    return try grid.gridVariable(options, path: path)
  }

  /// Of packed numbers the raw ones show an end of the integer type that was used as a mark.
  private func checkPacked(_ rule: Unpacking, _ options: GridReadOptions) throws(DatasetError) {
    guard rule.isPacked, options.isStrict, !options.keepsSuspected, options.missing.isEmpty,
      variable.storedAs?.isInteger == true, let raw = variable.rawNumbers
    else { return }
    let kept = raw.map { rule.isMissing(raw: $0) ? .nan : $0 }
    guard let mark = MissingMarks.suspected(kept) else { return }
    throw MissingMarks.Suspect(value: rule.unpacked(mark.value), count: mark.count)
      .error(path: path, variable: variable.name)
  }

  /// The values with northing slowest, both coordinates ascending.
  private func turned(_ raw: [Double]) -> [Double] {
    if !isTransposed && !easting.isDescending && !northing.isDescending { return raw }
    let (rows, columns) = (northing.count, easting.count)
    guard raw.count == rows * columns else { return raw }
    let (rowStride, columnStride) = isTransposed ? (1, rows) : (columns, 1)
    return [Double](unsafeUninitializedCapacity: rows * columns) { buffer, initialized in
      for row in 0..<rows {
        let fileRow = northing.isDescending ? rows - 1 - row : row
        for column in 0..<columns {
          let fileColumn = easting.isDescending ? columns - 1 - column : column
          buffer[row * columns + column] = raw[fileRow * rowStride + fileColumn * columnStride]
        }
      }
      initialized = rows * columns
    }
  }
}
