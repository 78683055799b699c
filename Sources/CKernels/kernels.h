// The scalar kernels, which every loop is made of: tests compare them with sums of many digits, and the series for
// distant cells with them.
//
// Closed forms of the attraction of a right rectangular prism, written for one horizontal face at a time (Nagy 2000,
// 2002): with x, y the distances of the observation from the face's edges and z its height difference,
//
//     F(z) = ∬ dx dy / √(x² + y² + z²)
//          = Σ ± [x ln(y + r) + y ln(x + r) − z arctan(x y / (z r))]   over the four corners,
//     g_z  = G ρ (F(z_top) − F(z_bottom)),   ∂F/∂z = −sign(z) Ω,
//
// Ω the solid angle that the face subtends. F is even in x, y and z; so each kernel mirrors the face to the side of
// positive x and y, where y₂ + r has no cancellation, and joins the corner logarithms in pairs. Where the observation
// stands over the face (x₁ < 0 or y₁ < 0), y₁ + r = (x² + z²) / (r − y₁). Defined everywhere: at corners and on edges
// a factor of zero meets a finite logarithm.
//
// Logarithm and angle have no branches, so that the loops over cells compile to vector instructions, and don't call
// the system's libm, so that every machine gets the same bits.

#include <stdint.h>
#include <string.h>

#include "CKernels.h"

#pragma STDC FP_CONTRACT OFF

// Calls the version of a function for the instruction set `set`.
#if defined(__x86_64__)
#define DISPATCH(function, ...)                               \
  switch (set) {                                              \
    case ck_avx512: return function##_avx512(__VA_ARGS__);    \
    case ck_avx2: return function##_avx2(__VA_ARGS__);        \
    case ck_baseline: return function##_baseline(__VA_ARGS__); \
  }                                                           \
  __builtin_unreachable();
#else
#define DISPATCH(function, ...) \
  (void)set;                    \
  return function##_baseline(__VA_ARGS__);
#endif

#define INLINE static inline __attribute__((always_inline))

INLINE uint64_t bits(double x) {
  uint64_t u;
  memcpy(&u, &x, sizeof u);
  return u;
}

INLINE double from_bits(uint64_t u) {
  double x;
  memcpy(&x, &u, sizeof x);
  return x;
}

INLINE double magnitude(double x) { return __builtin_fabs(x); }
INLINE double root(double x) { return __builtin_elementwise_sqrt(x); }

// ln(a / b) for positive normal numbers, to 2 units in the last place of the result.
//
// The power of two that brings a / b into [2^-0.6, 2^0.6] is read off the exponents, then
// ln(a / b) = k ln 2 + 2 artanh((a − b 2^k) / (a + b 2^k)): one division for quotient and logarithm together, and
// a − b 2^k is exact where a ≈ b, which a quotient rounded before its logarithm is taken is not. The polynomial is a
// Chebyshev fit of (2 artanh(s) / s − 2) / s² on s² ≤ 0.0405, error 1.6e-18.
INLINE double logarithm(double a, double b) {
  const uint64_t bias = (uint64_t)1024 << 52;
  uint64_t shifted = bits(a) - bits(b) + (bias | (uint64_t)1 << 51);
  double power = from_bits((shifted >> 52) | 0x4330000000000000u) - 4503599627371520.0;
  double scaled = from_bits(bits(b) + (shifted & 0xfff0000000000000u) - bias);
  double s = (a - scaled) / (a + scaled);
  double u = s * s;
  double v = u * u;
  double low = 0.6666666666666666 + u * 0.40000000000008523;
  double second = 0.2857142856701462 + u * 0.2222222309164114;
  double third = 0.18181734246400322 + u * 0.1538900212516573;
  double fourth = 0.13207080082069364 + u * 0.13629110721861268;
  double tail = (low + v * second) + (v * v) * (third + v * fourth);
  return power * 0.6931471805599453 + (s + (s + s * (u * tail)));
}

// arctan(t) for |t| ≤ tan 22.5°: Chebyshev fit of (arctan(t) / t − 1) / t², error 7e-18.
INLINE double arctangent(double t) {
  double u = t * t;
  double v = u * u;
  double w = v * v;
  double first = -0.3333333333333333 + u * 0.1999999999999549;
  double second = -0.1428571428466014 + u * 0.11111111014741562;
  double third = -0.09090904557214267 + u * 0.0769218270524632;
  double fourth = -0.06664504610032648 + u * 0.05858089538610203;
  double fifth = -0.050851391487066376 + u * 0.03922268882347632;
  double sixth = -0.0191659065063043;
  double upper = (first + v * second) + w * (third + v * fourth);
  return t + t * (u * (upper + (w * w) * (fifth + v * sixth)));
}

// The angle of the complex number (real, imaginary) in (−π, π], absolute error 1e-15; finite for 0. Above 22.5° it
// turns by 45°, so that the polynomial's argument stays below tan 22.5°.
INLINE double angle(double real, double imaginary) {
  double x = magnitude(real);
  double y = magnitude(imaginary);
  double larger = x > y ? x : y;
  double smaller = x > y ? y : x;
  int turn = smaller > 0.41421356237309503 * larger;
  double numerator = turn ? smaller - larger : smaller;
  double sum = turn ? smaller + larger : larger;
  double denominator = sum > 1e-300 ? sum : 1e-300;
  double t = numerator / denominator;
  double offset = turn ? 0.7853981633974483 : 0.0;
  double first = offset + arctangent(t);
  double octant = x > y ? first : 1.5707963267948966 - first;
  double half = real < 0 ? 3.141592653589793 - octant : octant;
  return imaginary < 0 ? -half : half;
}

// One horizontal rectangle as seen from an observation: distances of its edges, mirrored to positive x and y.
typedef struct {
  double x1, x2, y1, y2;
} footprint;

// Distances of the observation from the corners of a face at height difference z.
typedef struct {
  double z, r11, r12, r21, r22;
} corners;

typedef struct {
  double numerator, denominator;
} quotient;

INLINE footprint footprint_of(double east, double north, double half_east, double half_north) {
  double x = magnitude(east);
  double y = magnitude(north);
  footprint f = {x - half_east, x + half_east, y - half_north, y + half_north};
  return f;
}

INLINE corners corners_of(footprint f, double z) {
  double a1 = f.x1 * f.x1, a2 = f.x2 * f.x2;
  double b1 = f.y1 * f.y1 + z * z, b2 = f.y2 * f.y2 + z * z;
  corners c = {z, root(a1 + b1), root(a1 + b2), root(a2 + b1), root(a2 + b2)};
  return c;
}

// (far + r_far) / (near + r_near) along one edge as numerator and denominator, both positive; `square` is the squared
// distance of the observation from the edge's line. The smallest denominator has a finite logarithm, which only
// occurs times zero.
INLINE quotient quotient_of(double near, double r_near, double far, double r_far, double square) {
  int over = near < 0;
  double numerator = (far + r_far) * (over ? r_near - near : 1.0);
  double denominator = over ? square : r_near + near;
  quotient q = {numerator, denominator > 1e-200 ? denominator : 1e-200};
  return q;
}

// Ω = Σ ± arctan(x y / (|z| r)), in [0, 2π]: the arctangents are the angles of four complex numbers, whose product
// has their sum as its angle. Beyond π (only over the face) it wraps.
INLINE double solid_angle(footprint f, corners k) {
  double z = magnitude(k.z);
  double a = z * k.r22, b = f.x2 * f.y2;
  double d = z * k.r11, e = f.x1 * f.y1;
  double g = z * k.r12, h = f.x1 * f.y2;
  double p = z * k.r21, q = f.x2 * f.y1;
  double plus_real = a * d - b * e, plus_imaginary = a * e + b * d;
  double minus_real = g * p - h * q, minus_imaginary = g * q + h * p;
  double real = plus_real * minus_real + plus_imaginary * minus_imaginary;
  double imaginary = plus_imaginary * minus_real - plus_real * minus_imaginary;
  double sum = angle(real, imaginary);
  int over = (f.x1 < 0) & (f.y1 < 0) & (sum < 0);
  return over ? sum + 6.283185307179586 : sum;
}

// F(z) of one face.
INLINE double face(footprint f, corners c) {
  double z2 = c.z * c.z;
  double s1 = f.x1 * f.x1 + z2, s2 = f.x2 * f.x2 + z2;
  double t1 = f.y1 * f.y1 + z2, t2 = f.y2 * f.y2 + z2;
  quotient east2 = quotient_of(f.y1, c.r21, f.y2, c.r22, s2);
  quotient east1 = quotient_of(f.y1, c.r11, f.y2, c.r12, s1);
  quotient north2 = quotient_of(f.x1, c.r12, f.x2, c.r22, t2);
  quotient north1 = quotient_of(f.x1, c.r11, f.x2, c.r21, t1);
  double along_x = f.x2 * logarithm(east2.numerator, east2.denominator) -
                   f.x1 * logarithm(east1.numerator, east1.denominator);
  double along_y = f.y2 * logarithm(north2.numerator, north2.denominator) -
                   f.y1 * logarithm(north1.numerator, north1.denominator);
  return (along_x + along_y) - magnitude(c.z) * solid_angle(f, c);
}

INLINE double edge(double near, double far, double distance, double t_near, double t_far,
                   double top, double b_near, double b_far, double bottom) {
  double squared = distance * distance;
  quotient t = quotient_of(near, t_near, far, t_far, squared + top * top);
  quotient b = quotient_of(near, b_near, far, b_far, squared + bottom * bottom);
  return logarithm(t.numerator * b.denominator, t.denominator * b.numerator);
}

// F(z_top) − F(z_bottom): the quotients of both faces share one logarithm an edge, which halves their number and
// keeps thin prisms accurate.
INLINE double between(footprint f, corners t, corners b) {
  double top = t.z, bottom = b.z;
  double east2 = edge(f.y1, f.y2, f.x2, t.r21, t.r22, top, b.r21, b.r22, bottom);
  double east1 = edge(f.y1, f.y2, f.x1, t.r11, t.r12, top, b.r11, b.r12, bottom);
  double north2 = edge(f.x1, f.x2, f.y2, t.r12, t.r22, top, b.r12, b.r22, bottom);
  double north1 = edge(f.x1, f.x2, f.y1, t.r11, t.r21, top, b.r11, b.r21, bottom);
  double angles =
      magnitude(bottom) * solid_angle(f, b) - magnitude(top) * solid_angle(f, t);
  return ((f.x2 * east2 - f.x1 * east1) + (f.y2 * north2 - f.y1 * north1)) + angles;
}

INLINE double prism(footprint f, double top, double bottom) {
  return between(f, corners_of(f, top), corners_of(f, bottom));
}

// Half the side of the square of a cell's area: exactly the half width of a square cell.
INLINE double half_side(double half_easting, double half_northing) {
  return half_easting == half_northing ? half_easting : root(half_easting * half_northing);
}

INLINE double annulus(double x, double y, double half, double z, double factor) {
  double distance = root(x * x + y * y);
  double inside = distance - half;
  double outside = distance + half;
  double inner = inside > 0 ? inside : 0;
  double outer = outside > 2 * half ? outside : 2 * half;
  double a = root(outer * outer + z * z);
  double b = root(inner * inner + z * z);
  return factor * z / (a * b * (a + b));
}

typedef double eight __attribute__((vector_size(64), aligned(8)));

// Vectors go by address: by value their place in registers would depend on the instruction set.

/// S(s; w, p) − 1 of the series in the half width a of a square face: its mean of 1/r is S / r. Up to
/// a^(2 order); the terms are the derivatives of 1/r of even orders in x and y, as polynomials in
/// w = (x² + y²) / r² and p = x² y² / r⁴; s = a² / r².
INLINE void mean_series(int order, const eight *w_, const eight *p_, const eight *s_, eight *excess) {
  eight w = *w_, p = *p_, s = *s_;
  eight first = -0.3333333333333333 + w * 0.5;
  eight second = (0.23333333333333334 + w * (-1.1666666666666667 + w * 0.875)) +
                  p * 1.1666666666666667;
  if (order == 2) {
    *excess = s * (first + s * second);
    return;
  }
  eight third = (-0.21428571428571427 + w * (2.25 + w * (-4.125 + w * 2.0625))) +
                 p * (-7.5 + w * 8.25);
  if (order == 3) {
    *excess = s * (first + s * (second + s * third));
    return;
  }
  eight fourth = (0.23055555555555557 +
                   w * (-4.15 + w * (13.3375 + w * (-14.895833333333334 + w * 5.5859375)))) +
                  p * ((30.25 + w * (-78.65 + w * 44.6875)) + p * 17.875);
  if (order == 4) {
    *excess = s * (first + s * (second + s * (third + s * fourth)));
    return;
  }
  eight fifth = (-0.2765151515151515 +
                  w * (7.604166666666667 +
                       w * (-37.104166666666664 +
                            w * (68.11458333333333 +
                                 w * (-54.674479166666664 + w * 16.40234375))))) +
                 p * ((-98.58333333333333 +
                       w * (443.625 + w * (-566.3125 + w * 218.69791666666666))) +
                      p * (-248.625 + w * 262.4375));
  *excess = s * (first + s * (second + s * (third + s * (fourth + s * fifth))));
}

/// The same for the solid angle: the mean of |z| / r³ is |z| / r³ times it.
INLINE void angle_series(int order, const eight *w_, const eight *p_, const eight *s_, eight *sum) {
  eight w = *w_, p = *p_, s = *s_;
  eight first = -1.0 + w * 2.5;
  eight second = (1.1666666666666667 + w * (-8.166666666666666 + w * 7.875)) + p * 10.5;
  if (order == 2) {
    *sum = 1 + s * (first + s * second);
    return;
  }
  eight third = (-1.5 + w * (20.25 + w * (-45.375 + w * 26.8125))) + p * (-82.5 + w * 107.25);
  if (order == 3) {
    *sum = 1 + s * (first + s * (second + s * third));
    return;
  }
  eight fourth = (2.075 + w * (-45.65 + w * (173.3875 + w * (-223.4375 + w * 94.9609375)))) +
                  p * ((393.25 + w * (-1179.75 + w * 759.6875)) + p * 303.875);
  if (order == 4) {
    *sum = 1 + s * (first + s * (second + s * (third + s * fourth)));
    return;
  }
  eight fifth = (-3.0416666666666665 +
                  w * (98.85416666666667 +
                       w * (-556.5625 +
                            w * (1157.9479166666667 +
                                 w * (-1038.8151041666667 + w * 344.44921875))))) +
                 p * ((-1478.75 + w * (7541.625 + w * (-10759.9375 + w * 4592.65625))) +
                      p * (-4723.875 + w * 5511.1875));
  *sum = 1 + s * (first + s * (second + s * (third + s * (fourth + s * fifth))));
}

/// The same for the difference of two faces at heights z with z² = Z ∓ δ, as a series in e = δ / (h + Z):
/// every term of the mean, a power −m of r², gives 2 (m e + m (m + 1) (m + 2) / 3! e³ + …), so e times the
/// solid angle's series and powers of v = e². For orders 2 and 3 and small e.
INLINE void thin_series(int order, const eight *w_, const eight *p_, const eight *s_, const eight *v_,
                        eight *sum) {
  eight w = *w_, p = *p_, s = *s_, v = *v_, angle;
  angle_series(order, w_, p_, s_, &angle);
  eight cube = 0.625 + s * (-1.4583333333333333 + w * 6.5625);
  eight fifth;
  if (order == 2) {
    fifth = (eight){0} + 0.4921875;
  } else {
    eight second = (3.0625 + w * (-33.6875 + w * 46.921875)) + p * 62.5625;
    cube = cube + (s * s) * second;
    fifth = 0.4921875 + s * (-1.8046875 + w * 11.73046875);
  }
  *sum = angle + v * (cube + v * fifth);
}

/// Cells far from a point: x², y² and their sum; what the kernels need of the vertical; 1 / r or, for a
/// prism, 1 / (r_t r_b (r_t + r_b)).
typedef struct {
  eight x2, y2, h, vertical, top, bottom, inverse;
} distant;

// Every kernel is cut in two: the roots and divisions of the next eight cells run while the polynomials
// of these eight are added up. In one piece the processor's window (64 waiting operations) is full of
// those that wait for a root, and it runs at half the speed.

INLINE void start_at(distant *d, const eight *x, const eight *y) {
  d->x2 = *x * *x, d->y2 = *y * *y;
  d->h = d->x2 + d->y2;
}

INLINE void start_face(distant *d, const eight *z, const eight *other) {
  (void)other;
  eight square = d->h + *z * *z;
  d->inverse = 1 / __builtin_elementwise_sqrt(square);
  d->vertical = -*z;
}

INLINE void end_face(int order, const distant *d, double a2, eight *value) {
  eight q = d->inverse * d->inverse, excess;
  eight w = d->h * q, p = (d->x2 * q) * (d->y2 * q), s = a2 * q;
  mean_series(order, &w, &p, &s, &excess);
  *value = (4 * a2) * (d->inverse + d->inverse * excess);
}

/// Negative where the face is above the point.
INLINE void end_angle(int order, const distant *d, double a2, eight *value) {
  eight q = d->inverse * d->inverse, sum;
  eight w = d->h * q, p = (d->x2 * q) * (d->y2 * q), s = a2 * q;
  angle_series(order, &w, &p, &s, &sum);
  *value = (4 * a2) * ((d->vertical * q) * (d->inverse * sum));
}

/// The difference of two faces. 1/r_t − 1/r_b = (z_b² − z_t²) / (r_t r_b (r_t + r_b)), so thin prisms
/// lose no digits, and one division serves both inverses. (An inverse root by shift and iteration is
/// slower than the processor's own root and division, which run beside the polynomials.)
INLINE void start_prism(distant *d, const eight *top, const eight *bottom) {
  d->vertical = (*bottom - *top) * (*bottom + *top);
  eight t2 = d->h + *top * *top, b2 = d->h + *bottom * *bottom;
  d->top = __builtin_elementwise_sqrt(t2), d->bottom = __builtin_elementwise_sqrt(b2);
  d->inverse = 1 / (d->top * d->bottom * (d->top + d->bottom));
}

INLINE void end_prism(int order, const distant *d, double a2, eight *value) {
  eight sum = d->top + d->bottom;
  eight difference = d->vertical * d->inverse;
  eight it = d->inverse * (d->bottom * sum), ib = d->inverse * (d->top * sum);
  eight qt = it * it, qb = ib * ib;
  eight wt = d->h * qt, pt = (d->x2 * qt) * (d->y2 * qt), at = a2 * qt, st;
  eight wb = d->h * qb, pb = (d->x2 * qb) * (d->y2 * qb), ab = a2 * qb, sb;
  mean_series(order, &wt, &pt, &at, &st);
  mean_series(order, &wb, &pb, &ab, &sb);
  *value = (4 * a2) * (difference + (difference * st + ib * (st - sb)));
}

/// The same about the mean of z², with one root instead of two.
INLINE void start_thin(distant *d, const eight *top, const eight *bottom) {
  eight square = d->h + 0.5 * (*top * *top + *bottom * *bottom);
  d->inverse = 1 / __builtin_elementwise_sqrt(square);
  d->vertical = 0.5 * ((*bottom - *top) * (*bottom + *top));
}

/// A slab upwards from its lower face, with one of the two above.
#define start_slab(start, d, z, step) \
  {                                   \
    eight top = *(z) + (step);        \
    start(d, &top, z);                \
  }

INLINE void end_thin(int order, const distant *d, double a2, eight *value) {
  eight q = d->inverse * d->inverse, sum;
  eight e = d->vertical * q, v = e * e;
  eight w = d->h * q, p = (d->x2 * q) * (d->y2 * q), s = a2 * q;
  thin_series(order, &w, &p, &s, &v, &sum);
  *value = (4 * a2) * ((d->inverse * e) * sum);
}

INLINE double total(const eight *lanes) {
  const double *s = (const double *)lanes;
  double a = s[0] + s[4], b = s[1] + s[5], c = s[2] + s[6], d = s[3] + s[7];
  return (a + c) + (b + d);
}

/// Half widths beyond which the series of order 5, 4, 3 and 2 stands for a square cell: there it is in
/// error by less than 6e-14 of the face's integral, 6e-12 of the prism's gravity and of the solid
/// angle.
#define REACH 12.0
#define REACH_4 20.0
#define REACH_3 36.0
#define REACH_2 104.0

/// Prisms are thin for the series of order 2 and 3 where the product of thickness and distance in height is
/// at most so many a²: what the difference series leaves out is then less than what the other does.
#define THIN_2 16.0
#define THIN_3 4.0

/// Horizontal distance of a point from a box, squared.
INLINE double distance_to(ck_box box, ck_point point) {
  double west = box.west - point.easting, east = point.easting - box.east;
  double south = box.south - point.northing, north = point.northing - box.north;
  double x = west > 0 ? west : east > 0 ? east : 0;
  double y = south > 0 ? south : north > 0 ? north : 0;
  return x * x + y * y;
}

/// The order of the series that is good enough for all the cells of a box beyond REACH.
INLINE int order_for(ck_box box, ck_point point, double half) {
  double square = distance_to(box, point);
  double fourth = REACH_4 * half, third = REACH_3 * half, second = REACH_2 * half;
  if (square > second * second) return 2;
  return square > third * third ? 3 : square > fourth * fourth ? 4 : 5;
}

/// The highest order for which prisms down from the cells' levels are thin as seen from a point.
INLINE int thin_order(const ck_cells *cells, double thickness, ck_point point) {
  double up = cells->highest - point.upward, down = point.upward - (cells->lowest - thickness);
  double product = thickness * (up > down ? up : down);
  double a2 = cells->half_easting * cells->half_easting;
  return product <= THIN_3 * a2 ? 3 : product <= THIN_2 * a2 ? 2 : 0;
}

typedef int64_t eight_mask __attribute__((vector_size(64), aligned(8)));

/// Zero for cells within `reach`; only boxes of order 5 have any.
INLINE void keep_beyond(int order, const distant *d, double reach, eight *value) {
  if (order < 5) return;
  eight_mask near = d->h < reach * reach;
  *value = (eight)((eight_mask)*value & ~near);
}

INLINE void store_eight(const eight *value, double *target, size_t room) {
  if (room >= 8)
    *(eight *)target = *value;
  else
    memcpy(target, value, room * sizeof(double));
}

#define AT(array, i) (*(const eight *)((array) + (i)))

/// Cells from `base` on, whole vectors.
typedef struct {
  size_t base, count;
  const double *easting, *northing, *level, *other, *factor;
} far_run;

/// The run that begins at `start` and its order. Cells at the end that fill no vector are copied to
/// `copy` and filled up with copies of the last one that have the factor 0.
INLINE int next_run(const ck_cells *cells, const double *other, ck_point point, size_t start,
                    double copy[5][8], far_run *run) {
  const double half = cells->half_easting;
  int order = order_for(cells->boxes[start / CK_BOX_CELLS], point, half);
  size_t end = (start / CK_BOX_CELLS + 1) * CK_BOX_CELLS;
  while (end < cells->count && order_for(cells->boxes[end / CK_BOX_CELLS], point, half) == order)
    end += CK_BOX_CELLS;
  if (end > cells->count) end = cells->count;
  const double *arrays[] = {cells->easting, cells->northing, cells->level, other, cells->factor};
  size_t count = (end - start) / 8 * 8, offset = start;
  if (count == 0) {
    for (int a = 0; a < 5; a += 1) {
      for (size_t k = 0; k < 8; k += 1)
        copy[a][k] = start + k < end ? arrays[a][start + k] : a == 4 ? 0 : arrays[a][end - 1];
      arrays[a] = copy[a];
    }
    count = 8, offset = 0;
  }
  far_run found = {start, count, arrays[0] + offset, arrays[1] + offset, arrays[2] + offset,
                   arrays[3] + offset, arrays[4] + offset};
  *run = found;
  return order;
}

/// Terms per block: they stay in the first-level cache until summed.
#define BLOCK 256

/// The sum in four interleaved lanes, joined in a fixed order.
INLINE double lane_sum(const double *values, size_t count) {
  double a = 0, b = 0, c = 0, d = 0;
  size_t i = 0;
  for (; i + 4 <= count; i += 4) {
    a += values[i];
    b += values[i + 1];
    c += values[i + 2];
    d += values[i + 3];
  }
  double sum = (a + c) + (b + d);
  for (; i < count; i += 1) sum += values[i];
  return sum;
}

/// Indices of the cells whose centre is nearer than `reach` (horizontally), in order. Fewer than BLOCK:
/// the cells are distinct squares of a grid, and `reach` is REACH half widths.
INLINE size_t near_cells(const ck_cells *cells, ck_point point, double reach, size_t *list) {
  size_t found = 0;
  for (size_t row = 0; row < cells->row_count; row += 1) {
    size_t low = cells->rows[row], end = cells->rows[row + 1];
    double y = cells->northing[low] - point.northing;
    if (!(y * y < reach * reach)) continue;
    double west = point.easting - reach * 1.001;
    for (size_t high = end; low < high;) {
      size_t middle = low + (high - low) / 2;
      if (cells->easting[middle] < west)
        low = middle + 1;
      else
        high = middle;
    }
    for (; low < end; low += 1) {
      double x = cells->easting[low] - point.easting;
      if (x > reach) break;
      if (x * x + y * y < reach * reach) list[found++] = low;
    }
  }
  return found;
}

/// The near cells' values side by side, so that the loop over them needs no gathering.
typedef struct {
  size_t count;
  size_t index[BLOCK];
  double x[BLOCK], y[BLOCK], level[BLOCK], other[BLOCK], factor[BLOCK], value[BLOCK];
} nearby;

/// Fills `list`, padded to whole vectors with copies of the last cell. `other` may be null.
INLINE void gather(const ck_cells *cells, const double *other, ck_point point, double reach,
                   nearby *list) {
  size_t count = near_cells(cells, point, reach, list->index);
  list->count = count;
  for (size_t k = 0; k < (count + 7) / 8 * 8; k += 1) {
    size_t cell = list->index[k < count ? k : count - 1];
    list->x[k] = cells->easting[cell] - point.easting;
    list->y[k] = cells->northing[cell] - point.northing;
    list->level[k] = cells->level[cell];
    list->other[k] = other ? other[cell] : 0;
    list->factor[k] = cells->factor[cell];
  }
}

/// Row `row` of a product from column `first` on, one element at a time.
INLINE void subtract_elements(ck_product m, size_t row, size_t first) {
  for (size_t j = first; j < m.columns; j += 1) {
    double sum = 0;
    for (size_t k = 0; k < m.depth; k += 1) sum += m.a[row * m.a_stride + k] * m.b[k * m.b_stride + j];
    m.c[row * m.c_stride + j] -= sum;
  }
}
