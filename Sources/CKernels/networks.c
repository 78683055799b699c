#include "CNetworks.h"

#include "kernels.h"

#pragma STDC FP_CONTRACT OFF
// Functions that return vectors are all inlined, so no calling convention is at stake.
#pragma clang diagnostic ignored "-Wpsabi"

typedef unsigned long long words __attribute__((vector_size(64), aligned(8)));

size_t cn_mixture_rows(cn_mixture m) { return 1 + m.targets + m.targets * (m.targets + 1) / 2; }

size_t cn_mixture_scratch(cn_mixture m) { return 8 * m.kernels * (2 + 3 * m.targets); }

#define NAME(x) OF_SET(cn_##x)
#define LOOPS "network_loops.h"
#include "instruction_sets.h"

void cn_dense(ck_set set, const double *weights, const double *bias, size_t outputs, size_t inputs,
              const double *x, double *y, size_t stride, size_t width) {
  DISPATCH(cn_dense, weights, bias, outputs, inputs, x, y, stride, width)
}

void cn_tanh(ck_set set, double *values, size_t rows, size_t stride, size_t width) {
  DISPATCH(cn_tanh, values, rows, stride, width)
}

void cn_tanh_slope(ck_set set, const double *values, double *slopes, size_t rows, size_t stride, size_t width) {
  DISPATCH(cn_tanh_slope, values, slopes, rows, stride, width)
}

void cn_outer(ck_set set, const double *y, size_t outputs, const double *x, size_t inputs, double *weights,
              double *bias, size_t stride, size_t width) {
  DISPATCH(cn_outer, y, outputs, x, inputs, weights, bias, stride, width)
}

double cn_mixture_loss(ck_set set, cn_mixture mixture, const double *outputs, const double *targets,
                       const double *weights, double *slopes, double *logs, double *scratch, size_t stride,
                       size_t width) {
  DISPATCH(cn_mixture_loss, mixture, outputs, targets, weights, slopes, logs, scratch, stride, width)
}

void cn_exp(ck_set set, double *values, size_t count) { DISPATCH(cn_exp_all, values, count) }

void cn_normal(ck_set set, const unsigned long long *words, double *first, double *second, size_t count) {
  DISPATCH(cn_normal, words, first, second, count)
}
