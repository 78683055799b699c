/// Closed forms of the attraction of a right rectangular prism, written for one horizontal face
/// at a time (Nagy 2000, 2002): with x, y the distances of the observation from the face's edges
/// and z its height difference,
///
///     F(z) = ∬ dx dy / √(x² + y² + z²)
///          = Σ ± [x ln(y + r) + y ln(x + r) − z arctan(x y / (z r))]   over the four corners,
///     g_z  = G ρ (F(z_top) − F(z_bottom)),   ∂F/∂z = −sign(z) Ω,
///
/// Ω the solid angle that the face subtends. F is even in x, y and z; so each kernel mirrors the
/// face to the side of positive x and y, where y₂ + r has no cancellation, and joins the corner
/// logarithms in pairs. Where the observation stands over the face (x₁ < 0 or y₁ < 0),
/// y₁ + r = (x² + z²) / (r − y₁). Defined everywhere: at corners and on edges a factor of zero
/// meets a finite logarithm.
enum PrismKernel {
  /// The smallest argument of a logarithm: its logarithm is finite, and it only occurs times zero.
  @inline(__always) private static var tiny: Double { 1e-200 }

  /// One horizontal rectangle as seen from an observation: half widths are the cell's, `x` and `y`
  /// the horizontal distances (not negative) of its centre from the observation.
  struct Footprint {
    let x1, x2, y1, y2: Double

    @inline(__always)
    init(offsetEasting: Double, offsetNorthing: Double, halfEasting: Double, halfNorthing: Double) {
      let x = abs(offsetEasting)
      let y = abs(offsetNorthing)
      (x1, x2, y1, y2) = (x - halfEasting, x + halfEasting, y - halfNorthing, y + halfNorthing)
    }
  }

  /// Distances of the observation from the corners of a face at height difference z.
  struct Corners {
    let z, r11, r12, r21, r22: Double

    @inline(__always)
    init(_ f: Footprint, z: Double) {
      let (a1, a2) = (f.x1 * f.x1, f.x2 * f.x2)
      let (b1, b2) = (f.y1 * f.y1 + z * z, f.y2 * f.y2 + z * z)
      self.z = z
      r11 = (a1 + b1).squareRoot()
      r12 = (a1 + b2).squareRoot()
      r21 = (a2 + b1).squareRoot()
      r22 = (a2 + b2).squareRoot()
    }
  }

  /// (far + r_far) / (near + r_near) along one edge as numerator and denominator, both positive.
  /// `square` is the squared distance of the observation from the edge's line.
  @inline(__always)
  private static func quotient(
    near: Double, rNear: Double, far: Double, rFar: Double, square: Double
  ) -> (numerator: Double, denominator: Double) {
    let over = near < 0
    let numerator = (far + rFar) * (over ? rNear - near : 1)
    let denominator = over ? square : rNear + near
    return (numerator, denominator > tiny ? denominator : tiny)
  }

  /// Ω = Σ ± arctan(x y / (|z| r)), in [0, 2π]: the arctangents are the angles of four complex
  /// numbers, whose product has their sum as its angle. Beyond π (only over the face) it wraps.
  @inline(__always)
  static func solidAngle(_ f: Footprint, _ c: Corners) -> Double {
    let z = abs(c.z)
    let (a, b) = (z * c.r22, f.x2 * f.y2)
    let (d, e) = (z * c.r11, f.x1 * f.y1)
    let (g, h) = (z * c.r12, f.x1 * f.y2)
    let (p, q) = (z * c.r21, f.x2 * f.y1)
    let (plusReal, plusImaginary) = (a * d - b * e, a * e + b * d)
    let (minusReal, minusImaginary) = (g * p - h * q, g * q + h * p)
    let real = plusReal * minusReal + plusImaginary * minusImaginary
    let imaginary = plusImaginary * minusReal - plusReal * minusImaginary
    let angle = KernelFunctions.angle(real: real, imaginary: imaginary)
    let below = (f.x1 < 0 ? angle : 0) < 0 && f.y1 < 0
    return below ? angle + 6.283185307179586 : angle
  }

  /// F(z) of one face.
  @inline(__always)
  static func face(_ f: Footprint, _ c: Corners) -> Double {
    let z2 = c.z * c.z
    let (s1, s2) = (f.x1 * f.x1 + z2, f.x2 * f.x2 + z2)
    let (t1, t2) = (f.y1 * f.y1 + z2, f.y2 * f.y2 + z2)
    let east2 = quotient(near: f.y1, rNear: c.r21, far: f.y2, rFar: c.r22, square: s2)
    let east1 = quotient(near: f.y1, rNear: c.r11, far: f.y2, rFar: c.r12, square: s1)
    let north2 = quotient(near: f.x1, rNear: c.r12, far: f.x2, rFar: c.r22, square: t2)
    let north1 = quotient(near: f.x1, rNear: c.r11, far: f.x2, rFar: c.r21, square: t1)
    let alongX =
      f.x2 * KernelFunctions.logarithm(of: east2.numerator, over: east2.denominator)
      - f.x1 * KernelFunctions.logarithm(of: east1.numerator, over: east1.denominator)
    let alongY =
      f.y2 * KernelFunctions.logarithm(of: north2.numerator, over: north2.denominator)
      - f.y1 * KernelFunctions.logarithm(of: north1.numerator, over: north1.denominator)
    return (alongX + alongY) - abs(c.z) * solidAngle(f, c)
  }

  /// F(z_top) − F(z_bottom): the quotients of both faces share one logarithm an edge, which halves
  /// their number and keeps thin prisms accurate.
  @inline(__always)
  static func prism(_ f: Footprint, top: Double, bottom: Double) -> Double {
    let t = Corners(f, z: top)
    let b = Corners(f, z: bottom)
    let east2 = edge(
      near: f.y1, far: f.y2, distance: f.x2, top: (t.r21, t.r22, top), bottom: (b.r21, b.r22, bottom))
    let east1 = edge(
      near: f.y1, far: f.y2, distance: f.x1, top: (t.r11, t.r12, top), bottom: (b.r11, b.r12, bottom))
    let north2 = edge(
      near: f.x1, far: f.x2, distance: f.y2, top: (t.r12, t.r22, top), bottom: (b.r12, b.r22, bottom))
    let north1 = edge(
      near: f.x1, far: f.x2, distance: f.y1, top: (t.r11, t.r21, top), bottom: (b.r11, b.r21, bottom))
    let angles = abs(bottom) * solidAngle(f, b) - abs(top) * solidAngle(f, t)
    return ((f.x2 * east2 - f.x1 * east1) + (f.y2 * north2 - f.y1 * north1)) + angles
  }

  @inline(__always)
  private static func edge(
    near: Double, far: Double, distance: Double, top: (Double, Double, Double),
    bottom: (Double, Double, Double)
  ) -> Double {
    let squared = distance * distance
    let t = quotient(
      near: near, rNear: top.0, far: far, rFar: top.1, square: squared + top.2 * top.2)
    let b = quotient(
      near: near, rNear: bottom.0, far: far, rFar: bottom.1, square: squared + bottom.2 * bottom.2)
    return KernelFunctions.logarithm(
      of: t.numerator * b.denominator, over: t.denominator * b.numerator)
  }
}
