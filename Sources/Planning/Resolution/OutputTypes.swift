import Manifests

extension Resolution {
  /// An output with the type that it has in this manifest: `sameTypeAs` names an input, whose source decides, or the
  /// setting that names the arrows which a family moves.
  func typed(_ output: OutputSpec, of position: Int) -> OutputSpec {
    guard output.sameTypeAs != nil || output.name == OutputSpec.bestScore else { return output }
    var (result, spec, current) = (output, output, position)
    var visited: Set<Int> = []
    while let input = spec.sameTypeAs, visited.insert(current).inserted,
      let (next, source) = source(of: input, into: current)
    {
      (result.type, spec, current) = (source.type, source, next)
    }
    if let type = scoreType(of: output, position) { result.type = type }
    return result
  }

  /// What feeds an input, or the first arrow that a family moves.
  private func source(of input: String, into position: Int) -> (stage: Int, output: OutputSpec)? {
    var (input, position) = (input, position)
    if input == FamilySpec.moves, let moved = stages[position].resolved?.portReferences(input).first {
      guard let owner = positions[moved.stage] else { return nil }
      (input, position) = (moved.port, owner)
    }
    guard let reference = stages[position].references.first(where: { $0.isInput && $0.port == input }),
      let owner = reference.source.owner, let next = positions[owner.text]
    else { return nil }
    let name = reference.source.name.text
    guard
      let output = stages[next].kind?.outputs[name] ?? stages[next].kind?.signature.family?.stateSpec(name)
    else { return nil }
    return (next, output)
  }

  /// The score of the best trial is of the dimension of the scores.
  private func scoreType(of output: OutputSpec, _ position: Int) -> PortType? {
    guard output.isBestScore(of: stages[position].kind?.signature),
      let score = stages[position].resolved?.scoreSetting?.outputs.first, let owner = positions[score.stage]
    else { return nil }
    return stages[owner].kind?.outputs[score.port].flatMap { $0.type.isScalar ? $0.type : nil }
  }
}

extension OutputSpec {
  func isBestScore(of signature: StageSignature?) -> Bool {
    name == Self.bestScore && type == .scalar(.dimensionless) && signature?.family?.comparesMembers == true
  }
}
