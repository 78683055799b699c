public import Datasets
import NumericCore

/// How two versions of a result differ, by variable.
public struct VariableDifference: Sendable, Equatable {
  /// What became of a variable.
  public enum Change: Sendable, Equatable {
    case added
    case removed
    /// Dimensions or their sizes, as `easting 41 × northing 31`.
    case shape(old: String, new: String)
    /// Units, or another attribute of the variable.
    case attributes
    /// Text that differs, or missing values in other places: how many.
    case entries(Int)
    /// √(mean of squared differences) and the largest magnitude of them, over values that both have, and how
    /// many values only one of them has.
    case values(rms: Double, largest: Double, unpaired: Int)
  }

  /// Its name.
  public var variable: String
  /// Of the new dataset, or of the old one where it is gone.
  public var units: String?
  /// What became of it.
  public var change: Change

  /// What differs, in the order of the new dataset and then that of the old; empty if nothing does.
  public static func between(_ old: Dataset, _ new: Dataset) -> [VariableDifference] {
    var found = new.variables.compactMap { variable -> VariableDifference? in
      guard let before = old[variable.name] else {
        return VariableDifference(variable: variable.name, units: variable.units, change: .added)
      }
      guard let change = change(before, variable, old, new) else { return nil }
      return VariableDifference(variable: variable.name, units: variable.units, change: change)
    }
    for variable in old.variables where new[variable.name] == nil {
      found.append(VariableDifference(variable: variable.name, units: variable.units, change: .removed))
    }
    return found
  }

  private static func change(
    _ before: Dataset.Variable, _ now: Dataset.Variable, _ old: Dataset, _ new: Dataset
  ) -> Change? {
    let (oldShape, newShape) = (shape(before, old), shape(now, new))
    guard oldShape == newShape else { return .shape(old: oldShape, new: newShape) }
    guard let left = before.decoded(), let right = now.decoded() else {
      if case .text(let a) = before.values, case .text(let b) = now.values {
        let count = zip(a, b).count { $0 != $1 }
        if count > 0 { return .entries(count) }
      } else {
        return .entries(now.values.count)
      }
      return before.attributes == now.attributes ? nil : .attributes
    }
    let pairs = zip(left, right)
    let unpaired = pairs.count { $0.isNaN != $1.isNaN }
    let differences = pairs.compactMap { $0.isNaN || $1.isNaN || $0 == $1 ? nil : abs($1 - $0) }
    guard unpaired > 0 || !differences.isEmpty else {
      return before.attributes == now.attributes ? nil : .attributes
    }
    let all = pairs.compactMap { $0.isNaN || $1.isNaN ? nil : $0 == $1 ? 0 : $1 - $0 }
    return .values(
      rms: all.isEmpty ? 0 : Statistics.rms(all), largest: differences.max() ?? 0, unpaired: unpaired)
  }

  private static func shape(_ variable: Dataset.Variable, _ dataset: Dataset) -> String {
    variable.dimensions.isEmpty
      ? "one value"
      : variable.dimensions.map { "\($0) \(dataset.size(of: $0) ?? 0)" }.joined(separator: " × ")
  }
}

extension VariableDifference {
  /// `RMS 0.13 m, largest 1.2 m`
  public var text: String {
    let unit = units.map { $0 == "1" || $0.isEmpty ? "" : " " + $0 } ?? ""
    switch change {
    case .added: return "is new"
    case .removed: return "is gone"
    case .shape(let old, let new): return "\(old) → \(new)"
    case .attributes: return "attributes differ, values are equal"
    case .entries(let count): return count == 1 ? "1 entry differs" : "\(count) entries differ"
    case .values(let rms, let largest, let unpaired):
      let digits = { (value: Double) in NumberText.significant(value, 3) + unit }
      let missing = unpaired == 0 ? "" : ", \(unpaired) values missing on one side"
      return "RMS difference \(digits(rms)), largest \(digits(largest))\(missing)"
    }
  }
}
