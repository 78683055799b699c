// swift-tools-version: 6.1
import Foundation
import PackageDescription

// The layers of DESIGN §4. A module may import only what stands in its row; the matrix is
// checked below while the manifest is evaluated, and every build passes
// `--explicit-target-dependency-import-check error`, so an undeclared import fails too.
enum Layer: Int {
  case systemLibrary, core, science, solution, files, text, plan, engine, contents, bridge, program
}

struct Module {
  let name: String
  let layer: Layer
  var uses: [String] = []
  var packages: [Target.Dependency] = []
  /// Modules that only the tests use, to read reference files.
  var testUses: [String] = []
  /// Folder of the sources, where it isn't Sources/NAME.
  var path: String?
}

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")

let modules: [Module] = [
  // science: no files, clock, manifests, printing
  Module(name: "NumericCore", layer: .core, uses: ["CKernels"]),
  Module(
    name: "Gravity", layer: .science, uses: ["CKernels", "NumericCore"], testUses: ["Datasets"]),
  Module(name: "Inference", layer: .science, uses: ["NumericCore"]),
  Module(
    name: "Inversion", layer: .solution, uses: ["CKernels", "Gravity", "NumericCore"],
    testUses: ["Datasets"]),
  // files
  Module(name: "Datasets", layer: .files, uses: ["CNetCDF", "CZlib", "NumericCore"]),
  // engine: no physics
  Module(name: "Manifests", layer: .text),
  Module(name: "Planning", layer: .plan, uses: ["Manifests"], packages: [crypto]),
  Module(name: "Execution", layer: .engine, uses: ["Manifests", "Planning"]),
  // what artefacts hold: types, quantities, variables, views
  Module(name: "Artefacts", layer: .contents, uses: ["Planning", "Datasets"], testUses: ["Manifests"]),
  // bridge
  Module(
    name: "Reporting", layer: .bridge,
    uses: ["Artefacts", "Planning", "Datasets", "Inference", "NumericCore"], testUses: ["Manifests"]),
  // Feeds every reader with mutated input; part of no program that is shipped.
  Module(
    name: "Fuzzing", layer: .program,
    uses: ["Execution", "Stages", "Planning", "Manifests", "Datasets", "NumericCore"],
    testUses: ["bench"], path: "ci/fuzzing"),
  Module(
    name: "Stages", layer: .bridge,
    uses: ["Artefacts", "Planning", "Datasets", "Inversion", "Inference", "Gravity", "NumericCore"],
    testUses: ["Manifests"]),
]

let program = Module(
  name: "pipe", layer: .program,
  uses: ["Execution", "Stages", "Reporting", "Artefacts", "Planning", "Manifests", "Datasets"],
  packages: [argumentParser])

/// Measurements at scale, and mutated inputs by the million: `bench scale`, `bench fuzz`.
let bench = Module(
  name: "bench", layer: .program,
  uses: ["Fuzzing", "Execution", "Planning", "Manifests", "Datasets"], packages: [argumentParser],
  path: "ci/bench")

let programs = [program, bench]

/// C beneath the layers: the NetCDF library, zlib, and inner loops compiled for several instruction sets.
let cTargets: Set = ["CNetCDF", "CZlib", "CKernels"]

func checkLayers() {
  let forbidden: Set<Set<String>> = [["Execution", "Stages"], ["Execution", "Datasets"]]
  let layers = Dictionary(uniqueKeysWithValues: (modules + programs).map { ($0.name, $0) })
  for module in modules + programs {
    for used in module.uses where !cTargets.contains(used) {
      guard let target = layers[used] else { fatalError("\(module.name) uses unknown \(used)") }
      let downwards = target.layer.rawValue < module.layer.rawValue
      let sideways = module.name == "bench" && used == "Fuzzing"
      precondition(downwards || sideways, "\(module.name) must not import \(used): it lies above")
      precondition(
        module.layer == .program || !forbidden.contains([module.name, used]),
        "\(module.name) and \(used) never import each other")
      let science: Set<Layer> = [.core, .science, .solution]
      if science.contains(module.layer) {
        precondition(science.contains(target.layer), "science module \(module.name) uses \(used)")
      }
      if [Layer.text, .plan, .engine].contains(module.layer) {
        precondition(
          [Layer.text, .plan].contains(target.layer), "engine module \(module.name) uses \(used)")
      }
    }
  }
}
checkLayers()

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .unsafeFlags(["-warnings-as-errors"]),
]

func dependencies(of module: Module) -> [Target.Dependency] {
  module.uses.map { Target.Dependency(stringLiteral: $0) } + module.packages
}

// The papers behind a module stand beside its sources; the compiler must not take them for any.
func prose(of module: Module) -> [String] {
  let path = "\(Context.packageDirectory)/Sources/\(module.name)/References.md"
  return FileManager.default.fileExists(atPath: path) ? ["References.md"] : []
}

var targets: [Target] = [
  // Needs netcdf.h of libnetcdf-dev; the library itself is loaded when it is first used.
  .target(name: "CNetCDF"),
  // zlib1g-dev, which libnetcdf-dev brings by way of libhdf5-dev.
  .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["libnetcdf-dev"])]),
  .target(name: "CKernels"),
]
for module in modules {
  targets.append(
    .target(
      name: module.name, dependencies: dependencies(of: module), path: module.path,
      exclude: prose(of: module), swiftSettings: strict))
  targets.append(
    .testTarget(
      name: module.name + "Tests",
      dependencies: dependencies(of: module)
        + (module.testUses + [module.name]).map { .init(stringLiteral: $0) },
      swiftSettings: strict))
}
for program in programs {
  targets.append(
    .executableTarget(
      name: program.name, dependencies: dependencies(of: program), path: program.path,
      swiftSettings: strict))
}

// Measurements of the gravity operators; see its main.swift.
targets.append(
  .executableTarget(
    name: "bench-gravity", dependencies: ["CKernels", "Gravity", "Inversion", "NumericCore"],
    path: "ci/bench-gravity", exclude: ["README.md", "growth.svg"], swiftSettings: strict))

// Regret of the optimisers against the number of trials: `swift run -c release bench-inference`.
targets.append(
  .executableTarget(
    name: "bench-inference", dependencies: ["Inference"], path: "ci/bench-inference", swiftSettings: strict,
    // Swift's rounding functions call it where the processor has no instruction for them.
    linkerSettings: [.linkedLibrary("m")]))

// Speeds of the kernels and of the dense solver: `swift run -c release bench-kernels`.
targets.append(
  .executableTarget(
    name: "bench-kernels", dependencies: ["CKernels", "Gravity", "Inversion", "NumericCore"],
    path: "ci/bench-kernels", swiftSettings: strict))

// The built program as a user runs it; the dependency on it makes the tests build it.
targets.append(
  .testTarget(
    name: "ProgramTests",
    dependencies: ["pipe", "Datasets", "Gravity", "Inference", "NumericCore", "Planning", "Stages"],
    swiftSettings: strict))

let package = Package(
  name: "pipe",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "pipe", targets: ["pipe"])],
  dependencies: [
    // Commands, help and completion of `pipe`: the Swift project's own parser.
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    // SHA-256 of recipes and objects, with the processor's own instructions.
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
  ],
  targets: targets
)
