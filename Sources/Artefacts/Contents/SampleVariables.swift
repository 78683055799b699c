/// Draws of a prior with what was simulated for each, under the names that its maker and its readers share.
public enum SampleVariables {
  /// The dimension that samples lie along.
  public static let dimension = "sample"
  /// Counted from 0 through all draws, failed ones too.
  public static let member = Variable("member", .count, "number of the draw")
  /// What was drawn: `param_NAME`.
  public static let parameter = VariableSeries("param_", "drawn")
  /// What was made of it beside the data: `derived_NAME`.
  public static let derived = VariableSeries("derived_", "derived")

  /// Attribute: names of the variables that make the data vector, in their order.
  public static let data = "data_variables"
  /// Attributes: draws in all, and those that failed.
  public static let (draws, failed) = ("draws", "failed_draws")
  /// Attribute: numbers of the draws that failed.
  public static let failedMembers = "failed_members"
  /// Attribute: the share of the prior that lies in the region that it has been truncated to.
  public static let share = "share_of_prior"
  /// Attribute of a parameter: the bounds of that region, in the unit of the variable.
  public static func bounds(_ parameter: String) -> String { "prior_\(parameter)_within" }
  /// Attributes of a parameter: the word of its distribution, and its numbers in the unit of the variable.
  public static func distribution(_ parameter: String) -> (word: String, numbers: String) {
    ("prior_\(parameter)", "prior_\(parameter)_numbers")
  }
}
