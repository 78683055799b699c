import Foundation
import Networks
import NumericCore

/// Mixture density networks beside exact posteriors and beside another program:
///
///     swift run -c release bench-networks choose FOLDER     # hidden units by held-back samples of training, not by the test
///     swift run -c release bench-networks reference FOLDER [PEER [PROBLEM]]  # KL of four problems from exact posteriors, three seeds
///     swift run -c release bench-networks speed [PEER]      # a committee of 10, and evaluations a second
///     swift run -c release bench-networks losses FOLDER [SEED]  # test losses by seconds of one thread, beside sbi_peer.py
///     swift run -c release bench-networks joint FOLDER [COUNT [SEED]]  # KL of three targets at once, by more samples than are stored
///     swift run -c release bench-networks tasks FOLDER [COUNT [DRAWS [TASK]]]  # C2ST of four tasks of sbibm, at 10⁴ simulations
///
/// FOLDER is `reference/inference` beside the checkout, whose README says what it holds. PEER is the folder of the built programs
/// `mdn_train` and `mdn_apply` of the Fortran package mixture-density-network (fc72cf6, gfortran -O3, OpenMP), which then learns the
/// same samples on as many threads; the two alternate. With it `reference` trains the package on square and kaufl_c2, too, and tells the
/// difference of both at each test datum with its standard error. DRAWS is the folder that `sbi_peer.py tasks` wrote: its draws are
/// judged as ours are. What came out stands in `measured.csv`.
@main struct BenchNetworks {
  static func main() throws {
    let words = Array(CommandLine.arguments.dropFirst())
    switch words.first {
    case "choose" where words.count == 2: try ReferenceProblems(folder: words[1]).choose()
    case "reference" where (2...4).contains(words.count):
      try ReferenceProblems(folder: words[1]).judge(
        peer: words.count > 2 ? words[2] : nil, only: words.count > 3 ? words[3] : nil)
    case "speed": try Speed(peer: words.count > 1 ? words[1] : nil).run()
    case "losses" where words.count == 2 || words.count == 3:
      try ReferenceProblems(folder: words[1]).losses(seed: words.count > 2 ? UInt64(words[2]) ?? 1 : 1)
    case "joint" where (2...4).contains(words.count):
      try ReferenceProblems(folder: words[1]).joint(
        count: words.count > 2 ? Int(words[2]) ?? 10_000 : 10_000,
        seed: words.count > 3 ? UInt64(words[3]) ?? 1 : 1)
    case "tasks" where (2...5).contains(words.count):
      try BenchmarkTasks(
        folder: words[1], count: words.count > 2 ? Int(words[2]) ?? 10_000 : 10_000,
        draws: words.count > 3 ? words[3] : nil
      ).run(only: words.count > 4 ? words[4] : nil)
    default:
      FileHandle.standardError.write(
        Data(
          """
          usage: bench-networks choose FOLDER | reference FOLDER [PEER [PROBLEM]] | speed [PEER] | losses FOLDER [SEED]
            | joint FOLDER [COUNT [SEED]] | tasks FOLDER [COUNT [DRAWS [TASK]]]

          """.utf8))
      exit(64)
    }
  }

  static func seconds(_ body: () throws -> Void) rethrows -> Double {
    let start = ContinuousClock.now
    try body()
    let time = start.duration(to: .now).components
    return Double(time.seconds) + Double(time.attoseconds) * 1e-18
  }
}
