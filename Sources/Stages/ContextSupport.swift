import NumericCore
import Planning

extension StageContext {
  /// Threads of the scheduler's budget for the loops of a computation.
  var workers: Workers { Workers(borrow: borrowThreads, giveBack: returnThreads) }

  /// Path of an input that the signature requires.
  func input(_ port: String) -> String {
    guard let path = inputs[port] else { preconditionFailure("no input \(port)") }
    return path
  }

  func output(_ port: String) -> String {
    guard let path = outputs[port] else { preconditionFailure("no output \(port)") }
    return path
  }
}

extension Settings {
  /// Kilometres, metres and the like in metres.
  func metres(_ name: String) -> Double { number(name, in: .metre) }
  func milligal(_ name: String) -> Double { number(name, in: .milligal) }
  func kilogramPerCubicMetre(_ name: String) -> Double { number(name, in: .kilogramPerCubicMetre) }

  /// The elements of a list as they are.
  func elements(_ name: String) -> [SettingValue] {
    if case .list(let elements)? = values[name] { elements } else { [] }
  }

  func region(_ name: String) -> Region {
    let edges = numbers(name, in: .metre)
    return Region(west: edges[0], east: edges[1], south: edges[2], north: edges[3])
  }
}
