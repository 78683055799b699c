/// A manifest as it was written: sections and lines in order, every part with its place. Values are not
/// typed yet; that needs the signatures of the stages.
public struct ManifestSyntax: Sendable, Equatable {
  /// Path of the file as the user named it.
  public var path: String
  /// Version of the language, 1 unless the first line says otherwise.
  public var version: Int
  /// Sections of included files first, in the order of the `include` lines, then the file's own.
  public var sections: [SectionSyntax]

  /// A manifest of these sections.
  public init(path: String, version: Int = 1, sections: [SectionSyntax] = []) {
    (self.path, self.version, self.sections) = (path, version, sections)
  }
}

/// A name and where it stands.
public struct NameSyntax: Sendable, Equatable {
  /// As written.
  public var text: String
  /// Where it stands.
  public var place: SourcePlace

  /// A name at a place.
  public init(_ text: String, _ place: SourcePlace) { (self.text, self.place) = (text, place) }
}

/// `[…]` and the lines below it.
public struct SectionSyntax: Sendable, Equatable {
  /// What the header says.
  public enum Kind: Sendable, Equatable {
    case pipeline
    /// The kind is nil where the header could not be read to its end; the name is still known.
    case stage(name: NameSyntax, kind: NameSyntax?)
    case profile(NameSyntax)
    case expect
    /// What stands in `results/` beside the results themselves.
    case results
    /// A header that could not be read at all. Its lines are read for their mistakes only.
    case unreadable
  }

  /// What the header says.
  public var kind: Kind
  /// The header.
  public var place: SourcePlace
  /// The lines below it, in their order.
  public var lines: [LineSyntax]

  /// A section with its lines.
  public init(kind: Kind, place: SourcePlace, lines: [LineSyntax] = []) {
    (self.kind, self.place, self.lines) = (kind, place, lines)
  }
}

/// The sign between the two sides of a line.
public enum LineOperator: String, Sendable, Equatable, CaseIterable {
  /// Fixes a setting, takes an output, draws from a distribution.
  case fixes = "="
  case takes = "<-"
  case draws = "~"
  case atMost = "<="
  case atLeast = ">="
  case below = "<"
  case above = ">"
}

/// One setting: `name = value`, `stage.name ~ distribution`, `stage.output <= bound`.
public struct LineSyntax: Sendable, Equatable {
  /// One name, or two joined by a dot.
  public var target: DottedName
  /// The operator between the two.
  public var sign: LineOperator
  /// What stands behind it.
  public var value: ValueSyntax
  /// The line as written, without its comment; of lines of `[expect]` only, which are quoted after a run.
  public var text: String

  /// A line with its text as written.
  public init(target: DottedName, sign: LineOperator, value: ValueSyntax, text: String) {
    (self.target, self.sign, self.value, self.text) = (target, sign, value, text)
  }
}

/// `name` or `owner.name`; of a line of a stage `scope.owner.name`, too.
public struct DottedName: Sendable, Equatable, CustomStringConvertible {
  /// What stands before two dots: what the line says of another stage's setting; nil without two.
  public var scope: NameSyntax?
  /// What stands before the dot; nil without one.
  public var owner: NameSyntax?
  /// What stands behind the dot, or the whole.
  public var name: NameSyntax

  /// A name with its owner.
  public init(owner: NameSyntax?, name: NameSyntax) { (self.owner, self.name) = (owner, name) }

  /// As written.
  public var description: String { [scope, owner, name].compactMap(\.?.text).joined(separator: ".") }

  /// All names together.
  public var place: SourcePlace {
    guard let first = scope ?? owner else { return name.place }
    var whole = first.place
    whole.length = name.place.column + name.place.length - first.place.column
    return whole
  }
}

/// A value and where it stands.
public struct ValueSyntax: Sendable, Equatable {
  /// The forms that a value has.
  public indirect enum Form: Sendable, Equatable {
    /// `1 km`: the number as written, and its unit.
    case number(ExactDecimal, unit: NameSyntax?)
    case word(String)
    case text(String)
    /// `file("path")`, the path as written.
    case file(String)
    /// `$name`
    case variable(String)
    /// `stage.port`
    case dotted(DottedName)
    /// `a, b, c`
    case list([ValueSyntax])
    /// `a .. b`; a unit behind b belongs to a as well unless a has its own.
    case range(ValueSyntax, ValueSyntax)
    case call(CallSyntax)
    /// Could not be read; the mistake has been reported.
    case unreadable
  }

  /// What it is.
  public var form: Form
  /// Where it stands.
  public var place: SourcePlace
  /// Of a list or a call with commas between digits: the text with points for them, in case they were decimal commas.
  public var withPoints: String?

  /// A value at a place.
  public init(_ form: Form, _ place: SourcePlace) { (self.form, self.place) = (form, place) }
}

/// `normal(2669, 50, low_pass = 10 km) kg/m3`
public struct CallSyntax: Sendable, Equatable {
  /// An argument that is named.
  public struct Option: Sendable, Equatable {
    /// What is named.
    public var name: NameSyntax
    /// What it is set to.
    public var value: ValueSyntax
    /// A named argument.
    public init(name: NameSyntax, value: ValueSyntax) { (self.name, self.value) = (name, value) }
  }

  /// What is called.
  public var name: NameSyntax
  /// Those without a name, in their order.
  public var arguments: [ValueSyntax]
  /// Those with a name, in their order.
  public var options: [Option]
  /// Behind the closing parenthesis: the unit of every argument that has none.
  public var unit: NameSyntax?

  /// A call as written.
  public init(name: NameSyntax, arguments: [ValueSyntax], options: [Option], unit: NameSyntax?) {
    (self.name, self.arguments, self.options, self.unit) = (name, arguments, options, unit)
  }
}
