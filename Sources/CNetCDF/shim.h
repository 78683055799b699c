#include <netcdf.h>

#ifdef __linux__
// Calls of the C library that the Swift overlay of it leaves out.
#include <sys/types.h>
int memfd_create(const char *name, unsigned int flags);
int fallocate(int descriptor, int mode, off_t offset, off_t length);
#endif
