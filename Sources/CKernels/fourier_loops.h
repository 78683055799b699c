// The loops of the Fourier transforms, included once an instruction set with NAME and TARGET
// defined.

#define FORCED static inline __attribute__((always_inline))

/// Butterflies side by side: element j of number i stands at x[j] + i · across[j], its output goes to y[j] + i · along[j].
TARGET FORCED void NAME(butterflies)(const int p, size_t count, const double *cosine, const double *sine,
                                     const roots *w, const double *const *x, const size_t *across,
                                     double *const *y, const size_t *along) {
  const size_t real = w->real, imaginary = w->imaginary;
  for (size_t i = 0; i < count; i += 1) {
    eight a[8], b[8];
    _Pragma("unroll") for (int j = 0; j < p; j += 1) {
      a[j] = *(const eight *)(x[j] + i * across[j] + real);
      b[j] = *(const eight *)(x[j] + i * across[j] + imaginary);
    }
    butterfly(p, a, b);
    *(eight *)(y[0] + i * along[0] + real) = a[0];
    *(eight *)(y[0] + i * along[0] + imaginary) = b[0];
    _Pragma("unroll") for (int j = 1; j < p; j += 1) {
      *(eight *)(y[j] + i * along[j] + real) = a[j] * cosine[j] + b[j] * sine[j];
      *(eight *)(y[j] + i * along[j] + imaginary) = b[j] * cosine[j] - a[j] * sine[j];
    }
  }
}

/// One Stockham pass over a group's elements: `m` butterflies of `p` elements `m · s` apart, `run` groups side by side.
/// The twiddle of butterfly q and output j is the root number (first + q · step) · j of the whole length.
/// Elements that `from` does not have are zero (where `begins`), those that `to` has no room for are dropped (where `ends`).
TARGET FORCED void NAME(pass)(const int p, const int begins, const int ends, size_t m, size_t s, size_t run,
                              roots w, elements from, elements to) {
  double dropped[16] __attribute__((aligned(64)));
  // Between the first pass and the last one all is side by side.
  const size_t rows = begins || ends ? s : 1, count = begins || ends ? run : s * run;
  for (size_t q = 0; q < m; q += 1) {
    double cosine[8], sine[8];
    for (int j = 1; j < p; j += 1) {
      cosine[j] = w.length->cosines[(w.first + q * w.step) * j];
      sine[j] = w.length->sines[(w.first + q * w.step) * j];
    }
    for (size_t r = 0; r < rows; r += 1) {
      const double *x[8];
      double *y[8];
      size_t across[8], along[8];
      _Pragma("unroll") for (int j = 0; j < p; j += 1) {
        const size_t source = ((q + m * j) * s + r) * from.stride, target = ((q * p + j) * s + r) * to.stride;
        x[j] = from.start + source * 16;
        y[j] = to.start + target * 16;
        across[j] = along[j] = 16;
        if (begins && source >= from.count) {
          x[j] = zeros;
          across[j] = 0;
        }
        if (ends && target >= to.count) {
          y[j] = dropped;
          along[j] = 0;
        }
      }
      NAME(butterflies)(p, count, cosine, sine, &w, x, across, y, along);
    }
  }
}

/// The same for any other prime, which is a group of its own: sums with the roots of the whole length, p² products.
TARGET static void NAME(pass_any)(const int p, size_t run, roots w, elements from, elements to) {
  const double *cosines = w.length->cosines, *sines = w.length->sines;
  const size_t step = w.length->length / p, real = w.real, imaginary = w.imaginary;
  for (size_t i = 0; i < run; i += 1) {
    for (int j = 0; j < p; j += 1) {
      if (j * to.stride + i >= to.count) continue;
      eight a = {0}, b = {0};
      for (int k = 0; k < p; k += 1) {
        const size_t index = k * from.stride + i;
        const double *source = index >= from.count ? zeros : from.start + index * 16;
        const double c = cosines[j * k % p * step], d = sines[j * k % p * step];
        const eight re = *(const eight *)(source + real), im = *(const eight *)(source + imaginary);
        a += re * c + im * d;
        b += im * c - re * d;
      }
      const double c = cosines[w.first * j], d = sines[w.first * j];
      double *target = to.start + (j * to.stride + i) * 16;
      *(eight *)(target + real) = a * c + b * d;
      *(eight *)(target + imaginary) = b * c - a * d;
    }
  }
}

#define PASS(p)                                                                                   \
  case p:                                                                                         \
    if (begins && ends) NAME(pass)(p, 1, 1, m, s, run, w, from, to);                              \
    else if (begins) NAME(pass)(p, 1, 0, m, s, run, w, from, to);                                 \
    else if (ends) NAME(pass)(p, 0, 1, m, s, run, w, from, to);                                   \
    else NAME(pass)(p, 0, 0, m, s, run, w, from, to);                                             \
    break;

TARGET static void NAME(any_pass)(int p, int begins, int ends, size_t m, size_t s, size_t run, roots w,
                                  elements from, elements to) {
  switch (p) {
    PASS(2)
    PASS(3)
    PASS(4)
    PASS(5)
    PASS(7)
    default: NAME(pass_any)(p, run, w, from, to);
  }
}

#undef PASS

/// The passes of a group of factors, of product `size`: each set of elements that they join, `m · s` apart, goes
/// through all of them in the nearest cache, so that the whole goes through memory once a group, not once a factor.
/// The operations on an element are those of the passes one after the other, bit by bit.
TARGET static void NAME(group)(const unsigned char *factors, size_t count, size_t size, size_t m, size_t s,
                               roots w, elements from, elements to) {
  double near[2][LARGEST_GROUP * 16] __attribute__((aligned(64)));
  const size_t most = size < LARGEST_GROUP ? LARGEST_GROUP / size : 1;
  for (size_t q = 0; q < m; q += 1) {
    for (size_t r = 0, run; r < s; r += run) {
      run = run_of(r, most, s, from.count, to.count);
      const size_t source = q * s + r, target = q * size * s + r;
      size_t inner_m = size, inner_s = 1;
      elements x = {from.start + source * 16, m * s, from.count > source ? from.count - source : 0};
      for (size_t i = 0; i < count; i += 1) {
        const int p = factors[i], ends = i + 1 == count;
        inner_m /= p;
        elements y = {near[i % 2], run, 0};
        if (ends) y = (elements){to.start + target * 16, s, to.count > target ? to.count - target : 0};
        roots turned = w;
        turned.first = q * s * inner_s;
        turned.step = m * s * inner_s;
        NAME(any_pass)(p, i == 0, ends, inner_m, inner_s, run, turned, x, y);
        inner_s *= p;
        x = y;
      }
    }
  }
}

TARGET static double *NAME(fourier)(const ck_length *length, int inverse, const ck_signal *signal, double *data,
                                    double *scratch) {
  roots w = {length, 0, 0, inverse ? 8 : 0, inverse ? 0 : 8};
  const unsigned char *factors = length->factors;
  size_t m = length->length, s = 1;
  // What is only read from here on.
  elements from = {(double *)signal->start, 0, signal->used};
  if (length->group_count == 0) {
    if (signal->start != data) memcpy(data, signal->start, 16 * sizeof(double));
    return data;
  }
  for (size_t i = 0; i < length->group_count; i += 1) {
    const size_t count = length->groups[i], last = i + 1 == length->group_count;
    size_t size = 1;
    for (size_t k = 0; k < count; k += 1) size *= factors[k];
    m /= size;
    elements to = {scratch, 0, last ? signal->kept : length->length};
    NAME(group)(factors, count, size, m, s, w, from, to);
    s *= size;
    factors += count;
    from = (elements){scratch, 0, length->length};
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
  if (used < length) memset(lanes + used * 16, 0, (length - used) * 16 * sizeof(double));
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
