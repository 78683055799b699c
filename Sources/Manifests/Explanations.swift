/// The page of every code.
let explanations: [Int: Explanation] =
  [
    syntaxExplanations, nameExplanations, valueExplanations, graphExplanations, samplerExplanations,
    ruleExplanations,
  ].reduce(into: [:]) { all, part in
    all.merge(part) { _, _ in preconditionFailure("two explanations share a code") }
  }
