#include <netcdf.h>

#ifdef __linux__
// A call of the C library that the Swift overlay of it leaves out.
#include <sys/types.h>
int fallocate(int descriptor, int mode, off_t offset, off_t length);
#endif
