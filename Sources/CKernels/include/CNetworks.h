#ifndef CNETWORKS_H
#define CNETWORKS_H

#include <stddef.h>

#include "CKernels.h"

/// Loops of networks over a block of samples. Numbers of a block lie row by row, a row a feature: feature i of sample s
/// at [i · stride + s], for `width` samples, a multiple of 16. Sums over samples go lane by lane and then across the
/// eight lanes in one order, so the width of the machine's vectors changes no bit.

/// y = W x + b, W of `outputs` rows of `inputs` numbers; b = 0 where there is none.
void cn_dense(ck_set set, const double *weights, const double *bias, size_t outputs, size_t inputs,
              const double *x, double *y, size_t stride, size_t width);

/// tanh of `rows` rows, in place; absolute error 3e-16.
void cn_tanh(ck_set set, double *values, size_t rows, size_t stride, size_t width);

/// slope *= 1 − value², the derivative of tanh where it has that value.
void cn_tanh_slope(ck_set set, const double *values, double *slopes, size_t rows, size_t stride, size_t width);

/// weights[k][i] += Σ_s y[k][s] x[i][s] and bias[k] += Σ_s y[k][s].
void cn_outer(ck_set set, const double *y, size_t outputs, const double *x, size_t inputs, double *weights,
              double *bias, size_t stride, size_t width);

/// Mixtures of `kernels` normal distributions of `targets` numbers t. Rows of the outputs o, for each kernel j one after
/// the other: a; the mean μ; the upper triangle U row by row with the logarithms c of its diagonal:
///
///     p(t) = Σ α_j N_j,  α = softmax(a),  ln N_j = −½ |U (t − μ)|² + Σ c − ½ targets ln 2π.
typedef struct {
  size_t kernels, targets;
} cn_mixture;

/// Rows of outputs of a kernel.
size_t cn_mixture_rows(cn_mixture mixture);

/// Numbers of scratch that `cn_mixture_loss` needs.
size_t cn_mixture_scratch(cn_mixture mixture);

/// Σ_s weight_s ln p(t_s). Where `slopes` is not null it gets the derivatives of −weight ln p by the outputs, where
/// `logs` is not null it gets ln p.
double cn_mixture_loss(ck_set set, cn_mixture mixture, const double *outputs, const double *targets,
                       const double *weights, double *slopes, double *logs, double *scratch, size_t stride,
                       size_t width);

/// eˣ in place, relative error 3e-16 from −707 to 709 and clamped there.
void cn_exp(ck_set set, double *values, size_t count);

/// Standard normal numbers by Box and Muller's transformation of words, two a pair: u = (first >> 11) + 1, v = second
/// >> 11, in units of 2⁻⁵³; √(−2 ln u) times cos 2πv to `first`, times sin 2πv to `second`. `count` a multiple of 8.
void cn_normal(ck_set set, const unsigned long long *words, double *first, double *second, size_t count);

#endif
