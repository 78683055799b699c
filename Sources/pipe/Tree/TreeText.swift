/// A tree of iterations as lines.
struct TreeText {
  private let tree: IterationTree
  private var lines: [String] = []

  init(_ tree: IterationTree) {
    self.tree = tree
    for section in tree.roots { add(section, indent: "") }
  }

  var text: String { lines.map { $0 + "\n" }.joined() }

  private mutating func add(_ section: IterationTree.Section, indent: String) {
    let parent = section.parent.map { parent in
      " (continues \(parent.name).\(parent.iteration.map { "iteration_\($0)" } ?? "last"))"
    }
    lines.append(indent + section.head + (parent ?? ""))
    if section.iterations.isEmpty { lines.append(indent + "└─ not in the last run") }
    for (index, iteration) in section.iterations.enumerated() {
      let isLast = index == section.iterations.count - 1
      lines.append(indent + (isLast ? "└─ " : "├─ ") + section.line(iteration))
      for child in tree.children(of: section, at: iteration.number) {
        add(child, indent: indent + (isLast ? "   " : "│  "))
      }
    }
  }
}
