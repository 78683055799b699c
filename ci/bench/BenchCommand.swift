import ArgumentParser

/// Measurements that the tests don't make: they take minutes and depend on the machine.
@main
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measures the engine at scale and feeds its readers mutated input.",
    subcommands: [
      ScaleCommand.self, PipelinesCommand.self, OnceCommand.self, FuzzCommand.self, ProbeCommand.self,
    ])
}
