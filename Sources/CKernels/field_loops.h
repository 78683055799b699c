// Included once an instruction set with NAME and TARGET defined.

#define FIELD_CELLS                                                                              \
  const double half_easting = cells->half_easting, half_northing = cells->half_northing;         \
  const double *restrict easting = cells->easting, *restrict northing = cells->northing;         \
  const double *restrict level = cells->level, *restrict factor = cells->factor;                 \
  const size_t count = cells->count;                                                             \
  double terms[BLOCK];                                                                           \
  double sum = 0;

#define FIELD_LOOP(...)                                                                          \
  _Pragma("clang loop vectorize(enable) interleave_count(1)")                                    \
  for (size_t i = start; i < end; i += 1) {                                                      \
    double x = easting[i] - point.easting, y = northing[i] - point.northing;                     \
    double low = bottom[i] - point.upward, high = level[i] - point.upward;                       \
    __VA_ARGS__                                                                                  \
  }

// `u` and `v` are x and y, or for a field whose axes are exchanged y and x.
#define EXACT_FIELD(name, u, v, half_u, half_v)                                                  \
  FIELD_LOOP({                                                                                   \
    sides s = sides_of(u - half_u, u + half_u, v - half_v, v + half_v, low, high);               \
    terms[i - start] = factor[i] * name(s, vertices_of(s));                                      \
  })

#define FIELD_SUM(name)                                                                          \
  TARGET static double NAME(name)(const ck_cells *cells, const double *restrict bottom,          \
                                  ck_point point) {                                              \
    FIELD_CELLS                                                                                  \
    for (size_t start = 0; start < count; start += BLOCK) {                                      \
      size_t end = start + BLOCK < count ? start + BLOCK : count;                                \
      EXACT_FIELD(name, x, y, half_easting, half_northing)                                       \
      sum += lane_sum(terms, end - start);                                                       \
    }                                                                                            \
    return sum;                                                                                  \
  }

#define FAR_FIELD(name, order, u, v)                                                                   \
  FIELD_LOOP({                                                                                   \
    double c = 0.5 * (high - low);                                                               \
    distant_prism d = {u, v, 0.5 * (high + low), a2, c * c, 8 * a2 * c};                         \
    terms[i - start] = factor[i] * name(order, d);                                               \
  })

// Square cells in boxes far enough away go by the series: neighbouring boxes of one order together.
#define NEAR_AND_FAR(result, name, far, most, u, v, half_u, half_v)                              \
  TARGET static double NAME(result)(const ck_cells *cells, const double *restrict bottom,          \
                                  ck_point point) {                                              \
    FIELD_CELLS                                                                                  \
    const double a2 = half_easting * half_easting, radius = size_of(cells);                      \
    for (size_t start = 0, end; start < count; start = end) {                                    \
      int order = next_field_run(cells, point, radius, most, start, &end);                       \
      switch (order) {                                                                           \
        case 2: FAR_FIELD(far, 2, u, v) break;                                                   \
        case 3: FAR_FIELD(far, 3, u, v) break;                                                   \
        case 4: FAR_FIELD(far, most, u, v) break;                                                \
        default: EXACT_FIELD(name, u, v, half_u, half_v)                                         \
      }                                                                                          \
      sum += lane_sum(terms, end - start);                                                       \
    }                                                                                            \
    return sum;                                                                                  \
  }

NEAR_AND_FAR(field_potential, field_potential, far_potential, 4, x, y, half_easting, half_northing)
NEAR_AND_FAR(field_east, field_east, far_east, 3, x, y, half_easting, half_northing)
NEAR_AND_FAR(field_north, field_east, far_east, 3, y, x, half_northing, half_easting)
FIELD_SUM(field_east_east)
FIELD_SUM(field_north_north)
FIELD_SUM(field_down_down)
FIELD_SUM(field_east_north)
FIELD_SUM(field_east_up)
FIELD_SUM(field_north_up)

#undef FIELD_CELLS
#undef FIELD_LOOP
#undef EXACT_FIELD
#undef FIELD_SUM
#undef FAR_FIELD
#undef NEAR_AND_FAR
