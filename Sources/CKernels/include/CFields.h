#ifndef CFIELDS_H
#define CFIELDS_H

#include "CKernels.h"

/// Fields of prisms beside g_z, divided by Gρ; `up` counts upwards.
typedef enum {
  cf_potential = 0,
  cf_east,
  cf_north,
  cf_east_east,
  cf_north_north,
  cf_up_up,
  cf_east_north,
  cf_east_up,
  cf_north_up
} cf_field;

/// Distances of a prism's faces from the observation, metres.
typedef struct {
  double west, east, south, north, bottom, top;
} cf_prism;

/// The field of one prism, with the bits of the sums below. A component of the tensor is NaN on edges where it is
/// infinite; on a face that its axis crosses, a diagonal one is its limit from outside.
double cf_value(cf_field field, cf_prism prism);

/// Sum over the cells of factor · the field of the prism from `bottom` up to the cell's level.
double cf_sum(ck_set set, cf_field field, const ck_cells *cells, const double *bottom, ck_point point);

#endif
