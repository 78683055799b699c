/// Numbers at places, the nodes of a grid or the rows of a table, that a report is made from: a variable, or what follows
/// from several.
public indirect enum Field: Sendable, Hashable {
  /// A variable of one of the stage's own outputs.
  case own(String, Variable)
  /// A variable of what feeds one of the stage's inputs.
  case input(String, Variable)
  /// What a stage of the pipeline has made and others should find: `Landmark.truth`.
  case truth(Variable)
  /// What the pipeline begins with: `Landmark.start`.
  case start(Variable)
  /// The first minus the second, at the places of the second.
  case difference(Field, Field)
  /// The first minus the second, at the places of the first.
  case excess(of: Field, over: Field)
  case sum(Field, Field)
  /// The first over the second, at the places of the first, where both are there.
  case ratio(Field, Field)
  case magnitude(Field)
  /// The first read at the places of the second.
  case at(Field, Field)
  /// Only where the second is 1 and the third has a value.
  case held(Field, where: Field, with: Field)
  /// The first in per cent of the greatest size of the second.
  case percent(Field, ofGreatest: Field)
}

/// One number of a report.
public indirect enum Number: Sendable {
  /// A scalar output.
  case scalar(String)
  /// A scalar output that is a part, in per cent.
  case percentage(String)
  case rootMeanSquare(Field)
  case mean(Field)
  case greatest(Field)
  /// Per cent of the places where the size is at most so much.
  case share(Field, within: Double)
  /// Rows of a table that have places.
  case rows(String)
  /// A number among the attributes of an output's file.
  case attribute(String, String)
  /// The first that is there.
  case first([Number])
}

/// A number that says something only beside another: the report puts both next to each other and says in words what follows.
public enum Judgement: Sendable {
  /// A misfit, beside the standard deviation that the data state.
  case noise(of: Number, stated: Number)
  /// Per cent of places within some deviations of the truth, beside how many there are of a normal distribution.
  case coverage(of: Number, nominal: Double)
}

/// Something that the reports of other stages refer to.
public struct Landmark: Sendable, Hashable {
  /// What another stage may take it for.
  public enum Role: Sendable, Hashable {
    /// What an inversion should find, known since the data were made from it.
    case truth
    /// What the work begins with.
    case start
    /// Places where the truth is known.
    case knownPoints
  }

  /// What it is to others.
  public let role: Role
  /// The output that holds it.
  public let port: String
  /// Nil for places.
  public let variable: Variable?

  private init(_ role: Role, _ port: String, _ variable: Variable?) {
    (self.role, self.port, self.variable) = (role, port, variable)
  }

  /// The known answer: `variable` of the output `port`.
  public static func truth(_ port: String, _ variable: Variable) -> Landmark {
    Landmark(.truth, port, variable)
  }
  /// Where an inversion set out from: `variable` of the output `port`.
  public static func start(_ port: String, _ variable: Variable) -> Landmark {
    Landmark(.start, port, variable)
  }
  /// The output `port`, a table with a row a point.
  public static func knownPoints(_ port: String) -> Landmark { Landmark(.knownPoints, port, nil) }
}

/// Places that a map shows as dots.
public enum Dots: Sendable, Hashable {
  /// The first known points of the pipeline.
  case known
  /// Those of an output of the stage.
  case own(String)
  /// Those of what feeds an input of the stage.
  case input(String)
  /// Of what feeds an input the row that has the value of a setting in a column; all where the stage does not have it.
  case row(of: String, column: String, setting: String)
}
