// The loops of the Fourier transforms, included once an instruction set with NAME and TARGET
// defined.

#define FORCED static inline __attribute__((always_inline))

/// One Stockham pass: `m` groups of `p` elements `m · s` apart; the twiddle of group q and output j
/// is the (q · j · s)-th root of the whole length.
TARGET FORCED void NAME(pass)(const int p, size_t m, size_t s, const ck_length *length,
                              size_t real, size_t imaginary, const double *restrict x,
                              double *restrict y) {
  for (size_t q = 0; q < m; q += 1) {
    double c[8], w[8];
    for (int j = 1; j < p; j += 1) {
      c[j] = length->cosines[q * j * s];
      w[j] = length->sines[q * j * s];
    }
    for (size_t r = 0; r < s; r += 1) {
      eight a[8], b[8];
      _Pragma("unroll") for (int j = 0; j < p; j += 1) {
        const double *source = x + ((q + m * j) * s + r) * 16;
        a[j] = *(const eight *)(source + real);
        b[j] = *(const eight *)(source + imaginary);
      }
      butterfly(p, a, b);
      double *target = y + (q * p * s + r) * 16;
      *(eight *)(target + real) = a[0];
      *(eight *)(target + imaginary) = b[0];
      _Pragma("unroll") for (int j = 1; j < p; j += 1) {
        *(eight *)(target + j * s * 16 + real) = a[j] * c[j] + b[j] * w[j];
        *(eight *)(target + j * s * 16 + imaginary) = b[j] * c[j] - a[j] * w[j];
      }
    }
  }
}

/// The same for any other prime: sums with the roots of the whole length, p² products a group.
TARGET static void NAME(pass_any)(const int p, size_t m, size_t s, const ck_length *length,
                                  size_t real, size_t imaginary, const double *restrict x,
                                  double *restrict y) {
  const size_t step = length->length / p;
  for (size_t q = 0; q < m; q += 1) {
    for (size_t r = 0; r < s; r += 1) {
      for (int j = 0; j < p; j += 1) {
        eight a = {0}, b = {0};
        for (int k = 0; k < p; k += 1) {
          const double *source = x + ((q + m * k) * s + r) * 16;
          const double c = length->cosines[j * k % p * step], w = length->sines[j * k % p * step];
          const eight re = *(const eight *)(source + real), im = *(const eight *)(source + imaginary);
          a += re * c + im * w;
          b += im * c - re * w;
        }
        const double c = length->cosines[q * j * s], w = length->sines[q * j * s];
        double *target = y + ((q * p + j) * s + r) * 16;
        *(eight *)(target + real) = a * c + b * w;
        *(eight *)(target + imaginary) = b * c - a * w;
      }
    }
  }
}

TARGET static double *NAME(fourier)(const ck_length *length, int inverse, double *data,
                                    double *scratch) {
  size_t real = inverse ? 8 : 0, imaginary = inverse ? 0 : 8;
  size_t m = length->length, s = 1;
  for (size_t i = 0; i < length->factor_count; i += 1) {
    size_t p = length->factors[i];
    m /= p;
    switch (p) {
      case 2: NAME(pass)(2, m, s, length, real, imaginary, data, scratch); break;
      case 3: NAME(pass)(3, m, s, length, real, imaginary, data, scratch); break;
      case 4: NAME(pass)(4, m, s, length, real, imaginary, data, scratch); break;
      case 5: NAME(pass)(5, m, s, length, real, imaginary, data, scratch); break;
      case 7: NAME(pass)(7, m, s, length, real, imaginary, data, scratch); break;
      default: NAME(pass_any)((int)p, m, s, length, real, imaginary, data, scratch);
    }
    s *= p;
    double *swap = data;
    data = scratch;
    scratch = swap;
  }
  return data;
}

TARGET static void NAME(pack_rows)(const double *rows, const double *weights, size_t stride,
                                   size_t count, size_t used, size_t length, double *lanes) {
  if (count < 16) memset(lanes, 0, used * 16 * sizeof(double));
  // Eight columns at a time go through registers.
  const size_t start = used / 8 * 8;
  for (size_t first = 0; first < count; first += 8) {
    const size_t end = first + 8 < count ? first + 8 : count;
    for (size_t i = 0; i < start; i += 8) {
      eight x[8] = {0};
      for (size_t l = 0; l < end - first; l += 1) {
        x[l] = *(const eight *)(rows + (first + l) * stride + i);
        if (weights) x[l] *= *(const eight *)(weights + (first + l) * stride + i);
      }
      transpose(x);
      _Pragma("unroll") for (int k = 0; k < 8; k += 1) *(eight *)(lanes + (i + k) * 16 + first) = x[k];
    }
    for (size_t l = first; l < end; l += 1) {
      for (size_t i = start; i < used; i += 1) {
        double value = rows[l * stride + i];
        lanes[i * 16 + l] = weights ? value * weights[l * stride + i] : value;
      }
    }
  }
  memset(lanes + used * 16, 0, (length - used) * 16 * sizeof(double));
}

TARGET static void NAME(split_rows)(const double *lanes, size_t length, size_t count, double *half,
                                    size_t height) {
  size_t columns = length / 2 + 1;
  for (size_t start = 0; start < columns; start += 8) {
    // 8 columns of 16 rows: real and imaginary parts of rows 0 … 7 and 8 … 15, rows along the lanes.
    eight real[2][8] = {0}, imaginary[2][8] = {0};
    size_t end = start + 8 < columns ? start + 8 : columns;
    for (size_t k = start; k < end; k += 1) {
      const double *z = lanes + k * 16, *n = lanes + (k ? length - k : 0) * 16;
      eight a = *(const eight *)z, b = *(const eight *)(z + 8);
      eight c = *(const eight *)n, d = *(const eight *)(n + 8);
      real[0][k - start] = 0.5 * (a + c);
      imaginary[0][k - start] = 0.5 * (b - d);
      real[1][k - start] = 0.5 * (b + d);
      imaginary[1][k - start] = 0.5 * (c - a);
    }
    double *block = half + start / 8 * height * 16;
    for (size_t part = 0; part * 8 < count; part += 1) {
      transpose(real[part]);
      transpose(imaginary[part]);
      size_t rows = count - part * 8 < 8 ? count - part * 8 : 8;
      for (size_t l = 0; l < rows; l += 1) {
        *(eight *)(block + (part * 8 + l) * 16) = real[part][l];
        *(eight *)(block + (part * 8 + l) * 16 + 8) = imaginary[part][l];
      }
    }
  }
}

TARGET static void NAME(join_rows)(const double *half, size_t height, size_t count, size_t length,
                                   double *lanes) {
  size_t columns = length / 2 + 1;
  for (size_t start = 0; start < columns; start += 8) {
    eight real[2][8] = {0}, imaginary[2][8] = {0};
    const double *block = half + start / 8 * height * 16;
    for (size_t l = 0; l < count; l += 1) {
      real[l / 8][l % 8] = *(const eight *)(block + l * 16);
      imaginary[l / 8][l % 8] = *(const eight *)(block + l * 16 + 8);
    }
    for (int part = 0; part < 2; part += 1) {
      transpose(real[part]);
      transpose(imaginary[part]);
    }
    size_t end = start + 8 < columns ? start + 8 : columns;
    for (size_t k = start; k < end; k += 1) {
      eight a = real[0][k - start], b = imaginary[0][k - start];
      eight c = real[1][k - start], d = imaginary[1][k - start];
      // The mirrored element first: for k = 0 and length / 2 both are one, whose own form holds.
      double *z = lanes + k * 16, *n = lanes + (k ? length - k : 0) * 16;
      *(eight *)n = a + d;
      *(eight *)(n + 8) = c - b;
      *(eight *)z = a - d;
      *(eight *)(z + 8) = b + c;
    }
  }
}

TARGET static void NAME(unpack_rows)(const double *lanes, size_t first, size_t used, size_t count,
                                     double scale, const double *weights, double *rows,
                                     size_t stride) {
  const size_t start = used / 8 * 8;
  for (size_t top = 0; top < count; top += 8) {
    const size_t end = top + 8 < count ? top + 8 : count;
    for (size_t i = 0; i < start; i += 8) {
      eight x[8];
      _Pragma("unroll") for (int k = 0; k < 8; k += 1)
        x[k] = scale * *(const eight *)(lanes + (first + i + k) * 16 + top);
      transpose(x);
      for (size_t l = 0; l < end - top; l += 1) {
        eight *row = (eight *)(rows + (top + l) * stride + i);
        if (weights)
          *row += *(const eight *)(weights + (top + l) * stride + i) * x[l];
        else
          *row = x[l];
      }
    }
    for (size_t l = top; l < end; l += 1) {
      for (size_t i = start; i < used; i += 1) {
        double value = scale * lanes[(first + i) * 16 + l];
        if (weights)
          rows[l * stride + i] += weights[l * stride + i] * value;
        else
          rows[l * stride + i] = value;
      }
    }
  }
}

TARGET static void NAME(multiply_add)(const double *kernel, int kind, const double *x,
                                      double *sum, size_t count) {
  double sign = kind;
  for (size_t i = 0; i < count; i += 1) {
    eight re = *(const eight *)(x + i * 16), im = *(const eight *)(x + i * 16 + 8);
    if (kind) {
      eight a = *(const eight *)(kernel + i * 16);
      eight b = sign * *(const eight *)(kernel + i * 16 + 8);
      *(eight *)(sum + i * 16) += a * re - b * im;
      *(eight *)(sum + i * 16 + 8) += a * im + b * re;
    } else {
      eight a = *(const eight *)(kernel + i * 8);
      *(eight *)(sum + i * 16) += a * re;
      *(eight *)(sum + i * 16 + 8) += a * im;
    }
  }
}

#undef FORCED
