public import Artefacts
import Datasets
import Manifests
public import Planning
import StagesData
import StagesInference
import StagesIteration
import StagesJudging
import StagesNetworks
import StagesPrograms
import StagesTopography
import StagesWaves

extension Catalogue {
  /// Every kind of stage that pipe knows.
  public static let standard: Catalogue = {
    var catalogue = own
    catalogue.memory = { ArtefactMemory(files: HeldFiles(shared: $0)) }
    catalogue.olderForms = { try NetCDFFile.olderForms(of: $0) }
    return catalogue
  }()

  private static let own = Catalogue(
    DataStages.kinds + TopographyStages.kinds + InferenceStages.kinds + JudgingStages.kinds
      + ProgramsStages.kinds + WavesStages.kinds + IterationStages.kinds + NetworksStages.kinds,
    vocabulary: Vocabulary(
      dimensions: PhysicalDimension.registered, types: PortType.registered, examples: examples),
    gather: { files, output, variables, path in
      guard output.type.form != .bytes else { throw GatherError(output: output.name) }
      try MemberRows.gather(files, keeping: variables, to: path)
    },
    perform: { try CoordinateHandover.perform($0, $1) },
    mixture: { CoordinateHandover.mixture($0, $1) },
    readScalar: { try ScalarFile.canonical($0) })

  /// For the pages of mistakes.
  private static let examples: [Int: MistakeExample] =
    [
      syntaxExamples, nameExamples, valueExamples, graphExamples, samplerExamples, ruleExamples,
      stageExamples,
    ].reduce(into: [:]) { all, part in
      all.merge(part) { _, _ in preconditionFailure("two examples share a code") }
    }
}

/// What members leave for each other, in the program's own readers and writers.
private struct ArtefactMemory: MemberMemory {
  let files: HeldFiles
  func perform(_ work: Work) throws { try files.perform(work) }
  func hold(in folder: String) { files.hold(in: folder) }
  func has(_ path: String) -> Bool { files.has(path) }
  func forget(in folder: String) { files.forget(in: folder) }
}

/// An output that members can't have together in one file.
private struct GatherError: Error, CustomStringConvertible {
  let output: String
  var description: String {
    "members = chunks can't hold '\(output)', which is no NetCDF file; use members = nodes"
  }
}

extension ViewTable {
  /// What is drawn of the artefacts of every kind of stage that pipe knows.
  public static let standard = ViewTable(Catalogue.standard)
}
