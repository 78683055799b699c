#ifndef CEXPANSION_H
#define CEXPANSION_H

#include <stddef.h>

#include "CKernels.h"

/// Chebyshev polynomials of many cells' heights, one degree after the other, so that none of them needs to be kept.

/// What is taken of a polynomial: its value, its derivative by the height, or the difference quotient over a step upwards.
typedef enum { ck_value = 0, ck_derivative = 1, ck_difference = 2 } ck_basis;

/// T_k(t), t = (level − middle) / half.
typedef struct {
  ck_basis basis;
  double middle, half, step;
} ck_expansion;

/// Values a cell of the state of the recurrences.
#define CK_EXPANSION_STATE 6

/// The state before degree 0 at `count` levels.
void ck_begin_polynomials(ck_set set, const ck_expansion *expansion, const double *levels, double *state,
                          size_t count);

/// values = factors · polynomial `degree`, which must go up one by one from 0.
void ck_next_polynomial(ck_set set, const ck_expansion *expansion, size_t degree, const double *factors,
                        double *state, double *values, size_t count);

#endif
