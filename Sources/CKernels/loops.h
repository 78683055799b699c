// The loops, included once an instruction set with NAME and TARGET defined.

#define CELL_LOOP(first, last, ...)                                                      \
  _Pragma("clang loop vectorize(enable) interleave_count(1)")                            \
  for (size_t i = (first); i < (last); i += 1) {                                         \
    double x = easting[i] - point.easting, y = northing[i] - point.northing;             \
    footprint f = footprint_of(x, y, half_easting, half_northing);                       \
    double z = level[i] - point.upward;                                                  \
    (void)f;                                                                             \
    __VA_ARGS__                                                                          \
  }

#define CELL_NAMES                                                                       \
  const double half_easting = cells->half_easting, half_northing = cells->half_northing; \
  const double *restrict easting = cells->easting, *restrict northing = cells->northing; \
  const double *restrict level = cells->level, *restrict factor = cells->factor;         \
  const size_t count = cells->count;

TARGET static double NAME(face_sum)(const ck_cells *cells, ck_point point) {
  CELL_NAMES
  double terms[BLOCK];
  double sum = 0;
  for (size_t start = 0; start < count; start += BLOCK) {
    size_t end = start + BLOCK < count ? start + BLOCK : count;
    CELL_LOOP(start, end, terms[i - start] = factor[i] * face(f, corners_of(f, z));)
    sum += lane_sum(terms, end - start);
  }
  return sum;
}

TARGET static double NAME(prism_sum)(const ck_cells *cells, const double *restrict bottom,
                                     ck_point point) {
  CELL_NAMES
  double terms[BLOCK];
  double sum = 0;
  for (size_t start = 0; start < count; start += BLOCK) {
    size_t end = start + BLOCK < count ? start + BLOCK : count;
    CELL_LOOP(start, end, terms[i - start] = factor[i] * prism(f, z, bottom[i] - point.upward);)
    sum += lane_sum(terms, end - start);
  }
  return sum;
}

TARGET static void NAME(annulus_row)(const ck_cells *cells, ck_point point, double *restrict row) {
  CELL_NAMES
  CELL_LOOP(0, count, row[i] = annulus(x, y, half_easting, z, factor[i]);)
}

TARGET static void NAME(slab_row)(const ck_cells *cells, ck_point point, double step,
                                  double *restrict row) {
  CELL_NAMES
  CELL_LOOP(0, count, row[i] = factor[i] * prism(f, (level[i] + step) - point.upward, z);)
}

TARGET static void NAME(angle_row)(const ck_cells *cells, ck_point point, double *restrict row) {
  CELL_NAMES
  CELL_LOOP(0, count, {
    double value = factor[i] * solid_angle(f, corners_of(f, z));
    row[i] = z > 0 ? -value : value;
  })
}

TARGET static double NAME(dot)(const double *a, const double *b, size_t count) {
  eight sum = {0};
  for (size_t i = 0; i < count; i += 8) sum += *(const eight *)(a + i) * *(const eight *)(b + i);
  return total(&sum);
}

TARGET static void NAME(add_normal)(const double *restrict rows, const double *restrict x,
                                    double *restrict sum, size_t count) {
  const double *second = rows + count;
  eight first = {0}, other = {0};
  for (size_t i = 0; i < count; i += 8) {
    eight value = *(const eight *)(x + i);
    first += *(const eight *)(rows + i) * value;
    other += *(const eight *)(second + i) * value;
  }
  double a = total(&first), b = total(&other);
  for (size_t i = 0; i < count; i += 8) {
    *(eight *)(sum + i) +=
        a * *(const eight *)(rows + i) + b * *(const eight *)(second + i);
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
#undef CELL_LOOP
#undef CELL_NAMES
