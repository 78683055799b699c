package import CKernels

/// The version of the kernels in use; all give the same bits.
package typealias KernelSet = ck_set

extension KernelSet {
  package static let best = ck_processor_set()
}
