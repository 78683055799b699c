/// A symmetric term P of the normal equations beside JᵀJ and damping: (JᵀJ + d² + P) x = Jᵀr − offset.
public struct NormalTerm {
  /// What is taken from the right side, one value an unknown.
  public var offset: [Double]
  /// P x.
  public var product: ([Double]) -> [Double]

  /// - Parameters:
  ///   - offset: taken from the right side.
  ///   - product: P x, of vectors of the same length.
  public init(offset: [Double], product: @escaping ([Double]) -> [Double]) {
    (self.offset, self.product) = (offset, product)
  }
}
