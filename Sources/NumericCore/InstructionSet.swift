package import CKernels

/// The instruction set of the inner loops in C, which are compiled for several; the choice never changes a bit.
public enum InstructionSet: String, CaseIterable, Sendable {
  case baseline, avx2, avx512

  /// The widest that this processor runs; the baseline on others than x86-64.
  public static let processor: InstructionSet = {
    switch ck_processor_set() {
    case ck_avx512: .avx512
    case ck_avx2: .avx2
    default: .baseline
    }
  }()

  /// This set, or the processor's where that is a narrower one.
  public var orNarrower: InstructionSet {
    code.rawValue < InstructionSet.processor.code.rawValue ? self : .processor
  }

  /// As the loops in C know it.
  package var code: ck_set {
    switch self {
    case .baseline: ck_baseline
    case .avx2: ck_avx2
    case .avx512: ck_avx512
    }
  }

  /// Those that this processor runs.
  public static var available: [InstructionSet] {
    allCases.filter { $0.code.rawValue <= processor.code.rawValue }
  }
}
