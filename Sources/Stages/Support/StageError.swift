/// What only the meeting of settings and data can show to be wrong.
public enum StageError: Error, Equatable, CustomStringConvertible {
  case missingSetting(name: String, because: String)
  case missingVariable(String, artefact: String, hint: String)
  case gridsDiffer(String, String)
  case notDivided(extent: Double, spacing: Double, isGeographic: Bool = false)
  case noScore(trials: Int)
  case tooFewMembers(found: Int, failed: Int)
  case outOfPlace(String)

  /// What was found and what to do, as a sentence.
  public var description: String {
    switch self {
    case .missingSetting(let name, let reason): "setting '\(name)' is needed: \(reason)"
    case .missingVariable(let name, let artefact, let hint):
      "\(artefact) holds no variable '\(name)'; \(hint)"
    case .gridsDiffer(let first, let second): "\(first) and \(second) are not on the same grid"
    case .notDivided(let extent, let spacing, let isGeographic):
      "the spacing of \(spacing)\(isGeographic ? "°" : " m") does not divide the region's extent of "
        + "\(extent)\(isGeographic ? "°" : " m"); choose another spacing or move an edge"
    case .noScore(let trials):
      "none of the \(trials) trials has a score that is a number; "
        + "test_rmse needs gravity with nodes held out, by a stage of kind split_grid or testing_data = yes"
    case .tooFewMembers(let found, let failed):
      "an ensemble needs at least one member: \(found) succeeded, \(failed) failed"
    case .outOfPlace(let message): message
    }
  }
}
