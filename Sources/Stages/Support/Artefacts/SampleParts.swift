import Artefacts
public import Datasets
import NumericCore
public import Planning

/// Which variables of an artefact are data, whether a member has simulated them or somebody has measured them.
public enum SampleParts {
  private static let beside: Set<String> = [
    "upward", "uncert", "test", "weight", TraceVariables.x.name, TraceVariables.z.name,
  ]

  /// Of grids what has been predicted, or else the first variable that places and weighs nothing; of anything else every
  /// variable of numbers with dimensions, but places.
  public static func variables(of source: Dataset) -> [Dataset.Variable] {
    let numbers = source.variables.filter { variable in
      guard case .double = variable.values else { return false }
      return !variable.dimensions.isEmpty && variable.dimensions != [variable.name]
        && !beside.contains(variable.name)
    }
    let grids = numbers.filter { Dataset.isGeographic($0.dimensions) != nil }
    let predicted = grids.first { $0.name == GravityVariables.forward.name }
    if let first = predicted ?? grids.first { return [first] }
    return numbers.filter { variable in
      !(variable.dimensions.count == 1 && PointVariables.places.contains { $0.name == variable.name })
    }
  }

  /// The numbers of a distribution in the unit that files give a variable in.
  public static func filed(_ distribution: Distribution, _ variable: MemberVariable) -> [Double] {
    let numbers = distribution.numbers
    switch distribution.name {
    case "log_normal": return [variable.filed(numbers[0])] + numbers.dropFirst()
    case "normal_between", "log_normal_between":
      return numbers.prefix(2).map(variable.filed) + numbers.dropFirst(2)
    case "samples": return []
    default: return numbers.map(variable.filed)
    }
  }
}
