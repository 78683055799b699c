// swift-tools-version: 6.1
import Foundation
import PackageDescription

// The layers, bottom first; Sources/pipe/pipe.docc/Architecture.md has the picture. A module may import only what stands in its row, and that lies in layers below its own
// which `mayUse` names; the matrix is checked below while the manifest is evaluated, and every build passes
// `--explicit-target-dependency-import-check error`, so an undeclared import fails too.
enum Layer: Int {
  case core, science, solution, files, text, plan, engine, contents, reports, support, stages, catalogue,
    tool,
    program

  /// Science knows no files and no manifests, the engine no physics and no files' format, and deciding, doing, kinds of
  /// stage and reports meet in programs only.
  var mayUse: Set<Layer> {
    switch self {
    case .core: []
    case .science, .solution: [.core, .science, .solution]
    case .files: [.core]
    case .text, .plan, .engine: [.text, .plan]
    case .contents: [.core, .files, .plan]
    case .reports: [.core, .science, .files, .plan, .contents]
    case .support, .stages: [.core, .science, .solution, .files, .plan, .contents, .support]
    case .catalogue: [.stages, .files, .text, .plan, .contents]
    case .tool, .program:
      [
        .core, .science, .solution, .files, .text, .plan, .engine, .contents, .reports, .support, .stages,
        .catalogue, .tool,
      ]
    }
  }
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
  var hasTests = true
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
  Module(name: "ForwardModels", layer: .science, uses: ["NumericCore"]),
  Module(name: "Geostatistics", layer: .science, uses: ["NumericCore"], testUses: ["Datasets"]),
  Module(name: "Optimisation", layer: .science, uses: ["CKernels", "NumericCore"]),
  Module(
    name: "Topography", layer: .solution, uses: ["Geostatistics", "Gravity", "NumericCore", "Optimisation"],
    testUses: ["CKernels", "Datasets"]),
  Module(
    name: "Waves", layer: .solution, uses: ["CKernels", "NumericCore"], testUses: ["Datasets"]),
  Module(
    name: "Networks", layer: .solution, uses: ["CKernels", "NumericCore", "Inference", "Optimisation"],
    testUses: ["Datasets", "ForwardModels"]),
  // files
  Module(name: "Datasets", layer: .files, uses: ["CNetCDF", "CZlib", "NumericCore"]),
  // engine: no physics
  Module(name: "Manifests", layer: .text),
  Module(name: "Planning", layer: .plan, uses: ["Manifests"], packages: [crypto], testUses: ["Artefacts"]),
  Module(name: "Execution", layer: .engine, uses: ["CZlib", "Manifests", "Planning"]),
  // what artefacts hold: types, quantities, variables, views
  Module(
    name: "Artefacts", layer: .contents, uses: ["Planning", "Datasets", "NumericCore"],
    testUses: ["Manifests", "StandardCatalogue"]),
  // what is drawn of results
  Module(
    name: "Reporting", layer: .reports,
    uses: ["Artefacts", "Planning", "Datasets", "Inference", "NumericCore"],
    testUses: ["Manifests", "StandardCatalogue"]),
  // kinds of stage, a module for each chapter of the manual
  Module(
    name: "StageSupport", layer: .support,
    uses: ["Artefacts", "Planning", "Datasets", "Topography", "Geostatistics", "NumericCore"],
    path: "Sources/Stages/Support", hasTests: false),
  stages("Data", uses: ["Topography", "Gravity"], testUses: ["Manifests"]),
  stages(
    "Topography", uses: ["Topography", "Geostatistics", "Optimisation", "Gravity"], testUses: ["Manifests"]),
  stages("Inference", uses: ["Topography", "Geostatistics", "Inference"], testUses: ["Manifests"]),
  stages("Judging", uses: ["Topography", "Inference"], testUses: ["Manifests", "Gravity"]),
  stages("Programs", uses: [], testUses: ["Manifests"]),
  stages("Waves", uses: ["Waves", "Gravity"], testUses: ["Geostatistics", "Inference"]),
  stages("Iteration", uses: ["Optimisation", "Geostatistics"], testUses: ["Manifests"]),
  stages(
    "Networks", uses: ["Networks", "ForwardModels", "Inference", "Geostatistics"], testUses: ["Manifests"]),
  Module(
    name: "StandardCatalogue", layer: .catalogue,
    uses: [
      "StagesData", "StagesTopography", "StagesInference", "StagesJudging", "StagesPrograms", "StagesWaves",
      "StagesIteration", "StagesNetworks", "Artefacts",
      "Planning", "Manifests", "Datasets",
    ], testUses: ["StageSupport", "Topography", "Gravity", "Inference", "NumericCore"]),
  // Feeds every reader with mutated input; part of no program that is shipped.
  Module(
    name: "Fuzzing", layer: .tool,
    uses: ["Execution", "StandardCatalogue", "Planning", "Manifests", "Datasets", "NumericCore"],
    testUses: ["bench"], path: "ci/fuzzing"),
]

/// A module of kinds of stage: those of the chapter of that name.
func stages(_ chapter: String, uses: [String], testUses: [String] = []) -> Module {
  Module(
    name: "Stages" + chapter, layer: .stages,
    uses: ["StageSupport", "Artefacts", "Planning", "Datasets", "NumericCore"] + uses,
    testUses: testUses + ["StageTestSupport"], path: "Sources/Stages/" + chapter)
}

let program = Module(
  name: "pipe", layer: .program,
  uses: [
    "Execution", "StandardCatalogue", "Reporting", "Artefacts", "Planning", "Manifests", "Datasets",
    "NumericCore",
  ],
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
  let layers = Dictionary(uniqueKeysWithValues: (modules + programs).map { ($0.name, $0.layer) })
  for module in modules + programs {
    for used in module.uses where !cTargets.contains(used) {
      guard let layer = layers[used] else { fatalError("\(module.name) uses unknown \(used)") }
      precondition(
        layer.rawValue < module.layer.rawValue,
        "\(module.name) must not import \(used): it does not lie below")
      precondition(
        module.layer.mayUse.contains(layer), "\(module.name) must not import \(used): see Layer.mayUse")
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

// What decides, writes and draws is as fast when it is built for size, in two thirds of the time.
let compact = strict + [.unsafeFlags(["-Osize"])]

func settings(of module: Module) -> [SwiftSetting] {
  switch module.layer {
  case .core, .science, .solution, .files: strict
  case .text, .plan, .engine, .contents, .reports, .support, .stages, .catalogue, .tool, .program: compact
  }
}

// Tests of what computes are built for size too; others are built twice as fast without optimisation. What they test is
// optimised.
let untuned = strict + [.unsafeFlags(["-Onone"])]

func testSettings(of module: Module) -> [SwiftSetting] {
  switch module.layer {
  case .core, .science, .solution: compact
  case .files, .text, .plan, .engine, .contents, .reports, .support, .stages, .catalogue, .tool, .program:
    untuned
  }
}

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
      exclude: prose(of: module), swiftSettings: settings(of: module)))
  guard module.hasTests else { continue }
  targets.append(
    .testTarget(
      name: module.name + "Tests",
      dependencies: dependencies(of: module)
        + (module.testUses + [module.name, "TestSupport"]).map { .init(stringLiteral: $0) },
      swiftSettings: testSettings(of: module)))
}
for program in programs {
  targets.append(
    .executableTarget(
      name: program.name, dependencies: dependencies(of: program), path: program.path,
      // What the manual's pages say of the method of each kind of stage.
      exclude: program.name == "pipe" ? ["Methods"] : [], swiftSettings: settings(of: program)))
}

// Measurements of the gravity operators; see its main.swift.
targets.append(
  .executableTarget(
    name: "bench-gravity",
    dependencies: ["CKernels", "Gravity", "NumericCore", "Optimisation", "Topography"],
    path: "ci/bench-gravity", exclude: ["README.md", "growth.svg"], swiftSettings: strict))

// Regret of the optimisers against the number of trials: `swift run -c release bench-inference`.
targets.append(
  .executableTarget(
    name: "bench-inference", dependencies: ["Inference"], path: "ci/bench-inference", swiftSettings: strict,
    // Swift's rounding functions call it where the processor has no instruction for them.
    linkerSettings: [.linkedLibrary("m")]))

// Networks beside exact posteriors and another program: `swift run -c release bench-networks`.
targets.append(
  .executableTarget(
    name: "bench-networks", dependencies: ["Networks", "NumericCore"], path: "ci/bench-networks",
    exclude: ["measured.csv", "sbi_peer.py"], swiftSettings: strict))

// Speeds of the kernels and of the dense solver: `swift run -c release bench-kernels`.
targets.append(
  .executableTarget(
    name: "bench-kernels",
    dependencies: ["CKernels", "Gravity", "NumericCore", "Optimisation", "Topography"],
    path: "ci/bench-kernels", swiftSettings: strict))

// Speed of wave simulations and their gradients: `swift run -c release bench-waves`.
targets.append(
  .executableTarget(
    name: "bench-waves", dependencies: ["NumericCore", "Waves"], path: "ci/bench-waves",
    exclude: ["peers.py"], swiftSettings: strict
  ))

// Coverage of an ensemble's intervals over replicas of its truth: `swift run -c release bench-uncertainty`.
targets.append(
  .executableTarget(
    name: "bench-uncertainty", dependencies: ["Datasets", "Inference", "NumericCore", argumentParser],
    path: "ci/bench-uncertainty", exclude: ["smoother.manifest"], swiftSettings: strict))

// What the tests share: reference numbers, scratch folders, closeness.
targets.append(
  .target(
    name: "TestSupport", dependencies: ["Datasets"], path: "Tests/TestSupport", swiftSettings: strict))
// One stage by itself, for tests of kinds.
targets.append(
  .target(
    name: "StageTestSupport",
    dependencies: [
      "TestSupport", "Artefacts", "Planning", "Manifests", "Datasets", "NumericCore",
    ],
    path: "Tests/StageTestSupport", swiftSettings: strict))

// The built program as a user runs it; the dependency on it makes the tests build it.
targets.append(
  .testTarget(
    name: "ProgramTests",
    dependencies: [
      "pipe", "CNetCDF", "Datasets", "Geostatistics", "Gravity", "Inference", "NumericCore", "Planning",
      "StandardCatalogue", "TestSupport", "Waves",
    ],
    exclude: ["Fixtures"], swiftSettings: untuned))

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
