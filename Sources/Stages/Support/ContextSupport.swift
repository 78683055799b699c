import Artefacts
public import NumericCore
public import Planning

extension StageContext {
  /// Threads of the scheduler's budget for the loops of a computation, and the instruction set that the program chose.
  public var workers: Workers {
    Workers(
      borrow: borrowThreads, giveBack: returnThreads,
      instructions: instructions.flatMap(InstructionSet.init)?.orNarrower ?? .processor)
  }

  /// Path of an input that the signature requires.
  public func input(_ port: String) -> String {
    guard let path = inputs[port] else { preconditionFailure("no input \(port)") }
    return path
  }

  public func output(_ port: String) -> String {
    guard let path = outputs[port] else { preconditionFailure("no output \(port)") }
    return path
  }
}

extension Settings {
  /// Kilometres, metres and the like in metres.
  public func metres(_ name: String) -> Double { number(name, in: .metre) }
  public func milligal(_ name: String) -> Double { number(name, in: .milligal) }
  public func kilogramPerCubicMetre(_ name: String) -> Double { number(name, in: .kilogramPerCubicMetre) }

  /// The elements of a list as they are.
  public func elements(_ name: String) -> [SettingValue] {
    if case .list(let elements)? = values[name] { elements } else { [] }
  }

  public func region(_ name: String) -> Region {
    let edges = numbers(name, in: .metre)
    return Region(west: edges[0], east: edges[1], south: edges[2], north: edges[3])
  }

  /// A word or quoted text.
  public func name(_ setting: String) -> String {
    guard let name = optionalWord(setting) ?? optionalText(setting) else {
      preconditionFailure("no name \(setting)")
    }
    return name
  }
}
