import Manifests

extension Resolution {
  /// An output with the type that it has in this manifest: `sameTypeAs` names an input, whose source decides.
  func typed(_ output: OutputSpec, of position: Int) -> OutputSpec {
    var (result, spec, current) = (output, output, position)
    var visited: Set<Int> = []
    while let input = spec.sameTypeAs, visited.insert(current).inserted,
      let reference = stages[current].references.first(where: { $0.isInput && $0.port == input }),
      let owner = reference.source.owner, let next = positions[owner.text],
      let source = stages[next].kind?.outputs[reference.source.name.text]
    {
      (result.type, spec, current) = (source.type, source, next)
    }
    return result
  }
}
