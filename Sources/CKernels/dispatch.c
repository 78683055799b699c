#include "kernels.h"

#define NAME(x) OF_SET(x)
#define TILE_ROWS (2 << LEVEL)
#define LOOPS "loops.h"
#include "instruction_sets.h"

#if defined(__x86_64__)

ck_set ck_processor_set(void) {
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl"))
    return ck_avx512;
  return __builtin_cpu_supports("avx2") ? ck_avx2 : ck_baseline;
}

#else

ck_set ck_processor_set(void) { return ck_baseline; }

#endif

double ck_face_sum(ck_set set, const ck_cells *cells, ck_point point) {
  DISPATCH(face_sum, cells, point)
}

double ck_prism_sum(ck_set set, const ck_cells *cells, const double *bottom, ck_point point) {
  DISPATCH(prism_sum, cells, bottom, point)
}

void ck_annulus_row(ck_set set, const ck_cells *cells, ck_point point, double *row) {
  DISPATCH(annulus_row, cells, point, row)
}

void ck_slab_row(ck_set set, const ck_cells *cells, ck_point point, double step, double *row) {
  DISPATCH(slab_row, cells, point, step, row)
}

void ck_angle_row(ck_set set, const ck_cells *cells, ck_point point, double *row) {
  DISPATCH(angle_row, cells, point, row)
}

double ck_dot(ck_set set, const double *a, const double *b, size_t count) {
  DISPATCH(dot, a, b, count)
}

void ck_add_normal(ck_set set, const double *rows, size_t row_count, const double *x, double *sum,
                   size_t count) {
  DISPATCH(add_normal, rows, row_count, x, sum, count)
}

void ck_face_row(ck_set set, const ck_offsets *offsets, const double *z, double *row) {
  DISPATCH(face_row, offsets, z, row)
}

void ck_angle_offsets(ck_set set, const ck_offsets *offsets, const double *z, double *row) {
  DISPATCH(angle_offsets, offsets, z, row)
}

void ck_annulus_offsets(ck_set set, const ck_offsets *offsets, const double *z, double *row) {
  DISPATCH(annulus_offsets, offsets, z, row)
}

void ck_add_product(ck_set set, const double *a, const double *b, double *sum, size_t count) {
  DISPATCH(add_product, a, b, sum, count)
}

void ck_add_pair(ck_set set, const double *rows, double a, double b, double *sum, size_t count) {
  DISPATCH(add_pair, rows, a, b, sum, count)
}

void ck_subtract_product(ck_set set, ck_product product) { DISPATCH(subtract_product, product) }
