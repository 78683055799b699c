/// The largest absolute difference of two lists; infinite where one has a NaN or they differ in length.
public func largestDifference(_ a: some Sequence<Double>, _ b: some Sequence<Double>) -> Double {
  let (first, second) = (Array(a), Array(b))
  guard first.count == second.count else { return .infinity }
  return zip(first, second).reduce(0) { largest, pair in
    let difference = abs(pair.0 - pair.1)
    return difference.isNaN ? .infinity : max(largest, difference)
  }
}
