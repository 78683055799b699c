// The loops of waves for floats and for doubles.

#define NAME(x) OF_SET(cw_##x##_f)
#define REAL float
#define VECTOR float_vector
#define LANES 16
#include "wave_loops.h"
#undef NAME
#undef REAL
#undef VECTOR
#undef LANES

#define NAME(x) OF_SET(cw_##x##_d)
#define REAL double
#define VECTOR double_vector
#define LANES 8
#include "wave_loops.h"
#undef NAME
#undef REAL
#undef VECTOR
#undef LANES
