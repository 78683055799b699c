/// Iterations of a run as `pipe tree --json` tells them.
struct TreeAnswer: Encodable {
  struct Iteration: Encodable {
    var iteration, rejected: Int
    var numbers: [String: Double]
  }

  struct Section: Encodable {
    var stage: String
    /// `inversion.iteration_1`; nil for a section that begins by itself.
    var continues: String?
    var events: [String]
    var iterations: [Iteration]
  }

  var pipeline: String
  var sections: [Section]

  init(_ tree: IterationTree, pipeline: String) {
    self.pipeline = pipeline
    sections = tree.sections.map { section in
      Section(
        stage: section.name,
        continues: section.parent.map { "\($0.name).\($0.iteration.map { "iteration_\($0)" } ?? "last")" },
        events: section.events,
        iterations: section.iterations.map { iteration in
          let numbers = Dictionary(iteration.numbers.map { ($0.name, $0.value) }) { $1 }
          return Iteration(iteration: iteration.number, rejected: iteration.rejected, numbers: numbers)
        })
    }
  }
}
