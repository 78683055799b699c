#ifndef CFOURIER_H
#define CFOURIER_H

#include <stddef.h>

#include "CKernels.h"

/// Fourier transforms of eight signals at once, one a vector lane; lanes never mix, so the width
/// of the machine's vectors changes no bit. A lane buffer holds, an element, 8 real parts and then
/// 8 imaginary parts.

/// A length with its factors (4 and primes; 2 to 7 are fast, others take p² operations) and the cosines and sines of 2πk/length.
typedef struct {
  size_t length;
  size_t factor_count;
  const unsigned char *factors;
  const double *cosines, *sines;
  /// How many factors, one after the other, make each group; a group's product is at most 128 unless it is one factor.
  size_t group_count;
  const unsigned char *groups;
} ck_length;

/// What is transformed: `used` elements, the others are zero; and how many elements of the result are wanted, the others
/// have any value.
typedef struct {
  const double *start;
  size_t used, kept;
} ck_signal;

/// X[k] = Σ x[j] e^(∓2πi jk/length), the upper sign unless `inverse`; unnormalised. Works between two buffers (16 · length
/// values each) and returns the one that holds the result; the signal may stand in `data`, and is left as it is elsewhere.
double *ck_fourier(ck_set set, const ck_length *length, int inverse, const ck_signal *signal, double *data,
                   double *scratch);

/// Up to 16 real rows (`count`), `stride` apart, into a lane buffer: row l < 8 in the real part of
/// lane l, row l ≥ 8 in the imaginary part of lane l − 8. `weights`, if any, multiplies them value
/// for value. Rows have `used` values, the rest up to `length` is zero.
void ck_pack_rows(ck_set set, const double *rows, const double *weights, size_t stride, size_t count,
                  size_t used, size_t length, double *lanes);

/// Separates the transform of a packed buffer into those of its rows and stores columns 0 …
/// length/2 of row l at half[(block · height + l) · 16 + column % 8] (+ 8: imaginary part), block =
/// column / 8. Columns beyond length/2 are zero.
void ck_split_rows(ck_set set, const double *lanes, size_t length, size_t count, double *half,
                   size_t height);

/// The reverse of `ck_split_rows`: the packed transform of 16 rows.
void ck_join_rows(ck_set set, const double *half, size_t height, size_t count, size_t length,
                  double *lanes);

/// rows[l][i] += weights[l][i] · scale · value (rows[l][i] = without weights) of packed lanes from
/// column `first` on, `used` columns.
void ck_unpack_rows(ck_set set, const double *lanes, size_t first, size_t used, size_t count,
                    double scale, const double *weights, double *rows, size_t stride);

/// sum += kernel · x over `count` elements of a lane buffer. `kind` 0: the kernel has 8 real values
/// an element; 1: 8 reals and 8 imaginaries; −1: of the same, the conjugate.
void ck_multiply_add(ck_set set, const double *kernel, int kind, const double *x, double *sum,
                     size_t count);

#endif
