#ifndef CWAVES_H
#define CWAVES_H

#include <stddef.h>
#include <stdint.h>

#include "CKernels.h"

/// Rows of staggered-grid wave propagation. A field is a block of rows, `stride` elements apart, with
/// halos of zeros on all sides; rows begin at a multiple of 64 bytes. `real` says what elements are: floats
/// (0) or doubles (1). Elements never mix but in the written order, so the width of the machine's vectors
/// changes no bit.

#define CW_HALO 16

/// What all fields of a grid share. Columns [0, left) and [right, width) are the absorbing strips; all
/// three are multiples of 16.
typedef struct {
  int real, half_order;
  long stride, width, left, right;
  double stencil[4];
} cw_shape;

/// cw_sum: out0 += m0 (X + Z). cw_pair: out0 += m0 X, out1 += m1 Z. cw_stress: out0 += m0 X + m1 Z,
/// out1 += m1 X + m2 Z. X and Z are the differences of the inputs along x and z.
typedef enum { cw_sum = 0, cw_pair = 1, cw_stress = 2 } cw_kind;

/// One update. Pointers of fields are to row 0, column 0. A shift of 0 is the difference between a node and
/// the next at the half node after it, −1 that between half nodes at the node.
typedef struct {
  cw_kind kind;
  int x_shift, z_shift;
  const void *x_input;
  /// Pointers to the rows of the input, of row 0 first, −4 … rows + 3 in reach.
  const void *const *z_rows;
  void *outputs[2];
  const void *materials[3];
  /// Recursive convolutions of the strips: ψ ← bψ + a E. Along x by column, strips of a row side by side.
  const void *x_a, *x_b;
  void *x_psi;
  /// Along z by row, and for every row its place among the rows that have ψ, or −1.
  const double *z_a, *z_b;
  const int *z_place;
  void *z_psi;
  /// The first rows whose difference along z is a table of its own: `special_rows` rows of factors of input
  /// rows 0 … special_columns − 1.
  int special_rows, special_columns;
  const double *special;
  /// Of transposed updates: the input of the differences along z, and rows for it with its convolution, by place.
  const void *z_input;
  void *z_turned;
} cw_operator;

/// Row `row` of an update with the convolutions after the differences (forward in time) or, `turned`, before
/// them. `store0`, `store1`, if any, take the differences (X + Z, or X and Z). `scratch`: three lines of
/// `width` + 2 CW_HALO elements.
void cw_row(ck_set set, const cw_shape *shape, const cw_operator *update, long row, int turned,
            void *store0, void *store1, void *scratch);

/// Row `row` of an input of transposed updates along z: ψ += f, t = f + a ψ, ψ ← bψ, t at its place.
void cw_turn(ck_set set, const cw_shape *shape, const cw_operator *update, long row);

/// sum += a · b over a row.
void cw_image(ck_set set, const cw_shape *shape, const void *a, const void *b, void *sum);

/// A weight of a point in one row: `channel` is the source or receiver.
typedef struct {
  int column, channel;
  double weight, inside;
} cw_entry;

/// field[column] += weight · amplitude[channel · stride]; where `store` is given, store[column] += inside ·
/// the same.
void cw_inject(int real, const cw_entry *entries, size_t count, const double *amplitudes,
               size_t stride, void *field, void *store);

/// sums[channel] += Σ weight · field[column].
void cw_sample(int real, const cw_entry *entries, size_t count, const void *field, double *sums);

/// A row of floats as 16-bit numbers and back. `half` 0: the upper half of the bits, rounded to even (bf16).
/// 1: IEEE half precision of value · 2^−e with the e that puts the largest magnitude in [2^14, 2^15); the
/// exponent is returned (0 for bf16 and for rows of zeros). Smaller than 2^−14 becomes 0.
int cw_pack(int half, const float *row, size_t count, uint16_t *packed);
void cw_unpack(int half, int exponent, const uint16_t *packed, size_t count, float *row);

/// Subnormal numbers count as zeros in the calling thread from now on; returns what `cw_restore_subnormals`
/// takes. A wave's front and its rest in an absorbing layer fall through them, at 150 cycles an operation.
uint64_t cw_flush_subnormals(void);
void cw_restore_subnormals(uint64_t state);

#endif
