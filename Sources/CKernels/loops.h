// The loops, included once an instruction set with NAME and TARGET defined.

#define CELL_LOOP(first, last, ...)                                                      \
  _Pragma("clang loop vectorize(enable) interleave_count(1)")                            \
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
  const double reach = half_easting * REACH, a2 = half_easting * half_easting;           \
  const int square = half_easting == half_northing;

#define FOOTPRINT footprint_of(x, y, half_easting, half_northing)

// The halves of a kernel for the eight cells from place i of a run on. SINK takes the values.
#define BEGIN(START, d, i)                                                               \
  {                                                                                      \
    eight x = AT(run.easting, i) - point.easting, y = AT(run.northing, i) - point.northing; \
    eight z = AT(run.level, i) - point.upward, other = AT(run.other, i) - point.upward;  \
    start_at(&d, &x, &y);                                                                \
    (void)other;                                                                         \
    START(&d, &z, &other);                                                               \
  }
#define FINISH(END, d, i, order)                                                         \
  {                                                                                      \
    eight value;                                                                         \
    END(order, &d, a2, &value);                                                          \
    value = AT(run.factor, i) * value;                                                   \
    SINK(d, run.base + i, order)                                                         \
  }

// One run of cells that take the series of one order.
#define FAR_RUN(START, END, order)                                                       \
  {                                                                                      \
    distant now, next;                                                                   \
    size_t i = 0;                                                                        \
    BEGIN(START, now, 0)                                                                 \
    _Pragma("clang loop unroll_count(4)")                                                \
    for (; i + 8 < run.count; i += 8) {                                                  \
      BEGIN(START, next, i + 8)                                                          \
      FINISH(END, now, i, order)                                                         \
      now = next;                                                                        \
    }                                                                                    \
    FINISH(END, now, i, order)                                                           \
  }

// Calls KERNEL(order) for all `run`s of whole vectors of the cells: neighbouring boxes for which series of
// the same order are good enough; THIN(order) instead for orders up to `thin`. The last cells, if they fill
// no vector, come as a run of their own.
#define FAR_RUNS(others, thin, KERNEL, THIN)                                             \
  far_run run;                                                                           \
  double copy[5][8];                                                                     \
  for (size_t start = 0; start < count;) {                                               \
    int order = next_run(cells, others, point, start, copy, &run);                       \
    switch (order <= (thin) ? -order : order) {                                          \
      case -2: THIN(2) break;                                                            \
      case -3: THIN(3) break;                                                            \
      case 2: KERNEL(2) break;                                                           \
      case 3: KERNEL(3) break;                                                           \
      case 4: KERNEL(4) break;                                                           \
      default: KERNEL(5) break;                                                          \
    }                                                                                    \
    start += run.count;                                                                  \
  }
#define NO_KERNEL(order)

#define ADD(d, i, order)                    \
  keep_beyond(order, &d, reach, &value);    \
  lanes += value;
#define STORE(d, i, order) store_eight(&value, row + (i), count - (i));

// Sums of a function of all cells that is exact for all.
#define EXACT_SUM(near)                                                                  \
  double terms[BLOCK];                                                                   \
  double sum = 0;                                                                        \
  for (size_t start = 0; start < count; start += BLOCK) {                                \
    size_t end = start + BLOCK < count ? start + BLOCK : count;                          \
    CELL_LOOP(start, end, terms[i - start] = factor[i] * (near);)                        \
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
#define SINK ADD
#define KERNEL(order) FAR_RUN(start_face, end_face, order)
  FAR_RUNS(level, 0, KERNEL, NO_KERNEL)
#undef KERNEL
#undef SINK
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
  const int thin = thin_order(cells, cells->thickest, point);
#define SINK ADD
#define KERNEL(order) FAR_RUN(start_prism, end_prism, order)
#define THIN(order) FAR_RUN(start_thin, end_thin, order)
  FAR_RUNS(bottom, thin, KERNEL, THIN)
#undef THIN
#undef KERNEL
#undef SINK
  nearby list;
  gather(cells, bottom, point, reach, &list);
  NEAR_LOOP(EXACT(list.other[i]))
#undef EXACT
  return total(&lanes) + lane_sum(list.value, list.count);
}

TARGET static void NAME(annulus_row)(const ck_cells *cells, ck_point point, double *restrict row) {
  CELL_NAMES
  (void)reach, (void)square, (void)a2;
  const double half = half_side(half_easting, half_northing);
  CELL_LOOP(0, count, row[i] = annulus(x, y, half, z, factor[i]);)
}

TARGET static void NAME(slab_row)(const ck_cells *cells, ck_point point, double step,
                                  double *restrict row) {
  CELL_NAMES
#define EXACT prism(FOOTPRINT, z + step, z)
  if (!square) {
    CELL_LOOP(0, count, row[i] = factor[i] * EXACT;)
    return;
  }
  const int thin = thin_order(cells, step, point);
#define SINK STORE
#define START_THIN(d, z, other) start_slab(start_thin, d, z, step)
#define START_PRISM(d, z, other) start_slab(start_prism, d, z, step)
#define KERNEL(order) FAR_RUN(START_PRISM, end_prism, order)
#define THIN(order) FAR_RUN(START_THIN, end_thin, order)
  FAR_RUNS(level, thin, KERNEL, THIN)
#undef THIN
#undef KERNEL
#undef START_PRISM
#undef START_THIN
#undef SINK
  nearby list;
  gather(cells, 0, point, reach, &list);
  NEAR_LOOP(EXACT)
  for (size_t k = 0; k < list.count; k += 1) row[list.index[k]] = list.value[k];
#undef EXACT
}

// Negative where the face is above the point.
TARGET static void NAME(angle_row)(const ck_cells *cells, ck_point point, double *restrict row) {
  CELL_NAMES
#define EXACT ((z > 0 ? -1.0 : 1.0) * solid_angle(FOOTPRINT, corners_of(FOOTPRINT, z)))
  if (!square) {
    CELL_LOOP(0, count, row[i] = factor[i] * EXACT;)
    return;
  }
#define SINK STORE
#define KERNEL(order) FAR_RUN(start_face, end_angle, order)
  FAR_RUNS(level, 0, KERNEL, NO_KERNEL)
#undef KERNEL
#undef SINK
  nearby list;
  gather(cells, 0, point, reach, &list);
  NEAR_LOOP(EXACT)
  for (size_t k = 0; k < list.count; k += 1) row[list.index[k]] = list.value[k];
#undef EXACT
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
  const double half = half_side(offsets->half_easting, offsets->half_northing);
  OFFSET_LOOP(row[i] = annulus(x[i], y, half, z[i], 1);)
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

#undef BEGIN
#undef FINISH
#undef FAR_RUN
#undef FAR_RUNS
#undef NO_KERNEL
#undef ADD
#undef STORE
#undef CELL_LOOP
#undef CELL_NAMES
#undef FOOTPRINT
#undef NEAR_LOOP
#undef EXACT_SUM
