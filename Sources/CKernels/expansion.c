#include "CExpansion.h"

#include "kernels.h"

#define FORCED static inline __attribute__((always_inline))

#define NAME(x) x##_baseline
#define TARGET
#include "expansion_loops.h"
#undef NAME
#undef TARGET

#if defined(__x86_64__)

#define NAME(x) x##_avx2
#define TARGET __attribute__((target("avx2")))
#include "expansion_loops.h"
#undef NAME
#undef TARGET

#define NAME(x) x##_avx512
#define TARGET __attribute__((target("avx2,avx512f,avx512dq,avx512vl")))
#include "expansion_loops.h"
#undef NAME
#undef TARGET

#endif

void ck_begin_polynomials(ck_set set, const ck_expansion *expansion, const double *levels, double *state,
                          size_t count) {
  DISPATCH(begin_polynomials, expansion, levels, state, count)
}

void ck_next_polynomial(ck_set set, const ck_expansion *expansion, size_t degree, const double *factors,
                        double *state, double *values, size_t count) {
  DISPATCH(next_polynomial, expansion, degree, factors, state, values, count)
}
