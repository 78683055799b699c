#ifndef CPRISM_H
#define CPRISM_H

/// The closed forms of a prism, one at a time, in the plain instructions: what the loops compute for cells that
/// are not far away, with the same bits. `east` and `north` are the distances of the face's centre from the
/// observation, heights `z`, `top`, `bottom` count from it too, in metres.

/// F(z) = ∬ dx dy / √(x² + y² + z²) over one face, metres.
double ck_face(double east, double north, double half_east, double half_north, double z);

/// F(top) − F(bottom).
double ck_prism(double east, double north, double half_east, double half_north, double top, double bottom);

/// The solid angle that a face subtends, in [0, 2π].
double ck_solid_angle(double east, double north, double half_east, double half_north, double z);

/// ln(a / b) for positive normal numbers, to 2 units in the last place of the result.
double ck_logarithm(double a, double b);

/// The angle of the complex number (real, imaginary) in (−π, π], absolute error 1e-15; finite for 0.
double ck_angle(double real, double imaginary);

#endif
