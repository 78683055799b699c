#include "CWaves.h"

#include <string.h>

#include "kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#pragma STDC FP_CONTRACT OFF
// Functions that return vectors are all inlined, so no calling convention is at stake.
#pragma clang diagnostic ignored "-Wpsabi"

typedef float float_vector __attribute__((vector_size(64), aligned(4)));
typedef double double_vector __attribute__((vector_size(64), aligned(8)));

#define LOOPS "wave_numbers.h"
#include "instruction_sets.h"

static void row_f(ck_set set, const cw_shape *shape, const cw_operator *update, long row, int turned,
                  void *store0, void *store1, void *scratch) {
  DISPATCH(cw_row_f, shape, update, row, turned, store0, store1, scratch)
}

static void row_d(ck_set set, const cw_shape *shape, const cw_operator *update, long row, int turned,
                  void *store0, void *store1, void *scratch) {
  DISPATCH(cw_row_d, shape, update, row, turned, store0, store1, scratch)
}

void cw_row(ck_set set, const cw_shape *shape, const cw_operator *update, long row, int turned,
            void *store0, void *store1, void *scratch) {
  (shape->real ? row_d : row_f)(set, shape, update, row, turned, store0, store1, scratch);
}

static void turn_f(ck_set set, const cw_shape *shape, const cw_operator *update, long row) {
  DISPATCH(cw_turn_f, shape, update, row)
}

static void turn_d(ck_set set, const cw_shape *shape, const cw_operator *update, long row) {
  DISPATCH(cw_turn_d, shape, update, row)
}

void cw_turn(ck_set set, const cw_shape *shape, const cw_operator *update, long row) {
  (shape->real ? turn_d : turn_f)(set, shape, update, row);
}

static void image_f(ck_set set, const cw_shape *shape, const void *a, const void *b, void *sum) {
  DISPATCH(cw_image_f, shape, a, b, sum)
}

static void image_d(ck_set set, const cw_shape *shape, const void *a, const void *b, void *sum) {
  DISPATCH(cw_image_d, shape, a, b, sum)
}

void cw_image(ck_set set, const cw_shape *shape, const void *a, const void *b, void *sum) {
  (shape->real ? image_d : image_f)(set, shape, a, b, sum);
}

void cw_inject(int real, const cw_entry *entries, size_t count, const double *amplitudes,
               size_t stride, void *field, void *store) {
  for (size_t k = 0; k < count; k += 1) {
    const cw_entry e = entries[k];
    const double amplitude = amplitudes[(size_t)e.channel * stride];
    if (real) {
      ((double *)field)[e.column] += e.weight * amplitude;
      if (store) ((double *)store)[e.column] += e.inside * amplitude;
    } else {
      ((float *)field)[e.column] += (float)(e.weight * amplitude);
      if (store) ((float *)store)[e.column] += (float)(e.inside * amplitude);
    }
  }
}

void cw_sample(int real, const cw_entry *entries, size_t count, const void *field, double *sums) {
  for (size_t k = 0; k < count; k += 1) {
    const cw_entry e = entries[k];
    sums[e.channel] += e.weight * (real ? ((const double *)field)[e.column] : ((const float *)field)[e.column]);
  }
}

static uint32_t float_bits(float x) {
  uint32_t u;
  memcpy(&u, &x, sizeof u);
  return u;
}

static float float_of(uint32_t u) {
  float x;
  memcpy(&x, &u, sizeof x);
  return x;
}

/// 2^k, −126 ≤ k ≤ 127.
static float power(int k) { return float_of((uint32_t)(127 + k) << 23); }

int cw_pack(int half, const float *row, size_t count, uint16_t *packed) {
  if (!half) {
    for (size_t j = 0; j < count; j += 1) {
      uint32_t u = float_bits(row[j]);
      packed[j] = (uint16_t)((u + 0x7fff + (u >> 16 & 1)) >> 16);
    }
    return 0;
  }
  uint32_t largest = 0;
  for (size_t j = 0; j < count; j += 1) {
    uint32_t u = float_bits(row[j]) & 0x7fffffff;
    largest = u > largest ? u : largest;
  }
  // Rows below 2^−110 hold nothing that a gradient could show.
  int exponent = (int)(largest >> 23) - 127 - 14;
  if (largest < (uint32_t)(127 - 110) << 23) {
    memset(packed, 0, count * sizeof *packed);
    return 0;
  }
  // In two factors: one alone may be out of range.
  const float first = power(-exponent / 2), second = power(-exponent - -exponent / 2);
  for (size_t j = 0; j < count; j += 1) {
    uint32_t u = float_bits(row[j] * first * second);
    uint32_t magnitude = u & 0x7fffffff, sign = u >> 16 & 0x8000;
    uint32_t rounded = (magnitude + 0xfff + (magnitude >> 13 & 1)) >> 13;
    packed[j] = (uint16_t)(sign | (magnitude < (uint32_t)113 << 23 ? 0 : rounded - (112 << 10)));
  }
  return exponent;
}

void cw_unpack(int half, int exponent, const uint16_t *packed, size_t count, float *row) {
  if (!half) {
    for (size_t j = 0; j < count; j += 1) row[j] = float_of((uint32_t)packed[j] << 16);
    return;
  }
  const float first = power(exponent / 2), second = power(exponent - exponent / 2);
  for (size_t j = 0; j < count; j += 1) {
    uint32_t magnitude = packed[j] & 0x7fff, sign = (uint32_t)(packed[j] & 0x8000) << 16;
    float value = float_of(sign | (magnitude ? (magnitude + (112 << 10)) << 13 : 0));
    row[j] = value * first * second;
  }
}

uint64_t cw_flush_subnormals(void) {
#if defined(__x86_64__)
  unsigned state = _mm_getcsr();
  _mm_setcsr(state | 0x8040);
  return state;
#elif defined(__aarch64__)
  uint64_t state;
  __asm__ volatile("mrs %0, fpcr" : "=r"(state));
  __asm__ volatile("msr fpcr, %0" : : "r"(state | (uint64_t)1 << 24));
  return state;
#else
  return 0;
#endif
}

void cw_restore_subnormals(uint64_t state) {
#if defined(__x86_64__)
  _mm_setcsr((unsigned)state);
#elif defined(__aarch64__)
  __asm__ volatile("msr fpcr, %0" : : "r"(state));
#else
  (void)state;
#endif
}
