import Execution
import NumericCore

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The environment variable PIPE_KERNELS (baseline, avx2 or avx512) holds the instruction set of the inner loops
/// down, so that results of several sets can be compared on one machine.
enum KernelChoice {
  static let variable = "PIPE_KERNELS"

  /// The set that the user names; nil where the processor decides.
  /// - Throws: for a name that is none: a comparison of instruction sets that silently used another one would prove
  ///   nothing.
  static func read() throws -> InstructionSet? {
    guard let pointer = getenv(variable), case let name = String(cString: pointer), !name.isEmpty else {
      return nil
    }
    guard let set = InstructionSet(rawValue: name) else {
      throw Terminal.failure("\(variable)=\(name): expected baseline, avx2 or avx512", .usage)
    }
    return set
  }
}

extension RunOptions {
  /// The same with the instruction set that the user names.
  func withKernels() throws -> RunOptions {
    var result = self
    result.instructions = try KernelChoice.read()?.rawValue
    return result
  }
}
