// The scalar kernels: operation for operation those of Gravity's PrismKernel and KernelFunctions,
// where the formulas are explained. A test compares the bits.

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

typedef struct {
  double x1, x2, y1, y2;
} footprint;

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

INLINE quotient quotient_of(double near, double r_near, double far, double r_far, double square) {
  int over = near < 0;
  double numerator = (far + r_far) * (over ? r_near - near : 1.0);
  double denominator = over ? square : r_near + near;
  quotient q = {numerator, denominator > 1e-200 ? denominator : 1e-200};
  return q;
}

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

INLINE double prism(footprint f, double top, double bottom) {
  corners t = corners_of(f, top);
  corners b = corners_of(f, bottom);
  double east2 = edge(f.y1, f.y2, f.x2, t.r21, t.r22, top, b.r21, b.r22, bottom);
  double east1 = edge(f.y1, f.y2, f.x1, t.r11, t.r12, top, b.r11, b.r12, bottom);
  double north2 = edge(f.x1, f.x2, f.y2, t.r12, t.r22, top, b.r12, b.r22, bottom);
  double north1 = edge(f.x1, f.x2, f.y1, t.r11, t.r21, top, b.r11, b.r21, bottom);
  double angles =
      magnitude(bottom) * solid_angle(f, b) - magnitude(top) * solid_angle(f, t);
  return ((f.x2 * east2 - f.x1 * east1) + (f.y2 * north2 - f.y1 * north1)) + angles;
}

INLINE double annulus(double x, double y, double half_easting, double z, double factor) {
  double distance = root(x * x + y * y);
  double inside = distance - half_easting;
  double outside = distance + half_easting;
  double inner = inside > 0 ? inside : 0;
  double outer = outside > 2 * half_easting ? outside : 2 * half_easting;
  double a = root(outer * outer + z * z);
  double b = root(inner * inner + z * z);
  return factor * z / (a * b * (a + b));
}

typedef double eight __attribute__((vector_size(64), aligned(8)));

INLINE double total(const eight *lanes) {
  const double *s = (const double *)lanes;
  double a = s[0] + s[4], b = s[1] + s[5], c = s[2] + s[6], d = s[3] + s[7];
  return (a + c) + (b + d);
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
