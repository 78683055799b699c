#ifndef CTESSEROID_H
#define CTESSEROID_H

#include <stddef.h>

#include "CKernels.h"

/// Pieces of tesseroids, each small enough for 2 × 2 × 2 Gauss–Legendre nodes: sine and cosine of the centre's
/// latitude and longitude, of the nodes' distance from it in both, mean radius, radial distance of the nodes
/// from it, and a weight.
typedef struct {
  size_t count;
  const double *sin_latitude, *cos_latitude, *sin_longitude, *cos_longitude;
  const double *sin_north, *cos_north, *sin_east, *cos_east;
  const double *radius, *half, *weight;
} ct_pieces;

/// An observation: its unit vector from the centre of the sphere, and its radius.
typedef struct {
  double x, y, z, radius;
} ct_place;

/// values[i] = weight · Σ over the nodes of r'² cos φ' (r − r' cos ψ) / d³.
void ct_attraction(ck_set set, const ct_pieces *pieces, const ct_place *place, double *values);

/// values[i] = weight · Σ over the nodes of r'² cos φ' / d.
void ct_potential(ck_set set, const ct_pieces *pieces, const ct_place *place, double *values);

#endif
