// The loops of the networks, included once an instruction set with NAME and TARGET defined.

#define FORCED static inline __attribute__((always_inline))
#define LOAD(p) (*(const eight *)(p))

/// The larger and the smaller of two; the second of them where one is no number.
TARGET FORCED eight NAME(larger)(eight a, eight b) {
  words mask = (words)(a > b);
  return (eight)(((words)a & mask) | ((words)b & ~mask));
}

TARGET FORCED eight NAME(smaller)(eight a, eight b) {
  words mask = (words)(a < b);
  return (eight)(((words)a & mask) | ((words)b & ~mask));
}

/// e^x: 2^k times the series of e^r to r^13, |r| <= ln 2 / 2, k read off the bits of x / ln 2 plus a large number.
TARGET FORCED eight NAME(exp8)(eight x) {
  x = NAME(smaller)((eight){0} + 709.0, NAME(larger)((eight){0} - 707.0, x));
  eight n = x * 1.4426950408889634 + 6755399441055744.0;
  eight k = n - 6755399441055744.0;
  eight r = (x - k * 0.693147180369123816490) - k * 1.90821492927058770002e-10;
  eight s = r * r;
  eight q = s * s;
  eight a = 1.0 + r;
  eight b = 0.5 + r * 0.16666666666666666;
  eight c = 0.041666666666666664 + r * 0.008333333333333333;
  eight d = 0.001388888888888889 + r * 0.0001984126984126984;
  eight e = 2.48015873015873e-05 + r * 2.7557319223985893e-06;
  eight f = 2.755731922398589e-07 + r * 2.505210838544172e-08;
  eight g = 2.08767569878681e-09 + r * 1.6059043836821613e-10;
  eight low = (a + s * b) + q * (c + s * d);
  eight high = (e + s * f) + q * g;
  eight y = low + (q * q) * high;
  return (eight)((words)y + ((words)n << 52));
}

/// ln x of positive normal numbers; see `logarithm`.
TARGET FORCED eight NAME(log8)(eight x) {
  const unsigned long long bias = 1024ull << 52, one = 0x3ff0000000000000ull;
  words shifted = (words)x - one + (bias | 1ull << 51);
  eight power = (eight)((shifted >> 52) | 0x4330000000000000ull) - 4503599627371520.0;
  eight scaled = (eight)((shifted & 0xfff0000000000000ull) - bias + one);
  eight s = (x - scaled) / (x + scaled);
  eight u = s * s;
  eight v = u * u;
  eight low = 0.6666666666666666 + u * 0.40000000000008523;
  eight second = 0.2857142856701462 + u * 0.2222222309164114;
  eight third = 0.18181734246400322 + u * 0.1538900212516573;
  eight fourth = 0.13207080082069364 + u * 0.13629110721861268;
  eight tail = (low + v * second) + (v * v) * (third + v * fourth);
  return power * 0.6931471805599453 + (s + (s + s * (u * tail)));
}

/// ROWS outputs of two vectors of samples.
TARGET FORCED void NAME(dense_tile)(const int ROWS, const double *w, const double *b, size_t inputs,
                                    const double *x, double *y, size_t stride) {
  eight sum[4][2];
  _Pragma("unroll") for (int k = 0; k < ROWS; k += 1) {
    sum[k][0] = (eight){0} + (b ? b[k] : 0.0);
    sum[k][1] = sum[k][0];
  }
  for (size_t i = 0; i < inputs; i += 1) {
    eight first = LOAD(x + i * stride), second = LOAD(x + i * stride + 8);
    _Pragma("unroll") for (int k = 0; k < ROWS; k += 1) {
      sum[k][0] += w[k * inputs + i] * first;
      sum[k][1] += w[k * inputs + i] * second;
    }
  }
  _Pragma("unroll") for (int k = 0; k < ROWS; k += 1) {
    *(eight *)(y + k * stride) = sum[k][0];
    *(eight *)(y + k * stride + 8) = sum[k][1];
  }
}

TARGET static void NAME(dense)(const double *w, const double *b, size_t outputs, size_t inputs,
                               const double *x, double *y, size_t stride, size_t width) {
  for (size_t s = 0; s < width; s += 16) {
    size_t k = 0;
#define TILE(rows) NAME(dense_tile)(rows, w + k * inputs, b ? b + k : 0, inputs, x + s, y + k * stride + s, stride)
    for (; k + 4 <= outputs; k += 4) TILE(4);
    switch (outputs - k) {
      case 3: TILE(3); break;
      case 2: TILE(2); break;
      case 1: TILE(1); break;
      default: break;
    }
#undef TILE
  }
}

/// (1 - e^-2|x|) / (1 + e^-2|x|) with the sign of x.
TARGET static void NAME(tanh)(double *values, size_t rows, size_t stride, size_t width) {
  for (size_t row = 0; row < rows; row += 1) {
    for (size_t s = 0; s < width; s += 8) {
      eight x = LOAD(values + row * stride + s);
      words sign = (words)x & 0x8000000000000000ull;
      eight e = NAME(exp8)(-2.0 * (eight)((words)x ^ sign));
      eight t = (1.0 - e) / (1.0 + e);
      *(eight *)(values + row * stride + s) = (eight)((words)t | sign);
    }
  }
}

TARGET static void NAME(tanh_slope)(const double *values, double *slopes, size_t rows, size_t stride, size_t width) {
  for (size_t row = 0; row < rows; row += 1) {
    for (size_t s = 0; s < width; s += 8) {
      eight t = LOAD(values + row * stride + s);
      *(eight *)(slopes + row * stride + s) *= 1.0 - t * t;
    }
  }
}

TARGET FORCED double NAME(across)(eight lanes) {
  return ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]));
}

TARGET FORCED void NAME(outer_tile)(const int ROWS, const int COLUMNS, const double *y, const double *x, double *w,
                                    size_t inputs, size_t stride, size_t width) {
  eight sum[4][4];
  _Pragma("unroll") for (int k = 0; k < ROWS; k += 1) {
    _Pragma("unroll") for (int i = 0; i < COLUMNS; i += 1) sum[k][i] = (eight){0};
  }
  for (size_t s = 0; s < width; s += 8) {
    eight right[4];
    _Pragma("unroll") for (int i = 0; i < COLUMNS; i += 1) right[i] = LOAD(x + i * stride + s);
    _Pragma("unroll") for (int k = 0; k < ROWS; k += 1) {
      eight left = LOAD(y + k * stride + s);
      _Pragma("unroll") for (int i = 0; i < COLUMNS; i += 1) sum[k][i] += left * right[i];
    }
  }
  _Pragma("unroll") for (int k = 0; k < ROWS; k += 1) {
    _Pragma("unroll") for (int i = 0; i < COLUMNS; i += 1) w[k * inputs + i] += NAME(across)(sum[k][i]);
  }
}

TARGET FORCED void NAME(outer_rows)(const int ROWS, const double *y, const double *x, size_t inputs, double *w,
                                    double *bias, size_t stride, size_t width) {
  size_t i = 0;
#define TILE(columns) NAME(outer_tile)(ROWS, columns, y, x + i * stride, w + i, inputs, stride, width)
  for (; i + 4 <= inputs; i += 4) TILE(4);
  switch (inputs - i) {
    case 3: TILE(3); break;
    case 2: TILE(2); break;
    case 1: TILE(1); break;
    default: break;
  }
#undef TILE
  eight sum[4];
  _Pragma("unroll") for (int k = 0; k < ROWS; k += 1) sum[k] = (eight){0};
  for (size_t s = 0; s < width; s += 8) {
    _Pragma("unroll") for (int k = 0; k < ROWS; k += 1) sum[k] += LOAD(y + k * stride + s);
  }
  _Pragma("unroll") for (int k = 0; k < ROWS; k += 1) bias[k] += NAME(across)(sum[k]);
}

TARGET static void NAME(outer)(const double *y, size_t outputs, const double *x, size_t inputs, double *w, double *bias,
                               size_t stride, size_t width) {
  size_t k = 0;
#define ROWS(rows) NAME(outer_rows)(rows, y + k * stride, x, inputs, w + k * inputs, bias + k, stride, width)
  for (; k + 4 <= outputs; k += 4) ROWS(4);
  switch (outputs - k) {
    case 3: ROWS(3); break;
    case 2: ROWS(2); break;
    case 1: ROWS(1); break;
    default: break;
  }
#undef ROWS
}

/// One vector of samples; the scratch holds, a kernel, e^(a - largest a) and ln (alpha N), then, a kernel and target,
/// t - mu, U (t - mu) and the diagonal of U.
TARGET FORCED eight NAME(mixture8)(cn_mixture m, const double *o, const double *t, eight weight, double *slopes,
                                   eight *scratch, size_t stride) {
  const size_t d = m.targets, rows = cn_mixture_rows(m);
  eight *share = scratch, *level = scratch + m.kernels, *parts = scratch + 2 * m.kernels;
  eight largest = LOAD(o);
  for (size_t j = 1; j < m.kernels; j += 1) {
    eight a = LOAD(o + j * rows * stride);
    largest = NAME(larger)(a, largest);
  }
  eight sum = {0};
  for (size_t j = 0; j < m.kernels; j += 1) {
    share[j] = NAME(exp8)(LOAD(o + j * rows * stride) - largest);
    sum += share[j];
  }
  eight base = largest + NAME(log8)(sum);
  eight highest = (eight){0} - 1e300;
  for (size_t j = 0; j < m.kernels; j += 1) {
    const double *own = o + j * rows * stride;
    eight *delta = parts + j * 3 * d, *z = delta + d, *diagonal = z + d;
    for (size_t a = 0; a < d; a += 1) delta[a] = LOAD(t + a * stride) - LOAD(own + (1 + a) * stride);
    const double *u = own + (1 + d) * stride;
    eight logs = (eight){0} - 0.9189385332046727418 * (double)d, square = {0};
    for (size_t a = 0; a < d; a += 1) {
      eight c = LOAD(u);
      logs += c;
      diagonal[a] = NAME(exp8)(c);
      z[a] = diagonal[a] * delta[a];
      u += stride;
      for (size_t b = a + 1; b < d; b += 1, u += stride) z[a] += LOAD(u) * delta[b];
      square += z[a] * z[a];
    }
    level[j] = (LOAD(own) - base) + (logs - 0.5 * square);
    highest = NAME(larger)(level[j], highest);
  }
  eight inverse = 1.0 / sum, total = {0};
  for (size_t j = 0; j < m.kernels; j += 1) {
    level[j] = NAME(exp8)(level[j] - highest);
    total += level[j];
  }
  eight result = highest + NAME(log8)(total);
  if (!slopes) return result;
  eight scale = weight / total;
  for (size_t j = 0; j < m.kernels; j += 1) {
    double *own = slopes + j * rows * stride;
    const double *u = o + (j * rows + 1 + d) * stride;
    eight *delta = parts + j * 3 * d, *z = delta + d, *diagonal = z + d;
    eight part = level[j] * scale;
    *(eight *)own = weight * (share[j] * inverse) - part;
    double *slope = own + (1 + d) * stride;
    for (size_t a = 0; a < d; a += 1) *(eight *)(own + (1 + a) * stride) = (eight){0};
    for (size_t a = 0; a < d; a += 1) {
      *(eight *)(own + (1 + a) * stride) -= part * (diagonal[a] * z[a]);
      *(eight *)slope = part * (z[a] * delta[a] * diagonal[a] - 1.0);
      u += stride;
      slope += stride;
      for (size_t b = a + 1; b < d; b += 1, u += stride, slope += stride) {
        *(eight *)(own + (1 + b) * stride) -= part * (LOAD(u) * z[a]);
        *(eight *)slope = part * (z[a] * delta[b]);
      }
    }
  }
  return result;
}

TARGET static double NAME(mixture_loss)(cn_mixture m, const double *o, const double *t, const double *weights,
                                        double *slopes, double *logs, double *scratch, size_t stride, size_t width) {
  eight sum = {0};
  for (size_t s = 0; s < width; s += 8) {
    eight weight = LOAD(weights + s);
    eight value =
        NAME(mixture8)(m, o + s, t + s, weight, slopes ? slopes + s : 0, (eight *)scratch, stride);
    if (logs) *(eight *)(logs + s) = value;
    sum += weight * value;
  }
  return NAME(across)(sum);
}

TARGET static void NAME(exp_all)(double *values, size_t count) {
  size_t i = 0;
  for (; i + 8 <= count; i += 8) *(eight *)(values + i) = NAME(exp8)(LOAD(values + i));
  if (i == count) return;
  double rest[8] = {0};
  memcpy(rest, values + i, (count - i) * sizeof *values);
  *(eight *)rest = NAME(exp8)(LOAD(rest));
  memcpy(values + i, rest, (count - i) * sizeof *values);
}

/// cos and sin of 2 pi v, v in [0, 1): the quarter nearest to v is taken off, the rest |x| <= pi/4 goes by series.
TARGET FORCED void NAME(turn8)(eight v, eight *cosine, eight *sine) {
  eight n = 4.0 * v + 6755399441055744.0;
  words quarter = (words)n & 3ull;
  eight x = (v - 0.25 * (n - 6755399441055744.0)) * 6.283185307179586;
  eight s = x * x;
  eight odd = -0.16666666666666666 +
              s * (0.008333333333333333 +
                   s * (-0.0001984126984126984 +
                        s * (2.7557319223985893e-06 + s * (-2.505210838544172e-08 + s * 1.6059043836821613e-10))));
  eight even = 0.041666666666666664 +
               s * (-0.001388888888888889 +
                    s * (2.48015873015873e-05 +
                         s * (-2.755731922398589e-07 + s * (2.08767569878681e-09 - s * 1.1470745597729725e-11))));
  eight a = x + x * (s * odd), b = 1.0 - 0.5 * s + (s * s) * even;
  words turned = (words)((quarter & 1ull) != 0ull);
  eight c = (eight)(((words)a & turned) | ((words)b & ~turned));
  eight d = (eight)(((words)b & turned) | ((words)a & ~turned));
  *cosine = (eight)((words)c ^ (((quarter + 1ull) & 2ull) << 62));
  *sine = (eight)((words)d ^ ((quarter & 2ull) << 62));
}

TARGET static void NAME(normal)(const unsigned long long *source, double *first, double *second, size_t count) {
  for (size_t i = 0; i < count; i += 8) {
    eight u, v;
    for (int lane = 0; lane < 8; lane += 1) {
      u[lane] = (double)((source[2 * (i + lane)] >> 11) + 1) * 0x1p-53;
      v[lane] = (double)(source[2 * (i + lane) + 1] >> 11) * 0x1p-53;
    }
    eight radius = __builtin_elementwise_sqrt(-2.0 * NAME(log8)(u));
    eight cosine, sine;
    NAME(turn8)(v, &cosine, &sine);
    *(eight *)(first + i) = radius * cosine;
    *(eight *)(second + i) = radius * sine;
  }
}

#undef LOAD
#undef FORCED
