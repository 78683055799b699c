// The loops of the wave kernels, included once an instruction set and a type of number with NAME, TARGET,
// REAL, VECTOR and LANES defined.

#define FORCED static inline __attribute__((always_inline))

/// Difference of order 2M at half a step after p: Σ c_m (p[m] − p[1 − m]), in pairs of two.
TARGET FORCED VECTOR NAME(along)(const int M, const REAL *c, const REAL *p) {
  VECTOR first = c[0] * (*(const VECTOR *)(p + 1) - *(const VECTOR *)p);
  if (M == 1) return first;
  first += c[1] * (*(const VECTOR *)(p + 2) - *(const VECTOR *)(p - 1));
  if (M == 2) return first;
  VECTOR second = c[2] * (*(const VECTOR *)(p + 3) - *(const VECTOR *)(p - 2));
  if (M == 3) return first + second;
  second += c[3] * (*(const VECTOR *)(p + 4) - *(const VECTOR *)(p - 3));
  return first + second;
}

/// The same between rows r[1 − M] … r[M].
TARGET FORCED VECTOR NAME(across)(const int M, const REAL *c, const REAL *const *r, long j) {
  VECTOR first = c[0] * (*(const VECTOR *)(r[1] + j) - *(const VECTOR *)(r[0] + j));
  if (M == 1) return first;
  first += c[1] * (*(const VECTOR *)(r[2] + j) - *(const VECTOR *)(r[-1] + j));
  if (M == 2) return first;
  VECTOR second = c[2] * (*(const VECTOR *)(r[3] + j) - *(const VECTOR *)(r[-2] + j));
  if (M == 3) return first + second;
  second += c[3] * (*(const VECTOR *)(r[4] + j) - *(const VECTOR *)(r[-3] + j));
  return first + second;
}

typedef struct {
  REAL c[4];
  const REAL *x;         // input of the differences along x, shifted, or their line
  const REAL *rows[8];   // inputs of those along z, or their line in rows[0]
  REAL *out0, *out1, *store0, *store1;
  const REAL *m0, *m1, *m2;
} NAME(lines);

TARGET FORCED void NAME(span)(const int M, const int kind, const int x_line, const int z_line,
                              const int stores, const NAME(lines) *l, long from, long to) {
  const REAL *c = l->c, *x = l->x;
  const REAL *rows[8];
  _Pragma("unroll") for (int k = 0; k < 2 * M; k += 1) rows[k] = l->rows[k];
  REAL *out0 = l->out0, *out1 = l->out1, *store0 = l->store0, *store1 = l->store1;
  const REAL *m0 = l->m0, *m1 = l->m1, *m2 = l->m2;
  for (long j = from; j < to; j += LANES) {
    VECTOR ex = x_line ? *(const VECTOR *)(x + j) : NAME(along)(M, c, x + j);
    VECTOR ez = z_line ? *(const VECTOR *)(rows[0] + j) : NAME(across)(M, c, rows + M - 1, j);
    if (kind == cw_sum) {
      VECTOR e = ex + ez;
      *(VECTOR *)(out0 + j) += *(const VECTOR *)(m0 + j) * e;
      if (stores) *(VECTOR *)(store0 + j) = e;
    } else {
      if (kind == cw_pair) {
        *(VECTOR *)(out0 + j) += *(const VECTOR *)(m0 + j) * ex;
        *(VECTOR *)(out1 + j) += *(const VECTOR *)(m1 + j) * ez;
      } else {
        VECTOR b = *(const VECTOR *)(m1 + j);
        *(VECTOR *)(out0 + j) += *(const VECTOR *)(m0 + j) * ex + b * ez;
        *(VECTOR *)(out1 + j) += b * ex + *(const VECTOR *)(m2 + j) * ez;
      }
      if (stores) {
        *(VECTOR *)(store0 + j) = ex;
        *(VECTOR *)(store1 + j) = ez;
      }
    }
  }
}

#define KIND(M, x_line, z_line, stores)                                              \
  switch (kind) {                                                                    \
    case cw_sum: NAME(span)(M, cw_sum, x_line, z_line, stores, l, from, to); break;   \
    case cw_pair: NAME(span)(M, cw_pair, x_line, z_line, stores, l, from, to); break; \
    case cw_stress: NAME(span)(M, cw_stress, x_line, z_line, stores, l, from, to); break; \
  }
// Along lines whose differences are made already the order is nothing to the loop.
#define SPAN(M)                                                  \
  TARGET static void NAME(span##M)(cw_kind kind, int x_line, int z_line, const NAME(lines) *l, long from, long to) { \
    if (from >= to) return;                                      \
    if (!l->store0) {                                            \
      if (!x_line && !z_line) { KIND(M, 0, 0, 0) }               \
      else if (!x_line) { KIND(M, 0, 1, 0) }                     \
      else if (!z_line) { KIND(M, 1, 0, 0) }                     \
      else { KIND(1, 1, 1, 0) }                                  \
    } else {                                                     \
      if (!x_line && !z_line) { KIND(M, 0, 0, 1) }               \
      else if (!x_line) { KIND(M, 0, 1, 1) }                     \
      else if (!z_line) { KIND(M, 1, 0, 1) }                     \
      else { KIND(1, 1, 1, 1) }                                  \
    }                                                            \
  }
SPAN(1)
SPAN(2)
SPAN(3)
SPAN(4)
#undef SPAN
#undef KIND

TARGET static void NAME(spans)(const cw_shape *s, cw_kind kind, int x_line, int z_line,
                               const NAME(lines) *l, long from, long to) {
  switch (s->half_order) {
    case 1: NAME(span1)(kind, x_line, z_line, l, from, to); break;
    case 2: NAME(span2)(kind, x_line, z_line, l, from, to); break;
    case 3: NAME(span3)(kind, x_line, z_line, l, from, to); break;
    default: NAME(span4)(kind, x_line, z_line, l, from, to);
  }
}

/// Differences of a line along x over columns [from, to), M any.
TARGET static void NAME(line_along)(int M, const REAL *c, const REAL *p, REAL *line, long from, long to) {
  for (long j = from; j < to; j += LANES) {
    VECTOR e;
    switch (M) {
      case 1: e = NAME(along)(1, c, p + j); break;
      case 2: e = NAME(along)(2, c, p + j); break;
      case 3: e = NAME(along)(3, c, p + j); break;
      default: e = NAME(along)(4, c, p + j);
    }
    *(VECTOR *)(line + j) = e;
  }
}

TARGET static void NAME(line_across)(int M, const REAL *c, const REAL *const *r, REAL *line, long width) {
  for (long j = 0; j < width; j += LANES) {
    VECTOR e;
    switch (M) {
      case 1: e = NAME(across)(1, c, r, j); break;
      case 2: e = NAME(across)(2, c, r, j); break;
      case 3: e = NAME(across)(3, c, r, j); break;
      default: e = NAME(across)(4, c, r, j);
    }
    *(VECTOR *)(line + j) = e;
  }
}

/// A row of a table near the surface.
TARGET static void NAME(line_special)(const cw_operator *o, long row, const REAL *const *z, REAL *line, long width) {
  const double *factors = o->special + row * o->special_columns;
  for (long j = 0; j < width; j += LANES) {
    VECTOR e = {0};
    for (int k = 0; k < o->special_columns; k += 1)
      e += (REAL)factors[k] * *(const VECTOR *)(z[k] + j);
    *(VECTOR *)(line + j) = e;
  }
}

/// ψ ← bψ + aE, E += ψ over columns [from, to); ψ of column `from` is psi[0].
TARGET static void NAME(convolve)(const REAL *a, const REAL *b, REAL *psi, REAL *e, long from, long to) {
  for (long j = from; j < to; j += LANES) {
    VECTOR p = *(const VECTOR *)(b + j) * *(VECTOR *)(psi + (j - from)) +
               *(const VECTOR *)(a + j) * *(VECTOR *)(e + j);
    *(VECTOR *)(psi + (j - from)) = p;
    *(VECTOR *)(e + j) += p;
  }
}

/// ψ += f, t = f + aψ, ψ ← bψ.
TARGET static void NAME(turn_along)(const REAL *a, const REAL *b, REAL *psi, const REAL *f, REAL *t, long from, long to) {
  for (long j = from; j < to; j += LANES) {
    VECTOR value = *(const VECTOR *)(f + j);
    VECTOR p = *(VECTOR *)(psi + (j - from)) + value;
    *(VECTOR *)(t + j) = value + *(const VECTOR *)(a + j) * p;
    *(VECTOR *)(psi + (j - from)) = *(const VECTOR *)(b + j) * p;
  }
}

TARGET static void NAME(row)(const cw_shape *s, const cw_operator *o, long row, int turned,
                             void *store0, void *store1, void *scratch) {
  const int M = s->half_order;
  const long start = row * s->stride, width = s->width, left = s->left, right = s->right;
  const long strips = left + (width - right);
  REAL *x_line = (REAL *)scratch + CW_HALO, *z_line = x_line + width + 2 * CW_HALO;
  NAME(lines) l;
  for (int k = 0; k < 4; k += 1) l.c[k] = (REAL)s->stencil[k];
  l.out0 = (REAL *)o->outputs[0] + start;
  l.out1 = o->outputs[1] ? (REAL *)o->outputs[1] + start : 0;
  l.m0 = (const REAL *)o->materials[0] + start;
  l.m1 = o->materials[1] ? (const REAL *)o->materials[1] + start : 0;
  l.m2 = o->materials[2] ? (const REAL *)o->materials[2] + start : 0;
  l.store0 = store0;
  l.store1 = store1;

  const REAL *const *z = (const REAL *const *)o->z_rows;
  const REAL *const *r = z + row + o->z_shift;
  int place = o->z_place[row], lined = row < o->special_rows || (!turned && place >= 0);
  if (lined) {
    if (row < o->special_rows)
      NAME(line_special)(o, row, z, z_line, width);
    else
      NAME(line_across)(M, l.c, r, z_line, width);
    if (!turned && place >= 0) {
      const REAL a = (REAL)o->z_a[row], b = (REAL)o->z_b[row];
      REAL *psi = (REAL *)o->z_psi + place * width;
      for (long j = 0; j < width; j += LANES) {
        VECTOR p = b * *(VECTOR *)(psi + j) + a * *(VECTOR *)(z_line + j);
        *(VECTOR *)(psi + j) = p;
        *(VECTOR *)(z_line + j) += p;
      }
    }
    l.rows[0] = z_line;
  } else {
    for (int k = 0; k < 2 * M; k += 1) l.rows[k] = r[k + 1 - M];
  }

  const REAL *input = (const REAL *)o->x_input + start;
  const REAL *a = o->x_a, *b = o->x_b;
  REAL *psi = (REAL *)o->x_psi + row * strips;
  if (turned) {
    NAME(turn_along)(a, b, psi, input, x_line, 0, left);
    memcpy(x_line + left, input + left, (size_t)(right - left) * sizeof(REAL));
    NAME(turn_along)(a, b, psi + left, input, x_line, right, width);
    l.x = x_line + o->x_shift;
    NAME(spans)(s, o->kind, 0, lined, &l, 0, width);
    return;
  }
  NAME(line_along)(M, l.c, input + o->x_shift, x_line, 0, left);
  NAME(line_along)(M, l.c, input + o->x_shift, x_line, right, width);
  NAME(convolve)(a, b, psi, x_line, 0, left);
  NAME(convolve)(a, b, psi + left, x_line, right, width);
  l.x = x_line;
  NAME(spans)(s, o->kind, 1, lined, &l, 0, left);
  NAME(spans)(s, o->kind, 1, lined, &l, right, width);
  l.x = input + o->x_shift;
  NAME(spans)(s, o->kind, 0, lined, &l, left, right);
}

TARGET static void NAME(turn)(const cw_shape *s, const cw_operator *o, long row) {
  const int place = o->z_place[row];
  if (place < 0) return;
  const REAL a = (REAL)o->z_a[row], b = (REAL)o->z_b[row];
  const REAL *f = (const REAL *)o->z_input + row * s->stride;
  REAL *psi = (REAL *)o->z_psi + place * s->width;
  REAL *t = (REAL *)o->z_turned + place * s->stride;
  for (long j = 0; j < s->width; j += LANES) {
    VECTOR value = *(const VECTOR *)(f + j), p = *(VECTOR *)(psi + j) + value;
    *(VECTOR *)(t + j) = value + a * p;
    *(VECTOR *)(psi + j) = b * p;
  }
}

TARGET static void NAME(image)(const cw_shape *s, const REAL *a, const REAL *b, REAL *sum) {
  for (long j = 0; j < s->width; j += LANES)
    *(VECTOR *)(sum + j) += *(const VECTOR *)(a + j) * *(const VECTOR *)(b + j);
}
#undef FORCED
