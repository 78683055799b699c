#include "kernels.h"

double ck_face(double east, double north, double half_east, double half_north, double z) {
  footprint f = footprint_of(east, north, half_east, half_north);
  return face(f, corners_of(f, z));
}

double ck_prism(double east, double north, double half_east, double half_north, double top,
                double bottom) {
  return prism(footprint_of(east, north, half_east, half_north), top, bottom);
}

double ck_solid_angle(double east, double north, double half_east, double half_north, double z) {
  footprint f = footprint_of(east, north, half_east, half_north);
  return solid_angle(f, corners_of(f, z));
}

double ck_logarithm(double a, double b) { return logarithm(a, b); }

double ck_angle(double real, double imaginary) { return angle(real, imaginary); }
