/// An input of a kind of stage: the value that declares it and by which its file is found.
///
///     static let data = Input("data", [.grid], "the data")
///     static let mask = Input.optional("mask", [.weights], "where the residual counts")
///
///     context[Self.data]        // String, the path of the file
///     context[Self.mask]        // String?, nil where nothing feeds it
public struct Input<Path: Sendable>: DeclaredEntry {
  /// As the signature has it.
  public let spec: InputSpec
  /// The path as the stage reads it; nil for an input that must be fed and is not.
  let read: @Sendable (String?) -> Path?

  /// As the manifest names it.
  public var name: String { spec.name }

  /// Adds it behind the inputs declared before.
  public func declare(in signature: inout StageSignature) { signature.inputs.append(spec) }
}

extension Input where Path == String {
  /// One that every stage of the kind needs.
  public init(_ name: String, _ accepts: [PortType], _ summary: String) {
    spec = InputSpec(name, accepts, summary)
    read = { $0 }
  }
}

extension Input where Path == String? {
  /// An input that may be left out.
  public static func optional(_ name: String, _ accepts: [PortType], _ summary: String) -> Self {
    Self(spec: InputSpec(name, accepts, required: false, summary), read: { .some($0) })
  }
}

/// An output of a kind of stage: the value that declares it and by which its file is written.
public struct Output: Declaration {
  /// As the signature has it.
  public let spec: OutputSpec

  /// As the manifest names it.
  public var name: String { spec.name }

  /// - Parameters: those of `OutputSpec`.
  public init(
    _ name: String, _ type: PortType, _ summary: String, noise: OutputSpec.Noise? = nil,
    collected: Collected = false,
    sameTypeAs input: (any DeclaredEntry)? = nil
  ) {
    spec = OutputSpec(name, type, summary, noise: noise, collected: collected, sameTypeAs: input?.name)
  }

  private init(_ spec: OutputSpec) { self.spec = spec }

  /// The same, made where somebody wants it and dropped when the stages that read it have run.
  public var volatile: Output {
    var changed = spec
    (changed.isOnDemand, changed.isVolatile) = (true, true)
    return Output(changed)
  }

  /// The same, made where somebody wants it and kept.
  public var onDemand: Output {
    var changed = spec
    changed.isOnDemand = true
    return Output(changed)
  }

  /// Adds it behind the outputs declared before.
  public func declare(in signature: inout StageSignature) { signature.outputs.append(spec) }
}
