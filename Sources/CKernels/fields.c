#include "fields.h"

#define NAME(x) OF_SET(x)
#define LOOPS "field_loops.h"
#include "instruction_sets.h"

#define SUM(name) DISPATCH(name, cells, bottom, point)

double cf_sum(ck_set set, cf_field field, const ck_cells *cells, const double *bottom, ck_point point) {
  switch (field) {
    case cf_potential: SUM(field_potential)
    case cf_east: SUM(field_east)
    case cf_north: SUM(field_north)
    case cf_east_east: SUM(field_east_east)
    case cf_north_north: SUM(field_north_north)
    case cf_up_up: SUM(field_down_down)
    case cf_east_north: SUM(field_east_north)
    case cf_east_up: SUM(field_east_up)
    case cf_north_up: SUM(field_north_up)
  }
  __builtin_unreachable();
}

double cf_value(cf_field field, cf_prism p) {
  sides s = sides_of(p.west, p.east, p.south, p.north, p.bottom, p.top);
  vertices v = vertices_of(s);
  switch (field) {
    case cf_potential: return field_potential(s, v);
    case cf_east: return field_east(s, v);
    case cf_north:
      return cf_value(cf_east, (cf_prism){p.south, p.north, p.west, p.east, p.bottom, p.top});
    case cf_east_east: return field_east_east(s, v);
    case cf_north_north: return field_north_north(s, v);
    case cf_up_up: return field_down_down(s, v);
    case cf_east_north: return field_east_north(s, v);
    case cf_east_up: return field_east_up(s, v);
    case cf_north_up: return field_north_up(s, v);
  }
  __builtin_unreachable();
}
