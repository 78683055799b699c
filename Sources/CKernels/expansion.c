#include "CExpansion.h"

#include "kernels.h"

#define FORCED static inline __attribute__((always_inline))

#define NAME(x) OF_SET(x)
#define LOOPS "expansion_loops.h"
#include "instruction_sets.h"

void ck_begin_polynomials(ck_set set, const ck_expansion *expansion, const double *levels, double *state,
                          size_t count) {
  DISPATCH(begin_polynomials, expansion, levels, state, count)
}

void ck_next_polynomial(ck_set set, const ck_expansion *expansion, size_t degree, const double *factors,
                        double *state, double *values, size_t count) {
  DISPATCH(next_polynomial, expansion, degree, factors, state, values, count)
}
