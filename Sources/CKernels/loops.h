// The loops, included once an instruction set with NAME and TARGET defined.

// The exact kernels fill the registers with one vector; the series leave the units waiting with one.
#define NEAR "clang loop vectorize(enable) interleave_count(1)"
#define FAR "clang loop vectorize(enable) interleave_count(2)"

#define CELL_LOOP(interleave, first, last, ...)                                          \
  _Pragma(interleave)                                                                    \
  for (size_t i = (first); i < (last); i += 1) {                                         \
    double x = easting[i] - point.easting, y = northing[i] - point.northing;             \
    double z = level[i] - point.upward;                                                  \
    __VA_ARGS__                                                                          \
  }

#define CELL_NAMES                                                                       \
  const double half_easting = cells->half_easting, half_northing = cells->half_northing; \
  const double *restrict easting = cells->easting, *restrict northing = cells->northing; \
  const double *restrict level = cells->level, *restrict factor = cells->factor;         \
  const size_t count = cells->count;                                                     \
  const double reach = half_easting * REACH;                                             \
  const int square = half_easting == half_northing;

#define FOOTPRINT footprint_of(x, y, half_easting, half_northing)

// Calls `LOOP(start, end, order)` for every box of cells with the order of the series for it.
#define FAR_BOXES(LOOP)                                                                  \
  for (size_t start = 0; start < count; start += CK_BOX_CELLS) {                         \
    size_t end = start + CK_BOX_CELLS < count ? start + CK_BOX_CELLS : count;            \
    switch (order_for(cells->boxes[start / CK_BOX_CELLS], point, half_easting)) {        \
      case 2: LOOP(start, end, 2) break;                                                 \
      case 3: LOOP(start, end, 3) break;                                                 \
      case 4: LOOP(start, end, 4) break;                                                 \
      default: LOOP(start, end, 5) break;                                                \
    }                                                                                    \
  }

// Sums of a function of all cells that is exact for all.
#define EXACT_SUM(near)                                                                  \
  double terms[BLOCK];                                                                   \
  double sum = 0;                                                                        \
  for (size_t start = 0; start < count; start += BLOCK) {                                \
    size_t end = start + BLOCK < count ? start + BLOCK : count;                          \
    CELL_LOOP(NEAR, start, end, terms[i - start] = factor[i] * (near);)                        \
    sum += lane_sum(terms, end - start);                                                 \
  }                                                                                      \
  return sum;

// The same over the cells near the point only, from a list that `gather` brought together.
#define NEAR_LOOP(near)                                                                  \
  for (size_t start = 0; start < list.count; start += 8)                                 \
    _Pragma("clang loop vectorize(enable) interleave_count(1)")                          \
    for (size_t i = start; i < start + 8; i += 1) {                                      \
      double x = list.x[i], y = list.y[i], z = list.level[i] - point.upward;             \
      list.value[i] = list.factor[i] * (near);                                           \
    }

TARGET static double NAME(face_sum)(const ck_cells *cells, ck_point point) {
  CELL_NAMES
#define EXACT face(FOOTPRINT, corners_of(FOOTPRINT, z))
  if (!square) { EXACT_SUM(EXACT) }
  eight lanes = {0};
  double terms[CK_BOX_CELLS] = {0};
#define LOOP(start, end, order)                                    \
  CELL_LOOP(FAR, start, end, {                                          \
    distant d = distant_of(x, y, half_easting);                    \
    double value = factor[i] * far_face(order, d, z);              \
    terms[i - start] = d.h < reach * reach ? 0 : value;            \
  })                                                               \
  add_lanes(&lanes, terms, end - start);
  FAR_BOXES(LOOP)
#undef LOOP
  nearby list;
  gather(cells, 0, point, reach, &list);
  NEAR_LOOP(EXACT)
#undef EXACT
  return total(&lanes) + lane_sum(list.value, list.count);
}

TARGET static double NAME(prism_sum)(const ck_cells *cells, const double *restrict bottom,
                                     ck_point point) {
  CELL_NAMES
#define EXACT(bottom) prism(FOOTPRINT, z, (bottom) - point.upward)
  if (!square) { EXACT_SUM(EXACT(bottom[i])) }
  eight lanes = {0};
  double terms[CK_BOX_CELLS] = {0};
#define LOOP(start, end, order)                                                  \
  CELL_LOOP(FAR, start, end, {                                                        \
    distant d = distant_of(x, y, half_easting);                                  \
    double value = factor[i] * far_prism(order, d, z, bottom[i] - point.upward); \
    terms[i - start] = d.h < reach * reach ? 0 : value;                          \
  })                                                                             \
  add_lanes(&lanes, terms, end - start);
  FAR_BOXES(LOOP)
#undef LOOP
  nearby list;
  gather(cells, bottom, point, reach, &list);
  NEAR_LOOP(EXACT(list.other[i]))
#undef EXACT
  return total(&lanes) + lane_sum(list.value, list.count);
}

TARGET static void NAME(annulus_row)(const ck_cells *cells, ck_point point, double *restrict row) {
  CELL_NAMES
  (void)reach, (void)square, (void)half_northing;
  CELL_LOOP(NEAR, 0, count, row[i] = annulus(x, y, half_easting, z, factor[i]);)
}

TARGET static void NAME(slab_row)(const ck_cells *cells, ck_point point, double step,
                                  double *restrict row) {
  CELL_NAMES
#define EXACT prism(FOOTPRINT, z + step, z)
#define LOOP(start, end, order)                                    \
  CELL_LOOP(FAR, start, end, {                                          \
    distant d = distant_of(x, y, half_easting);                    \
    row[i] = factor[i] * far_prism(order, d, z + step, z);         \
  })
  if (!square) {
    CELL_LOOP(NEAR, 0, count, row[i] = factor[i] * EXACT;)
    return;
  }
  FAR_BOXES(LOOP)
  nearby list;
  gather(cells, 0, point, reach, &list);
  NEAR_LOOP(EXACT)
  for (size_t k = 0; k < list.count; k += 1) row[list.index[k]] = list.value[k];
#undef LOOP
#undef EXACT
}

// Negative where the face is above the point.
TARGET static void NAME(angle_row)(const ck_cells *cells, ck_point point, double *restrict row) {
  CELL_NAMES
#define SIGN (z > 0 ? -1.0 : 1.0)
#define EXACT (SIGN * solid_angle(FOOTPRINT, corners_of(FOOTPRINT, z)))
#define LOOP(start, end, order)                                    \
  CELL_LOOP(FAR, start, end, {                                          \
    distant d = distant_of(x, y, half_easting);                    \
    row[i] = factor[i] * (SIGN * far_angle(order, d, z));          \
  })
  if (!square) {
    CELL_LOOP(NEAR, 0, count, row[i] = factor[i] * EXACT;)
    return;
  }
  FAR_BOXES(LOOP)
  nearby list;
  gather(cells, 0, point, reach, &list);
  NEAR_LOOP(EXACT)
  for (size_t k = 0; k < list.count; k += 1) row[list.index[k]] = list.value[k];
#undef LOOP
#undef EXACT
#undef SIGN
}

TARGET static double NAME(dot)(const double *a, const double *b, size_t count) {
  eight sum = {0};
  for (size_t i = 0; i < count; i += 8) sum += *(const eight *)(a + i) * *(const eight *)(b + i);
  return total(&sum);
}

TARGET static void NAME(add_pair)(const double *restrict rows, double a, double b,
                                  double *restrict sum, size_t count) {
  const double *second = rows + count;
  for (size_t i = 0; i < count; i += 8)
    *(eight *)(sum + i) += a * *(const eight *)(rows + i) + b * *(const eight *)(second + i);
}

// sum += Σ products[k] · row k of four rows, and the products of the next four with x: what comes from
// memory is fetched while the rows in the cache are added. Either may be null.
TARGET INLINE void NAME(four_rows)(const double *rows, const double *next, const double *restrict x,
                                   double *products, double *restrict sum, size_t count) {
  const int add = rows != 0, multiply = next != 0;
  const double *r0 = rows, *r1 = r0 + count, *r2 = r1 + count, *r3 = r2 + count;
  const double *n0 = next, *n1 = n0 + count, *n2 = n1 + count, *n3 = n2 + count;
  double a = products[0], b = products[1], c = products[2], d = products[3];
  eight p0 = {0}, p1 = {0}, p2 = {0}, p3 = {0};
  for (size_t i = 0; i < count; i += 8) {
    if (multiply) {
      eight value = *(const eight *)(x + i);
      p0 += *(const eight *)(n0 + i) * value;
      p1 += *(const eight *)(n1 + i) * value;
      p2 += *(const eight *)(n2 + i) * value;
      p3 += *(const eight *)(n3 + i) * value;
    }
    if (add)
      *(eight *)(sum + i) += (a * *(const eight *)(r0 + i) + b * *(const eight *)(r1 + i)) +
                             (c * *(const eight *)(r2 + i) + d * *(const eight *)(r3 + i));
  }
  products[0] = total(&p0), products[1] = total(&p1);
  products[2] = total(&p2), products[3] = total(&p3);
}

TARGET static void NAME(add_normal)(const double *restrict rows, size_t row_count,
                                    const double *restrict x, double *restrict sum, size_t count) {
  double products[4] = {0};
  size_t row = 0;
  if (row_count >= 4) {
    NAME(four_rows)(0, rows, x, products, sum, count);
    for (; row + 8 <= row_count; row += 4) {
      const double *here = rows + row * count;
      NAME(four_rows)(here, here + 4 * count, x, products, sum, count);
    }
    NAME(four_rows)(rows + row * count, 0, x, products, sum, count);
    row += 4;
  }
  for (; row < row_count; row += 1) {
    double product = NAME(dot)(rows + row * count, x, count);
    for (size_t i = 0; i < count; i += 8)
      *(eight *)(sum + i) += product * *(const eight *)(rows + row * count + i);
  }
}

#define OFFSET_LOOP(...)                                                                   \
  const double half_easting = offsets->half_easting, half_northing = offsets->half_northing; \
  const double *restrict x = offsets->x;                                                     \
  const double y = offsets->y;                                                               \
  const size_t count = offsets->count;                                                       \
  _Pragma("clang loop vectorize(enable) interleave_count(1)")                                \
  for (size_t i = 0; i < count; i += 1) {                                                    \
    footprint f = footprint_of(x[i], y, half_easting, half_northing);                        \
    (void)f;                                                                                 \
    __VA_ARGS__                                                                              \
  }

TARGET static void NAME(face_row)(const ck_offsets *offsets, const double *restrict z,
                                  double *restrict row) {
  OFFSET_LOOP(row[i] = face(f, corners_of(f, z[i]));)
}

TARGET static void NAME(angle_offsets)(const ck_offsets *offsets, const double *restrict z,
                                       double *restrict row) {
  OFFSET_LOOP({
    double value = solid_angle(f, corners_of(f, z[i]));
    row[i] = z[i] > 0 ? -value : value;
  })
}

TARGET static void NAME(annulus_offsets)(const ck_offsets *offsets, const double *restrict z,
                                         double *restrict row) {
  OFFSET_LOOP(row[i] = annulus(x[i], y, half_easting, z[i], 1);)
}

TARGET static void NAME(add_product)(const double *restrict a, const double *restrict b,
                                     double *restrict sum, size_t count) {
  for (size_t i = 0; i < count; i += 1) sum[i] += a[i] * b[i];
}

#undef OFFSET_LOOP

// TILE_ROWS rows of C by eight columns stay in registers, as many as the set has; every element sums
// in the same order whatever the tile.
TARGET static void NAME(subtract_product)(ck_product m) {
  size_t i = 0;
  for (; i + TILE_ROWS <= m.rows; i += TILE_ROWS) {
    size_t j = 0;
    for (; j + 8 <= m.columns; j += 8) {
      eight sum[TILE_ROWS] = {0};
      const double *a = m.a + i * m.a_stride, *b = m.b + j;
      for (size_t k = 0; k < m.depth; k += 1) {
        eight right = *(const eight *)(b + k * m.b_stride);
        _Pragma("clang loop unroll(full)")
        for (size_t t = 0; t < TILE_ROWS; t += 1) sum[t] += a[t * m.a_stride + k] * right;
      }
      for (size_t t = 0; t < TILE_ROWS; t += 1) *(eight *)(m.c + (i + t) * m.c_stride + j) -= sum[t];
    }
    for (size_t t = i; t < i + TILE_ROWS; t += 1) subtract_elements(m, t, j);
  }
  for (; i < m.rows; i += 1) subtract_elements(m, i, 0);
}

#undef NEAR
#undef FAR
#undef CELL_LOOP
#undef CELL_NAMES
#undef FOOTPRINT
#undef NEAR_LOOP
#undef FAR_BOXES
#undef EXACT_SUM
