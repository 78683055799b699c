#include "CTesseroid.h"

#include "kernels.h"

// With u, u' the unit vectors of the observation and the node and c = |u − u'|², 1 − cos ψ = c / 2 without
// cancellation: d² = (r − r')² + r r' c and r − r' cos ψ = (r − r') + r' c / 2.

INLINE double attraction(double dx, double dy, double dz, double r, double q) {
  double chord = (dx * dx + dy * dy) + dz * dz;
  double up = r - q;
  double square = up * up + r * q * chord;
  return q * q * (up + 0.5 * (q * chord)) / (square * root(square));
}

INLINE double potential(double dx, double dy, double dz, double r, double q) {
  double chord = (dx * dx + dy * dy) + dz * dz;
  double up = r - q;
  return q * q / root(up * up + r * q * chord);
}

#define NAME(x) OF_SET(x)
#define LOOPS "tesseroid_loops.h"
#include "instruction_sets.h"

void ct_attraction(ck_set set, const ct_pieces *pieces, const ct_place *place, double *values) {
  DISPATCH(ct_attraction, pieces, place, values)
}

void ct_potential(ck_set set, const ct_pieces *pieces, const ct_place *place, double *values) {
  DISPATCH(ct_potential, pieces, place, values)
}
