// Included once an instruction set with NAME and TARGET defined.

TARGET static void NAME(begin_polynomials)(const ck_expansion *expansion, const double *restrict levels,
                                           double *restrict state, size_t count) {
  const double middle = expansion->middle, half = expansion->half, shift = expansion->step / half;
  const int is_derivative = expansion->basis == ck_derivative;
  double *restrict t = state, *restrict older = state + count, *restrict newer = state + 2 * count;
  for (size_t i = 0; i < count; i += 1) {
    t[i] = (levels[i] - middle) / half;
    // T₋₁ = t and U₋₁ = 0.
    older[i] = is_derivative ? 0 : t[i];
    newer[i] = 1;
  }
  if (expansion->basis != ck_difference) return;
  double *restrict above = state + 3 * count, *restrict older_above = state + 4 * count;
  double *restrict newer_above = state + 5 * count;
  for (size_t i = 0; i < count; i += 1) {
    above[i] = t[i] + shift;
    older_above[i] = above[i];
    newer_above[i] = 1;
  }
}

/// The recurrence of both kinds of Chebyshev polynomials.
TARGET FORCED double NAME(next)(double t, double *older, double *newer) {
  double value = *newer;
  *newer = 2 * t * value - *older;
  *older = value;
  return value;
}

TARGET static void NAME(next_polynomial)(const ck_expansion *expansion, size_t degree,
                                         const double *restrict factors, double *restrict state,
                                         double *restrict values, size_t count) {
  const double half = expansion->half, step = expansion->step, k = degree;
  double *restrict t = state, *restrict older = state + count, *restrict newer = state + 2 * count;
  double *restrict above = state + 3 * count, *restrict older_above = state + 4 * count;
  double *restrict newer_above = state + 5 * count;
  switch (expansion->basis) {
    case ck_value:
      for (size_t i = 0; i < count; i += 1) values[i] = factors[i] * NAME(next)(t[i], older + i, newer + i);
      return;
    case ck_derivative:
      // T_k' = k U_{k−1}.
      if (degree == 0) {
        for (size_t i = 0; i < count; i += 1) values[i] = factors[i] * 0;
        return;
      }
      for (size_t i = 0; i < count; i += 1)
        values[i] = factors[i] * (k * NAME(next)(t[i], older + i, newer + i) / half);
      return;
    case ck_difference:
      for (size_t i = 0; i < count; i += 1) {
        double low = NAME(next)(t[i], older + i, newer + i);
        values[i] = factors[i] * ((NAME(next)(above[i], older_above + i, newer_above + i) - low) / step);
      }
  }
}
