/// A medium: values of the parameters of one physics on the nodes of a section.
public struct WaveModel: Equatable, Sendable {
  /// Which waves there are.
  public let physics: Physics
  /// The nodes of its parameters.
  public let section: Section
  private var fields: [Parameter: [Double]]

  /// - Throws: `.missingParameter` or `.surplusParameter` where the fields are not those of the physics,
  ///   `.wrongCount`, `.notFinite`, `.notPositive`, and `.unstableStiffness` where c11 c33 ≤ c13².
  public init(
    physics: Physics, section: Section, fields: [Parameter: [Double]]
  ) throws(WaveError) {
    for parameter in Parameter.allCases {
      let needed = physics.parameters.contains(parameter)
      guard let values = fields[parameter] else {
        if needed { throw .missingParameter(parameter, physics) }
        continue
      }
      guard needed else { throw .surplusParameter(parameter, physics) }
      guard values.count == section.count else {
        throw .wrongCount(what: parameter.rawValue, found: values.count, expected: section.count)
      }
      if let index = values.firstIndex(where: { !$0.isFinite }) {
        throw .notFinite(
          what: parameter.rawValue, row: index / section.columns, column: index % section.columns)
      }
      if let index = values.firstIndex(where: { $0 <= 0 }) {
        throw .notPositive(
          what: parameter.rawValue, value: values[index], row: index / section.columns,
          column: index % section.columns)
      }
    }
    (self.physics, self.section, self.fields) = (physics, section, fields)
    if physics.systems.contains(.psv) { try checkStiffness() }
  }

  /// Values of a parameter of the physics, row by row.
  public subscript(parameter: Parameter) -> [Double] { fields.values(of: parameter) }

  /// The model with other values of one parameter.
  public func replacing(_ parameter: Parameter, by values: [Double]) throws(WaveError) -> WaveModel {
    var changed = fields
    changed[parameter] = values
    return try WaveModel(physics: physics, section: section, fields: changed)
  }

  /// The model on other nodes, parameters bilinearly interpolated.
  public func resampled(to section: Section) throws(WaveError) -> WaveModel {
    if section == self.section { return self }
    let map = SectionMap(from: self.section, to: section)
    return try WaveModel(
      physics: physics, section: section, fields: fields.mapValues { map.applied(to: $0) })
  }

  /// Fastest and slowest speed of the waves of its physics, m/s.
  public var speeds: (slowest: Double, fastest: Double) {
    var (slowest, fastest) = (Double.infinity, 0.0)
    for parameter in physics.parameters where parameter != .rho && parameter != .eta {
      for value in self[parameter] { (slowest, fastest) = (min(slowest, value), max(fastest, value)) }
    }
    return (slowest, fastest)
  }

  /// c11 > 0, c33 > 0, c44 > 0 and c11 c33 > c13².
  private func checkStiffness() throws(WaveError) {
    let (vpv, vph, vsv, eta) = (self[.vpv], self[.vph], self[.vsv], self[.eta])
    for index in 0..<section.count {
      let (c11, c33) = (vph[index] * vph[index], vpv[index] * vpv[index])
      let c13 = eta[index] * (c11 - 2 * vsv[index] * vsv[index])
      guard c11 * c33 > c13 * c13 else {
        throw .unstableStiffness(
          c11: c11, c33: c33, c13: c13, row: index / section.columns, column: index % section.columns)
      }
    }
  }
}

extension [Parameter: [Double]] {
  /// Values of a parameter that the physics has.
  func values(of parameter: Parameter) -> [Double] {
    guard let values = self[parameter] else { preconditionFailure("no values of \(parameter.rawValue)") }
    return values
  }
}
