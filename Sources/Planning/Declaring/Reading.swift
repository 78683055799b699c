extension Settings {
  /// The value of a setting that the stage's kind declares.
  /// - Precondition: the settings are those of a checked stage of that kind.
  public subscript<Value>(_ setting: Setting<Value>) -> Value {
    guard let value = setting.read(values[setting.name]) else {
      let found = values[setting.name].map { display($0, type: setting.spec.type) } ?? "nothing"
      preconditionFailure("setting \(setting.name) takes \(setting.spec.type.inWords) and has \(found)")
    }
    return value
  }

  /// The value of a setting that need not be given, where a rule of the kind says that it is (`.needs`).
  /// - Precondition: it is given.
  public subscript<Value>(given setting: Setting<Value?>) -> Value {
    guard let value = self[setting] else { preconditionFailure("setting \(setting.name) is not given") }
    return value
  }
}

extension StageContext {
  /// The value of a setting that the stage's kind declares.
  public subscript<Value>(_ setting: Setting<Value>) -> Value { settings[setting] }

  /// The value of a setting that need not be given, where a rule of the kind says that it is (`.needs`).
  /// - Precondition: it is given.
  public subscript<Value>(given setting: Setting<Value?>) -> Value { settings[given: setting] }

  /// Path of a file to read that need not be fed, where a rule of the kind says that it is (`.needs`).
  /// - Precondition: something feeds it.
  public subscript(given input: Input<String?>) -> String {
    guard let path = self[input] else { preconditionFailure("no input \(input.name)") }
    return path
  }

  /// Path of a file to read.
  public subscript<Path>(_ input: Input<Path>) -> Path {
    guard let path = input.read(inputs[input.name]) else { preconditionFailure("no input \(input.name)") }
    return path
  }

  /// Path of a file to write.
  public subscript(_ output: Output) -> String {
    guard let path = outputs[output.name] else { preconditionFailure("no output \(output.name)") }
    return path
  }
}

extension DesignRequest {
  /// The value of a setting of the family.
  public subscript<Value>(_ setting: Setting<Value>) -> Value { settings[setting] }
}
