// The NetCDF library for Swift, loaded when it is first used; see forward.c.
#ifndef CNETCDF_H
#define CNETCDF_H

#include <netcdf.h>

// What a call answers when there is no library to pass it to.
#define CNETCDF_NOT_LOADED (-32000)

// Loads the library unless it is there; answers why it could not be loaded, or NULL.
const char *cnetcdf_load(void);

#ifdef __linux__
// A call of the C library that the Swift overlay of it leaves out.
#include <sys/types.h>
int fallocate(int descriptor, int mode, off_t offset, off_t length);
#endif

#endif
