// Passes the calls of the NetCDF library on to it, loading it at the first one.
//
// Linked the ordinary way the library brings sixty others (HDF5, curl, LDAP, Kerberos, …), which the loader
// maps and relocates before `main`: 7.5 ms of processor time, more than a run of a thousand stages with
// nothing to do may take. Such a run opens no NetCDF file.

#include "CNetCDF.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

static void *library;
static char problem[512];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
  // The link that comes with the header first, then what systems call the library itself.
  static const char *const names[] = {
#ifdef __APPLE__
      "libnetcdf.dylib",
#else
      "libnetcdf.so", "libnetcdf.so.22", "libnetcdf.so.19", "libnetcdf.so.18",
#endif
  };
  for (unsigned index = 0; index < sizeof names / sizeof *names; index++) {
    // Global, so that functions of HDF5 beneath it are found by name.
    library = dlopen(names[index], RTLD_LAZY | RTLD_GLOBAL);
    if (library) return;
    if (index == 0) snprintf(problem, sizeof problem, "the NetCDF library can't be loaded: %s", dlerror());
  }
}

const char *cnetcdf_load(void) {
  pthread_once(&once, load);
  return library ? NULL : problem;
}

static void *find(const char *name) { return cnetcdf_load() ? NULL : dlsym(library, name); }

// Defines a function of the library's interface: hidden, so that the library's own calls of it stay its own.
#define FORWARD(name, parameters, arguments)                                        \
  __attribute__((visibility("hidden"))) int name parameters {                       \
    static int(*function) parameters;                                               \
    if (!function) function = (int(*) parameters)find(#name);                       \
    return function ? function arguments : CNETCDF_NOT_LOADED;                      \
  }

__attribute__((visibility("hidden"))) const char *nc_strerror(int code) {
  static const char *(*function)(int);
  if (code == CNETCDF_NOT_LOADED && cnetcdf_load()) return problem;
  if (!function) function = (const char *(*)(int))find("nc_strerror");
  return function ? function(code) : problem;
}

__attribute__((visibility("hidden"))) const char *nc_inq_libvers(void) {
  static const char *(*function)(void);
  if (!function) function = (const char *(*)(void))find("nc_inq_libvers");
  return function ? function() : NULL;
}

FORWARD(
    nc__create, (const char *path, int cmode, size_t initialsz, size_t *chunksizehintp, int *ncidp),
    (path, cmode, initialsz, chunksizehintp, ncidp))
FORWARD(
    nc__open, (const char *path, int mode, size_t *chunksizehintp, int *ncidp),
    (path, mode, chunksizehintp, ncidp))
FORWARD(
    nc__enddef, (int ncid, size_t h_minfree, size_t v_align, size_t v_minfree, size_t r_align),
    (ncid, h_minfree, v_align, v_minfree, r_align))
FORWARD(nc_close, (int ncid), (ncid))
// Tests make files of others with it.
FORWARD(nc_create, (const char *path, int cmode, int *ncidp), (path, cmode, ncidp))
FORWARD(nc_def_dim, (int ncid, const char *name, size_t len, int *idp), (ncid, name, len, idp))
FORWARD(
    nc_def_var, (int ncid, const char *name, nc_type xtype, int ndims, const int *dimidsp, int *varidp),
    (ncid, name, xtype, ndims, dimidsp, varidp))
FORWARD(
    nc_def_var_fill, (int ncid, int varid, int no_fill, const void *fill_value),
    (ncid, varid, no_fill, fill_value))
FORWARD(nc_del_att, (int ncid, int varid, const char *name), (ncid, varid, name))
FORWARD(nc_enddef, (int ncid), (ncid))
FORWARD(nc_free_string, (size_t len, char **data), (len, data))
FORWARD(nc_get_att_double, (int ncid, int varid, const char *name, double *ip), (ncid, varid, name, ip))
FORWARD(nc_get_att_longlong, (int ncid, int varid, const char *name, long long *ip), (ncid, varid, name, ip))
FORWARD(nc_get_att_string, (int ncid, int varid, const char *name, char **ip), (ncid, varid, name, ip))
FORWARD(nc_get_att_text, (int ncid, int varid, const char *name, char *ip), (ncid, varid, name, ip))
FORWARD(
    nc_get_vara_double, (int ncid, int varid, const size_t *startp, const size_t *countp, double *ip),
    (ncid, varid, startp, countp, ip))
FORWARD(
    nc_get_vara_int, (int ncid, int varid, const size_t *startp, const size_t *countp, int *ip),
    (ncid, varid, startp, countp, ip))
FORWARD(
    nc_get_vara_schar, (int ncid, int varid, const size_t *startp, const size_t *countp, signed char *ip),
    (ncid, varid, startp, countp, ip))
FORWARD(
    nc_get_vara_string, (int ncid, int varid, const size_t *startp, const size_t *countp, char **ip),
    (ncid, varid, startp, countp, ip))
FORWARD(
    nc_get_vara_text, (int ncid, int varid, const size_t *startp, const size_t *countp, char *ip),
    (ncid, varid, startp, countp, ip))
FORWARD(
    nc_inq_att, (int ncid, int varid, const char *name, nc_type *xtypep, size_t *lenp),
    (ncid, varid, name, xtypep, lenp))
FORWARD(nc_inq_attname, (int ncid, int varid, int attnum, char *name), (ncid, varid, attnum, name))
FORWARD(nc_inq_dim, (int ncid, int dimid, char *name, size_t *lenp), (ncid, dimid, name, lenp))
FORWARD(nc_inq_natts, (int ncid, int *nattsp), (ncid, nattsp))
FORWARD(nc_inq_ndims, (int ncid, int *ndimsp), (ncid, ndimsp))
FORWARD(nc_inq_grps, (int ncid, int *numgrps, int *ncids), (ncid, numgrps, ncids))
FORWARD(nc_inq_nvars, (int ncid, int *nvarsp), (ncid, nvarsp))
FORWARD(nc_inq_unlimdims, (int ncid, int *nunlimdimsp, int *unlimdimidsp), (ncid, nunlimdimsp, unlimdimidsp))
FORWARD(
    nc_inq_var, (int ncid, int varid, char *name, nc_type *xtypep, int *ndimsp, int *dimidsp, int *nattsp),
    (ncid, varid, name, xtypep, ndimsp, dimidsp, nattsp))
FORWARD(nc_inq_vardimid, (int ncid, int varid, int *dimidsp), (ncid, varid, dimidsp))
FORWARD(
    nc_put_att_double, (int ncid, int varid, const char *name, nc_type xtype, size_t len, const double *op),
    (ncid, varid, name, xtype, len, op))
FORWARD(
    nc_put_att_longlong, (int ncid, int varid, const char *name, nc_type xtype, size_t len, const long long *op),
    (ncid, varid, name, xtype, len, op))
FORWARD(
    nc_put_att_text, (int ncid, int varid, const char *name, size_t len, const char *op),
    (ncid, varid, name, len, op))
FORWARD(
    nc_put_vara_double, (int ncid, int varid, const size_t *startp, const size_t *countp, const double *op),
    (ncid, varid, startp, countp, op))
FORWARD(
    nc_put_vara_int, (int ncid, int varid, const size_t *startp, const size_t *countp, const int *op),
    (ncid, varid, startp, countp, op))
FORWARD(
    nc_put_vara_schar, (int ncid, int varid, const size_t *startp, const size_t *countp, const signed char *op),
    (ncid, varid, startp, countp, op))
FORWARD(
    nc_put_vara_text, (int ncid, int varid, const size_t *startp, const size_t *countp, const char *op),
    (ncid, varid, startp, countp, op))
FORWARD(nc_redef, (int ncid), (ncid))
