#include "CFourier.h"

#include "kernels.h"

/// The transform of an odd prime number of elements: sums and differences of mirrored pairs, then
/// a row of cosines and one of sines an output pair.
INLINE void odd(const int p, const double *cosines, const double *sines, eight *a, eight *b) {
  eight sum_a[4], sum_b[4], diff_a[4], diff_b[4];
  eight first_a = a[0], first_b = b[0];
  _Pragma("unroll") for (int j = 1; j <= p / 2; j += 1) {
    sum_a[j] = a[j] + a[p - j];
    sum_b[j] = b[j] + b[p - j];
    diff_a[j] = a[j] - a[p - j];
    diff_b[j] = b[j] - b[p - j];
  }
  _Pragma("unroll") for (int j = 1; j <= p / 2; j += 1) {
    a[0] += sum_a[j];
    b[0] += sum_b[j];
  }
  _Pragma("unroll") for (int k = 1; k <= p / 2; k += 1) {
    eight even_a = first_a, even_b = first_b;
    eight odd_a = sines[k % p] * diff_a[1], odd_b = sines[k % p] * diff_b[1];
    _Pragma("unroll") for (int j = 1; j <= p / 2; j += 1) {
      even_a += cosines[j * k % p] * sum_a[j];
      even_b += cosines[j * k % p] * sum_b[j];
    }
    _Pragma("unroll") for (int j = 2; j <= p / 2; j += 1) {
      odd_a += sines[j * k % p] * diff_a[j];
      odd_b += sines[j * k % p] * diff_b[j];
    }
    a[k] = even_a + odd_b;
    b[k] = even_b - odd_a;
    a[p - k] = even_a - odd_b;
    b[p - k] = even_b + odd_a;
  }
}

static const double cosines3[] = {1, -0.5, -0.5};
static const double sines3[] = {0, 0.86602540378443864676, -0.86602540378443864676};
static const double cosines5[] = {1, 0.30901699437494742410, -0.80901699437494742410,
                                  -0.80901699437494742410, 0.30901699437494742410};
static const double sines5[] = {0, 0.95105651629515357212, 0.58778525229247312917,
                                -0.58778525229247312917, -0.95105651629515357212};
static const double cosines7[] = {1, 0.62348980185873353053, -0.22252093395631440429,
                                  -0.90096886790241912624, -0.90096886790241912624,
                                  -0.22252093395631440429, 0.62348980185873353053};
static const double sines7[] = {0, 0.78183148246802980871, 0.97492791218182360702,
                                0.43388373911755812048, -0.43388373911755812048,
                                -0.97492791218182360702, -0.78183148246802980871};

/// a + ib of p elements becomes their transform; p is a constant wherever this is inlined.
INLINE void butterfly(const int p, eight *a, eight *b) {
  switch (p) {
    case 2: {
      eight a1 = a[1], b1 = b[1];
      a[1] = a[0] - a1;
      b[1] = b[0] - b1;
      a[0] += a1;
      b[0] += b1;
      return;
    }
    case 4: {
      eight sa0 = a[0] + a[2], da0 = a[0] - a[2], sb0 = b[0] + b[2], db0 = b[0] - b[2];
      eight sa1 = a[1] + a[3], da1 = a[1] - a[3], sb1 = b[1] + b[3], db1 = b[1] - b[3];
      a[0] = sa0 + sa1;
      b[0] = sb0 + sb1;
      a[1] = da0 + db1;
      b[1] = db0 - da1;
      a[2] = sa0 - sa1;
      b[2] = sb0 - sb1;
      a[3] = da0 - db1;
      b[3] = db0 + da1;
      return;
    }
    case 3: odd(3, cosines3, sines3, a, b); return;
    case 5: odd(5, cosines5, sines5, a, b); return;
    case 7: odd(7, cosines7, sines7, a, b); return;
  }
}

/// Elements of a group of factors, times the groups that go side by side: 16 KB each of two buffers.
#define LARGEST_GROUP 128

/// Places of a pass: element number i of group number r stands at (i · stride + r) · 16; `count` places from `start` on
/// exist.
typedef struct {
  double *start;
  size_t stride, count;
} elements;

/// The twiddles of a pass, and where real and imaginary parts of an element stand.
typedef struct {
  const ck_length *length;
  size_t first, step, real, imaginary;
} roots;

/// How many groups go side by side from number r on, at most `most` of s: all of whose elements are on the same side of
/// the ends of what is read and what is wanted.
INLINE size_t run_of(size_t r, size_t most, size_t s, size_t used, size_t kept) {
  size_t end = r + most < s ? r + most : s;
  if (used % s > r && used % s < end) end = used % s;
  if (kept % s > r && kept % s < end) end = kept % s;
  return end - r;
}

/// What stands beyond the end of a signal.
static const double zeros[16] __attribute__((aligned(64))) = {0};

/// Rows and columns of 8 × 8 values change places: pairs, pairs of pairs, halves.
INLINE void transpose(eight x[8]) {
  eight t[8], u[8];
  _Pragma("unroll") for (int i = 0; i < 8; i += 2) {
    t[i] = __builtin_shufflevector(x[i], x[i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
    t[i + 1] = __builtin_shufflevector(x[i], x[i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
  }
  _Pragma("unroll") for (int i = 0; i < 8; i += 4) {
    _Pragma("unroll") for (int j = i; j < i + 2; j += 1) {
      u[j] = __builtin_shufflevector(t[j], t[j + 2], 0, 1, 8, 9, 4, 5, 12, 13);
      u[j + 2] = __builtin_shufflevector(t[j], t[j + 2], 2, 3, 10, 11, 6, 7, 14, 15);
    }
  }
  _Pragma("unroll") for (int i = 0; i < 4; i += 1) {
    x[i] = __builtin_shufflevector(u[i], u[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    x[i + 4] = __builtin_shufflevector(u[i], u[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
}

#define NAME(x) OF_SET(x)
#define LOOPS "fourier_loops.h"
#include "instruction_sets.h"

double *ck_fourier(ck_set set, const ck_length *length, int inverse, const ck_signal *signal, double *data,
                   double *scratch) {
  DISPATCH(fourier, length, inverse, signal, data, scratch)
}

void ck_pack_rows(ck_set set, const double *rows, const double *weights, size_t stride,
                  size_t count, size_t used, size_t length, double *lanes) {
  DISPATCH(pack_rows, rows, weights, stride, count, used, length, lanes)
}

void ck_split_rows(ck_set set, const double *lanes, size_t length, size_t count, double *half,
                   size_t height) {
  DISPATCH(split_rows, lanes, length, count, half, height)
}

void ck_join_rows(ck_set set, const double *half, size_t height, size_t count, size_t length,
                  double *lanes) {
  DISPATCH(join_rows, half, height, count, length, lanes)
}

void ck_unpack_rows(ck_set set, const double *lanes, size_t first, size_t used, size_t count,
                    double scale, const double *weights, double *rows, size_t stride) {
  DISPATCH(unpack_rows, lanes, first, used, count, scale, weights, rows, stride)
}

void ck_multiply_add(ck_set set, const double *kernel, int kind, const double *x, double *sum,
                     size_t count) {
  DISPATCH(multiply_add, kernel, kind, x, sum, count)
}
