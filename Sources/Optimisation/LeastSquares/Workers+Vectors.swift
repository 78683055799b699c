import CKernels
import NumericCore

/// Vectors as long as a grid, by threads where that pays.
extension Workers {
  /// Σ a b, of 65 536 products after the other.
  func dot(_ a: [Double], _ b: [Double]) -> Double {
    precondition(a.count == b.count)
    let size = Self.rangeSize
    var sums = [Double](repeating: 0, count: (a.count + size - 1) / size)
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        sums.withUnsafeMutableBufferPointer { sums in
          let shared = SharedPointer((a: a.start, b: b.start, sums: sums.start))
          forEachRange(a.count) { range in
            let (a, b, sums) = shared.start
            sums[range.lowerBound / size] = part(a + range.lowerBound, b + range.lowerBound, range.count)
          }
        }
      }
    }
    return sums.dropFirst().reduce(sums.first ?? 0, +)
  }

  private func part(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ count: Int) -> Double {
    let even = count / 8 * 8
    var sum = ck_dot(instructions.code, a, b, even)
    for index in even..<count { sum += a[index] * b[index] }
    return sum
  }

  /// sum += factor · x.
  func add(_ factor: Double, _ x: [Double], to sum: inout [Double]) {
    precondition(x.count == sum.count)
    sum.withUnsafeMutableBufferPointer { sum in
      x.withUnsafeBufferPointer { x in
        let (out, added) = (SharedPointer(sum), SharedPointer(x))
        forEachRange(sum.count) {
          for index in $0 { out.start[index] += factor * added.start[index] }
        }
      }
    }
  }
}
