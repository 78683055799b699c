import Foundation
import Gravity
import Topography

// Measurements of the Fourier transforms, the fast operators and the inversion, on a machine that nobody
// else uses. README.md beside this has the figures and tells how to repeat the peer's runs.
//
//     swift run -c release bench-gravity [figures | growth [FILE.svg] | transforms | operators | small |
//       crossover | big]

let chosen = CommandLine.arguments.dropFirst().first
func wanted(_ name: String) -> Bool { chosen == nil || chosen == name }

if wanted("figures") { try benchFigures() }
if chosen == "growth" {
  try benchGrowth(CommandLine.arguments.dropFirst(2).first ?? "ci/bench-gravity/growth.svg")
}
if wanted("transforms") { benchTransforms() }
if wanted("operators") {
  for threads in [1, 2] {
    try benchOperators(1000, tolerance: 1e-6, threads: threads)
    try benchOperators(1000, tolerance: 1e-9, threads: threads)
  }
}
if wanted("small") {
  for (derivative, path) in [
    (.annulus, .fast), (.exact, .fast),
  ] as [(Derivative, InversionPath)] {
    try benchInversion(
      (161, 121), iterations: 5, derivative: derivative, damping: 0.1, path: path, threads: 2)
  }
}
if wanted("crossover") {
  for size in [12, 16, 20, 24, 28, 36, 48, 64] {
    for path in [InversionPath.dense, .fast] {
      try benchInversion(
        (size, size), iterations: 10, derivative: .annulus, damping: 0.1, path: path, threads: 1)
    }
  }
}
if wanted("big") { try benchMillion() }
