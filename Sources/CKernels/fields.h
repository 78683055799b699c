// The fields of a right rectangular prism beside g_z, in closed form [Nagy2000, Fukushima2020].
//
// Every one is a sum over the prism's edges and faces: with x, y, z the distances of the observation from its faces,
// ℓ the logarithm (y₂ + r₂) / (y₁ + r₁) along an edge and Ω the solid angle of a face,
//
//     potential   Σ ± x y ℓ over the twelve edges − ½ Σ ± x |x| Ω over the six faces,
//     g_e         F(x₁) − F(x₂), F of kernels.h over the faces across easting,
//     g_ee        sign(x₁) Ω(x₁) − sign(x₂) Ω(x₂),
//     g_en        Σ ± ℓ over the four edges along the vertical,
//
// and the others by exchange of axes. All are even or odd in x, y and z, so the prism is mirrored to the side where
// each axis' farther face is positive. The four logarithms of a mixed derivative are one, of the product of their
// quotients, and the four arctangents of a solid angle are one angle: that is what makes them quick, and exact where
// their sum cancels.

#include "CFields.h"
#include "kernels.h"

// A prism as seen from an observation: distances of its faces, x₂ ≥ |x₁| and so on, and by axis whether that mirrored it.
typedef struct {
  double x1, x2, y1, y2, z1, z2;
  int x, y, z;
} sides;

// Distances of its corners: r₁₂₁ is that of x₁, y₂, z₁.
typedef struct {
  double r111, r112, r121, r122, r211, r212, r221, r222;
} vertices;

INLINE sides sides_of(double west, double east, double south, double north, double bottom, double top) {
  int x = magnitude(west) > magnitude(east), y = magnitude(south) > magnitude(north);
  int z = magnitude(bottom) > magnitude(top);
  sides s = {x ? -east : west, x ? -west : east, y ? -north : south, y ? -south : north,
             z ? -top : bottom, z ? -bottom : top, x, y, z};
  return s;
}

INLINE vertices vertices_of(sides s) {
  double x1 = s.x1 * s.x1, x2 = s.x2 * s.x2, z1 = s.z1 * s.z1, z2 = s.z2 * s.z2;
  double y1 = s.y1 * s.y1, y2 = s.y2 * s.y2;
  double h11 = x1 + y1, h12 = x1 + y2, h21 = x2 + y1, h22 = x2 + y2;
  vertices v = {root(h11 + z1), root(h11 + z2), root(h12 + z1), root(h12 + z2),
                root(h21 + z1), root(h21 + z2), root(h22 + z1), root(h22 + z2)};
  return v;
}

// A face by its edges and corners.
typedef struct {
  footprint f;
  corners c;
} side;

INLINE side west_of(sides s, vertices v) {
  side w = {{s.y1, s.y2, s.z1, s.z2}, {s.x1, v.r111, v.r112, v.r121, v.r122}};
  return w;
}
INLINE side east_of(sides s, vertices v) {
  side w = {{s.y1, s.y2, s.z1, s.z2}, {s.x2, v.r211, v.r212, v.r221, v.r222}};
  return w;
}
INLINE side south_of(sides s, vertices v) {
  side w = {{s.x1, s.x2, s.z1, s.z2}, {s.y1, v.r111, v.r112, v.r211, v.r212}};
  return w;
}
INLINE side north_of(sides s, vertices v) {
  side w = {{s.x1, s.x2, s.z1, s.z2}, {s.y2, v.r121, v.r122, v.r221, v.r222}};
  return w;
}
INLINE side bottom_of(sides s, vertices v) {
  side w = {{s.x1, s.x2, s.y1, s.y2}, {s.z1, v.r111, v.r121, v.r211, v.r221}};
  return w;
}
INLINE side top_of(sides s, vertices v) {
  side w = {{s.x1, s.x2, s.y1, s.y2}, {s.z2, v.r112, v.r122, v.r212, v.r222}};
  return w;
}

INLINE double signed_as(int negative, double value) { return negative ? -value : value; }

// Attraction across a pair of faces towards the mass.
INLINE double attraction(side near, side far) { return between(near.f, near.c, far.c); }

// The second derivative across a pair of faces. On the near face the solid angle is what it is just outside: 2π.
INLINE double curvature(side near, side far) {
  double angle = solid_angle(near.f, near.c);
  int over = (near.f.x1 < 0) & (near.f.y1 < 0);
  double flat = over ? 6.283185307179586 : 0.0;
  double omega = near.c.z == 0 ? flat : angle;
  return signed_as(near.c.z < 0, omega) - solid_angle(far.f, far.c);
}

// ln of the quotients along the four parallel edges, ± by the corner.
INLINE double mixed(quotient a, quotient b, quotient c, quotient d) {
  return logarithm((a.numerator * d.numerator) * (b.denominator * c.denominator),
                   (a.denominator * d.denominator) * (b.numerator * c.numerator));
}

INLINE double along(quotient q) { return logarithm(q.numerator, q.denominator); }

typedef struct {
  quotient q11, q12, q21, q22;
} edges;

INLINE edges edges_up(sides s, vertices v) {
  double x1 = s.x1 * s.x1, x2 = s.x2 * s.x2, y1 = s.y1 * s.y1, y2 = s.y2 * s.y2;
  edges e = {quotient_of(s.z1, v.r111, s.z2, v.r112, x1 + y1), quotient_of(s.z1, v.r121, s.z2, v.r122, x1 + y2),
             quotient_of(s.z1, v.r211, s.z2, v.r212, x2 + y1), quotient_of(s.z1, v.r221, s.z2, v.r222, x2 + y2)};
  return e;
}
// q₁₂ is that of x₁, z₂.
INLINE edges edges_north(sides s, vertices v) {
  double x1 = s.x1 * s.x1, x2 = s.x2 * s.x2, z1 = s.z1 * s.z1, z2 = s.z2 * s.z2;
  edges e = {quotient_of(s.y1, v.r111, s.y2, v.r121, x1 + z1), quotient_of(s.y1, v.r112, s.y2, v.r122, x1 + z2),
             quotient_of(s.y1, v.r211, s.y2, v.r221, x2 + z1), quotient_of(s.y1, v.r212, s.y2, v.r222, x2 + z2)};
  return e;
}
// q₁₂ is that of y₁, z₂.
INLINE edges edges_east(sides s, vertices v) {
  double y1 = s.y1 * s.y1, y2 = s.y2 * s.y2, z1 = s.z1 * s.z1, z2 = s.z2 * s.z2;
  edges e = {quotient_of(s.x1, v.r111, s.x2, v.r211, y1 + z1), quotient_of(s.x1, v.r112, s.x2, v.r212, y1 + z2),
             quotient_of(s.x1, v.r121, s.x2, v.r221, y2 + z1), quotient_of(s.x1, v.r122, s.x2, v.r222, y2 + z2)};
  return e;
}

INLINE double mixed_of(edges e) { return mixed(e.q22, e.q12, e.q21, e.q11); }

INLINE double weighted(edges e, double a1, double a2, double b1, double b2) {
  return (a2 * (b2 * along(e.q22) - b1 * along(e.q21))) - (a1 * (b2 * along(e.q12) - b1 * along(e.q11)));
}

INLINE double bulge(side near, side far) {
  double n = near.c.z * magnitude(near.c.z), f = far.c.z * far.c.z;
  return f * solid_angle(far.f, far.c) - n * solid_angle(near.f, near.c);
}

INLINE double field_potential(sides s, vertices v) {
  double lines = weighted(edges_up(s, v), s.x1, s.x2, s.y1, s.y2) +
                 (weighted(edges_north(s, v), s.x1, s.x2, s.z1, s.z2) +
                  weighted(edges_east(s, v), s.y1, s.y2, s.z1, s.z2));
  double angles = bulge(west_of(s, v), east_of(s, v)) +
                  (bulge(south_of(s, v), north_of(s, v)) + bulge(bottom_of(s, v), top_of(s, v)));
  return lines - 0.5 * angles;
}

INLINE double field_east(sides s, vertices v) { return signed_as(s.x, attraction(west_of(s, v), east_of(s, v))); }
// Where a second derivative is infinite: on edges along one axis.
INLINE int on_edge_east(sides s) { return (s.x1 <= 0) & (s.y1 == 0) & (s.z1 == 0); }
INLINE int on_edge_north(sides s) { return (s.x1 == 0) & (s.y1 <= 0) & (s.z1 == 0); }
INLINE int on_edge_up(sides s) { return (s.x1 == 0) & (s.y1 == 0) & (s.z1 <= 0); }
INLINE double unless(int infinite, double value) { return infinite ? __builtin_nan("") : value; }

INLINE double field_east_east(sides s, vertices v) {
  return unless(on_edge_north(s) | on_edge_up(s), curvature(west_of(s, v), east_of(s, v)));
}
INLINE double field_north_north(sides s, vertices v) {
  return unless(on_edge_east(s) | on_edge_up(s), curvature(south_of(s, v), north_of(s, v)));
}
INLINE double field_down_down(sides s, vertices v) {
  return unless(on_edge_east(s) | on_edge_north(s), curvature(bottom_of(s, v), top_of(s, v)));
}
INLINE double field_east_north(sides s, vertices v) {
  return unless(on_edge_up(s), signed_as(s.x != s.y, mixed_of(edges_up(s, v))));
}
INLINE double field_east_up(sides s, vertices v) {
  return unless(on_edge_north(s), signed_as(s.x != s.z, mixed_of(edges_north(s, v))));
}
INLINE double field_north_up(sides s, vertices v) {
  return unless(on_edge_east(s), signed_as(s.y != s.z, mixed_of(edges_east(s, v))));
}

// Far away, the mean of 1/r over a prism of half widths a, a, c about its centre as a series in them. Every term is a
// derivative of even order of 1/r, and as 1/r is harmonic only ∂z² and ∂x²∂y² are left of them: polynomials in
// w = (x² + y²) / r² and p = x² y² / r⁴. `order` terms, up to (size / r)^(2 order).

typedef struct {
  double k1, k2, p2, k3, p3, k4, p4, q4;
} moments;

INLINE moments moments_of(double a, double c) {
  double a2 = a * a, a3 = a2 * a, c2 = c * c, c3 = c2 * c;
  moments m = {(c - a) / 6,
               a2 / 120 - a * c / 36 + c2 / 120,
               a2 / 90,
               (a2 * c - a * c2) / 720 + (c3 - a3) / 5040,
               a2 * c / 540 - a3 / 1260,
               (a2 * a2 + c2 * c2) / 362880 - (a3 * c + a * c3) / 30240 + a2 * c2 / 14400,
               a2 * a2 / 45360 - a3 * c / 7560 + a2 * c2 / 10800,
               a2 * a2 / 113400};
  return m;
}

// A prism's centre from the observation, the squares of its half widths and its volume.
typedef struct {
  double x, y, z, a, c, volume;
} distant_prism;

INLINE double far_potential(int order, distant_prism d) {
  double x2 = d.x * d.x, y2 = d.y * d.y, h = x2 + y2;
  double inverse = 1 / root(h + d.z * d.z), q = inverse * inverse;
  double w = h * q, p = (x2 * q) * (y2 * q);
  moments m = moments_of(d.a, d.c);
  double first = m.k1 * (2 - 3 * w);
  double second = m.k2 * (24 + w * (105 * w - 120)) + m.p2 * ((3 - 15 * w) + 105 * p);
  if (order == 2) return d.volume * inverse * (1 + q * (first + q * second));
  double third = m.k3 * (720 + w * (w * (17010 - 10395 * w) - 7560)) +
                 m.p3 * ((90 + w * (945 * w - 945)) + p * (9450 - 10395 * w));
  if (order == 3) return d.volume * inverse * (1 + q * (first + q * (second + q * third)));
  double fourth =
      m.k4 * (40320 + w * (w * (2993760 + w * (2027025 * w - 4324320)) - 725760)) +
      m.p4 * ((5040 + w * (w * (218295 - 135135 * w) - 90720)) + p * (1247400 + w * (2027025 * w - 3243240))) +
      m.q4 * ((945 + w * (31185 * w - 17010)) + p * ((311850 - 810810 * w) + 2027025 * p));
  return d.volume * inverse * (1 + q * (first + q * (second + q * (third + q * fourth))));
}

// Towards east: minus the derivative with respect to the centre's x.
INLINE double far_east(int order, distant_prism d) {
  double x2 = d.x * d.x, y2 = d.y * d.y, h = x2 + y2;
  double inverse = 1 / root(h + d.z * d.z), q = inverse * inverse;
  double w = h * q, u = x2 * q, v = y2 * q, p = u * v;
  moments m = moments_of(d.a, d.c);
  double first = m.k1 * (12 - 15 * w);
  double second = m.k2 * (360 + w * (945 * w - 1260)) + m.p2 * ((45 - 105 * u) + (945 * p - 315 * v));
  double sum = first + q * second;
  if (order > 2) {
    double third = m.k3 * (20160 + w * (w * (249480 - 135135 * w) - 136080)) +
                   m.p3 * ((2520 + u * (10395 * u - 12285)) + (v * (31185 * v - 31185) + p * (166320 - 135135 * w)));
    sum = first + q * (second + q * third);
  }
  return d.volume * (d.x * q) * (inverse * (1 + q * sum));
}

/// Prisms' half diagonals beyond which the series of order 4, 3 and 2 stands for one: there it is in error by less than
/// 6e-12 of the prism's own field.
#define FIELD_REACH_4 11.0
#define FIELD_REACH_3 20.0
#define FIELD_REACH_2 60.0

/// Half diagonal of the largest prism; infinite where cells are not square, which have no series.
INLINE double size_of(const ck_cells *cells) {
  double a = cells->half_easting, c = 0.5 * cells->thickest;
  return a == cells->half_northing ? root(2 * a * a + c * c) : __builtin_inf();
}

/// The order of the series for all the cells of a box, at most `most`; 0 where it is too near for one.
INLINE int field_order(ck_box box, ck_point point, double radius, int most) {
  double square = distance_to(box, point);
  double fourth = FIELD_REACH_4 * radius, third = FIELD_REACH_3 * radius, second = FIELD_REACH_2 * radius;
  if (square > second * second) return 2;
  if (square > third * third) return 3;
  return square > fourth * fourth && most > 3 ? 4 : 0;
}

/// The cells from `start` on that take one order, and it; at most BLOCK of them.
INLINE int next_field_run(const ck_cells *cells, ck_point point, double radius, int most, size_t start,
                          size_t *end) {
  int order = field_order(cells->boxes[start / CK_BOX_CELLS], point, radius, most);
  size_t last = start + CK_BOX_CELLS;
  while (last < cells->count && last + CK_BOX_CELLS <= start + BLOCK &&
         field_order(cells->boxes[last / CK_BOX_CELLS], point, radius, most) == order)
    last += CK_BOX_CELLS;
  *end = last < cells->count ? last : cells->count;
  return order;
}
