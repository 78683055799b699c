/// A symmetric term of the normal equations beside JᵀJ and damping: image += product(x), right side −= offset.
public struct NormalTerm {
  public var offset: [Double]
  public var product: ([Double]) -> [Double]

  public init(offset: [Double], product: @escaping ([Double]) -> [Double]) {
    (self.offset, self.product) = (offset, product)
  }
}
