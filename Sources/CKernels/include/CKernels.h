#ifndef CKERNELS_H
#define CKERNELS_H

#include <stddef.h>

/// Inner loops in C, because they are compiled three times, for baseline x86-64, AVX2 and AVX-512,
/// and the caller picks one at run time; Swift compiles for one instruction set. Every version
/// does the same IEEE operations in the same order (no contraction, no reassociation), so they
/// give the same bits.

/// Instruction sets; on other processors than x86-64 all are the baseline.
typedef enum { ck_baseline = 0, ck_avx2 = 1, ck_avx512 = 2 } ck_set;

/// The widest set that this processor runs.
ck_set ck_processor_set(void);

/// Cells that share a bounding box: numbers 32 k … 32 k + 31.
#define CK_BOX_CELLS 32

/// A box that holds centres of cells.
typedef struct {
  double west, east, south, north;
} ck_box;

/// Cells of a layer: centres, and for each a level (or two) and a factor. They are distinct cells of
/// one grid in the order of its rows; row k of those that have cells begins at rows[k], and
/// rows[row_count] = count. A box for every CK_BOX_CELLS cells holds their centres. No level is outside
/// [lowest, highest], and no prism down from a level thicker than `thickest`.
typedef struct {
  size_t count, row_count;
  const size_t *rows;
  const ck_box *boxes;
  double half_easting, half_northing;
  double lowest, highest, thickest;
  const double *easting, *northing, *level, *factor;
} ck_cells;

typedef struct {
  double easting, northing, upward;
} ck_point;

// For square cells, the sums and the rows of slabs and angles take a series in the cell's size for those
// whose centre is horizontally more than 12 half widths from the point.

/// Sum over the cells of factor · F(level − upward).
double ck_face_sum(ck_set set, const ck_cells *cells, ck_point point);

/// Sum over the cells of factor · (F(level − upward) − F(bottom − upward)).
double ck_prism_sum(ck_set set, const ck_cells *cells, const double *bottom, ck_point point);

/// One row of a Jacobian: the annulus without its constants, factor h / (a b (a + b)).
void ck_annulus_row(ck_set set, const ck_cells *cells, ck_point point, double *row);

/// One row: factor times the gravity of the slab [level, level + step].
void ck_slab_row(ck_set set, const ck_cells *cells, ck_point point, double step, double *row);

/// One row: factor times the solid angle of the face, negative where it is above the point.
void ck_angle_row(ck_set set, const ck_cells *cells, ck_point point, double *row);

/// a · b, `count` a multiple of 8, in eight interleaved sums.
double ck_dot(ck_set set, const double *a, const double *b, size_t count);

/// sum += Σ (row · x) row over rows one after the other, `count` values each, a multiple of 8. The rows
/// go in fours from the first on, which decides the order of the additions.
void ck_add_normal(ck_set set, const double *rows, size_t row_count, const double *x, double *sum,
                   size_t count);

/// sum += a · row0 + b · row1, the rows one after the other, `count` values each, a multiple of 8.
void ck_add_pair(ck_set set, const double *rows, double a, double b, double *sum, size_t count);

/// A rectangle of a matrix product taken away: C[i, j] −= Σₖ A[i, k] B[k, j]. Strides are row lengths.
typedef struct {
  const double *a, *b;
  double *c;
  size_t a_stride, b_stride, c_stride;
  size_t rows, columns, depth;
} ck_product;

/// Every element sums over k in ascending order from zero, then is taken from C.
void ck_subtract_product(ck_set set, ck_product product);

/// Places of one row of cells relative to an observation: eastings x, one northing y.
typedef struct {
  size_t count;
  double half_easting, half_northing;
  const double *x;
  double y;
} ck_offsets;

/// row = F(z) of each cell's face, z its height above the observation.
void ck_face_row(ck_set set, const ck_offsets *offsets, const double *z, double *row);

/// row = dF/dz: the solid angle, negative where the face is above the observation.
void ck_angle_offsets(ck_set set, const ck_offsets *offsets, const double *z, double *row);

/// row = z / (a b (a + b)) of the annulus.
void ck_annulus_offsets(ck_set set, const ck_offsets *offsets, const double *z, double *row);

/// sum += a · b, value for value.
void ck_add_product(ck_set set, const double *a, const double *b, double *sum, size_t count);

#include "CExpansion.h"
#include "CFields.h"
#include "CFourier.h"
#include "CNetworks.h"
#include "CPrism.h"
#include "CTesseroid.h"
#include "CWaves.h"

#endif
