import Foundation
import Networks
import NumericCore

/// Mixture density networks beside exact posteriors and beside another program:
///
///     swift run -c release bench-networks choose FOLDER     # hidden units by held-back samples of training, not by the test
///     swift run -c release bench-networks reference FOLDER [PEER [PROBLEM]]  # KL of four problems from exact posteriors, three seeds
///     swift run -c release bench-networks speed [PEER]      # a committee of 10, and evaluations a second
///     swift run -c release bench-networks tasks FOLDER      # C2ST of four tasks of sbibm at 10⁴ simulations
///
/// FOLDER is `reference/inference` beside the checkout, whose README says what it holds. PEER is the folder of the built programs
/// `mdn_train` and `mdn_apply` of the Fortran package mixture-density-network (fc72cf6, gfortran -O3, OpenMP), which then learns the
/// same samples on as many threads; the two alternate. With it `reference` trains the package on square and kaufl_c2, too, and tells the
/// difference of both at each test datum with its standard error.
@main struct BenchNetworks {
  static func main() throws {
    let words = Array(CommandLine.arguments.dropFirst())
    switch words.first {
    case "choose" where words.count == 2: try ReferenceProblems(folder: words[1]).choose()
    case "reference" where (2...4).contains(words.count):
      try ReferenceProblems(folder: words[1]).judge(
        peer: words.count > 2 ? words[2] : nil, only: words.count > 3 ? words[3] : nil)
    case "speed": try Speed(peer: words.count > 1 ? words[1] : nil).run()
    case "tasks" where words.count == 2: try BenchmarkTasks(folder: words[1]).run()
    default:
      FileHandle.standardError.write(
        Data(
          "usage: bench-networks choose FOLDER | reference FOLDER [PEER [PROBLEM]] | speed [PEER] | tasks FOLDER\n"
            .utf8))
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
