import Datasets
public import Planning
import StagesData
import StagesInference
import StagesJudging
import StagesPrograms
import StagesTopography

extension Catalogue {
  /// Every kind of stage that pipe knows.
  public static let standard = Catalogue(
    DataStages.kinds + TopographyStages.kinds + InferenceStages.kinds + JudgingStages.kinds
      + ProgramsStages.kinds,
    readScalar: { try NetCDFFile.readScalar($0) })
}
