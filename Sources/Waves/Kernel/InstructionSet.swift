package import CKernels

/// The version of the kernels in use; all give the same bits.
package typealias InstructionSet = ck_set

extension InstructionSet {
  package static let best = ck_best_set()
}
