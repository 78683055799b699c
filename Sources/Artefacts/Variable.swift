/// A variable of artefacts, declared once: the same value writes it, reads it, and is named by what draws it.
public struct Variable: Sendable, Hashable {
  /// How a map of it is coloured where nothing else is said.
  public enum Look: Sendable, Hashable {
    /// Along a scale, or about zero where it has both signs and its quantity lies about zero.
    case plain
    /// What differs from something else: about zero, and its root mean square counts.
    case difference
    /// About zero where it has both signs, whatever its quantity.
    case signed
    /// A standard deviation, in colours that no one takes for those of the thing itself.
    case deviation
    /// Part of a whole: 0 to 1 in every map.
    case part
  }

  /// Name in files.
  public let name: String
  /// Nil where it is that of something else, such as a mean.
  public let quantity: Quantity?
  /// What it is, as files say it.
  public let longName: String
  /// How maps of it are coloured.
  public let look: Look
  /// Whether it places, weighs or marks the data rather than being what they are about.
  public let isBeside: Bool

  /// A thing itself rather than what stands beside it, coloured plainly, unless told otherwise.
  public init(
    _ name: String, _ quantity: Quantity?, _ longName: String, look: Look = .plain, isBeside: Bool = false
  ) {
    (self.name, self.quantity, self.longName) = (name, quantity, longName)
    (self.look, self.isBeside) = (look, isBeside)
  }

  /// The same variable where it means something more special.
  public func described(_ longName: String, _ quantity: Quantity? = nil) -> Variable {
    Variable(name, quantity ?? self.quantity, longName, look: look, isBeside: isBeside)
  }
}

/// Variables of one meaning with a name each behind a common beginning, such as percentiles.
public struct VariableSeries: Sendable, Hashable {
  /// What all their names begin with.
  public let prefix: String
  /// What they are, as files say it before the rest of the name.
  public let longName: String

  /// Of a beginning, and of what files say before the rest of a name.
  public init(_ prefix: String, _ longName: String) { (self.prefix, self.longName) = (prefix, longName) }

  /// The variable's name in files.
  public func name(_ rest: String) -> String { prefix + rest }

  /// The rest of a name of the series; nil for other names.
  public func rest(of name: String) -> String? {
    name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : nil
  }
}
