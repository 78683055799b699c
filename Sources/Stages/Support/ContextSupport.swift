import Artefacts
public import NumericCore
public import Planning

extension StageContext {
  /// Threads of the scheduler's budget for the loops of a computation, and the instruction set that the program chose.
  public var workers: Workers {
    Workers(
      borrow: borrowThreads, giveBack: returnThreads,
      instructions: instructions.flatMap(InstructionSet.init)?.orNarrower ?? .processor)
  }
}
