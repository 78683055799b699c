// Included once an instruction set with NAME and TARGET defined.

#define PIECE_LOOP(KERNEL)                                                                     \
  const double x = place->x, y = place->y, z = place->z, r = place->radius;                    \
  const double *restrict sp = pieces->sin_latitude, *restrict cp = pieces->cos_latitude;       \
  const double *restrict sl = pieces->sin_longitude, *restrict cl = pieces->cos_longitude;     \
  const double *restrict sn = pieces->sin_north, *restrict cn = pieces->cos_north;             \
  const double *restrict se = pieces->sin_east, *restrict ce = pieces->cos_east;               \
  const double *restrict radius = pieces->radius, *restrict half = pieces->half;               \
  const double *restrict weight = pieces->weight;                                              \
  _Pragma("clang loop vectorize(enable) interleave_count(1)")                                  \
  for (size_t i = 0; i < pieces->count; i += 1) {                                              \
    double north_sin = sp[i] * cn[i] + cp[i] * sn[i], north_cos = cp[i] * cn[i] - sp[i] * sn[i]; \
    double south_sin = sp[i] * cn[i] - cp[i] * sn[i], south_cos = cp[i] * cn[i] + sp[i] * sn[i]; \
    double east_sin = sl[i] * ce[i] + cl[i] * se[i], east_cos = cl[i] * ce[i] - sl[i] * se[i]; \
    double west_sin = sl[i] * ce[i] - cl[i] * se[i], west_cos = cl[i] * ce[i] + sl[i] * se[i]; \
    double low = radius[i] - half[i], high = radius[i] + half[i];                              \
    double north = KERNEL(north_sin, north_cos, east_sin, east_cos, low) +                     \
                   KERNEL(north_sin, north_cos, east_sin, east_cos, high) +                    \
                   KERNEL(north_sin, north_cos, west_sin, west_cos, low) +                     \
                   KERNEL(north_sin, north_cos, west_sin, west_cos, high);                     \
    double south = KERNEL(south_sin, south_cos, east_sin, east_cos, low) +                     \
                   KERNEL(south_sin, south_cos, east_sin, east_cos, high) +                    \
                   KERNEL(south_sin, south_cos, west_sin, west_cos, low) +                     \
                   KERNEL(south_sin, south_cos, west_sin, west_cos, high);                     \
    values[i] = weight[i] * (north_cos * north + south_cos * south);                           \
  }

TARGET static void NAME(ct_attraction)(const ct_pieces *pieces, const ct_place *place,
                                double *restrict values) {
#define KERNEL(s, c, e, w, q) attraction(x - (c) * (w), y - (c) * (e), z - (s), r, q)
  PIECE_LOOP(KERNEL)
#undef KERNEL
}

TARGET static void NAME(ct_potential)(const ct_pieces *pieces, const ct_place *place,
                               double *restrict values) {
#define KERNEL(s, c, e, w, q) potential(x - (c) * (w), y - (c) * (e), z - (s), r, q)
  PIECE_LOOP(KERNEL)
#undef KERNEL
}

#undef PIECE_LOOP
