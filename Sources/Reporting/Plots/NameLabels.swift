/// What people call what a family has varied, where the name in files is no setting's own: `shallow.damping`, where the
/// kind of the stage and a number stand in files.
public typealias NameLabels = [String: String]

extension NameLabels {
  /// The label of a name, or the name.
  func label(_ name: String) -> String { self[name] ?? name }
}
