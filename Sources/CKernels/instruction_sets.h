// Includes the file of loops LOOPS once for each instruction set, with
//
//     OF_SET(x)   x_baseline, x_avx2, x_avx512: what DISPATCH calls (NAME(x) of the loops is made of it),
//     TARGET      what makes a function use the set,
//     LEVEL       0, 1 and 2: each set has twice the registers or the width of the one before.

#define PASTED(x, set) x##_##set
#define EXPANDED(x, set) PASTED(x, set)
#define OF_SET(x) EXPANDED(x, SET)

#define SET baseline
#define TARGET
#define LEVEL 0
#include LOOPS
#undef SET
#undef TARGET
#undef LEVEL

#if defined(__x86_64__)

#define SET avx2
#define TARGET __attribute__((target("avx2")))
#define LEVEL 1
#include LOOPS
#undef SET
#undef TARGET
#undef LEVEL

#define SET avx512
#define TARGET __attribute__((target("avx2,avx512f,avx512dq,avx512vl")))
#define LEVEL 2
#include LOOPS
#undef SET
#undef TARGET
#undef LEVEL

#endif
