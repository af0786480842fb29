/*
 * Where lethe starts. The file holds the whole program twice, compiled for x86-64-v2 (2009) and for x86-64-v3 (AVX2,
 * 2013), as native code from .NET cannot choose between the two at run time. LETHE_BASELINE=1 chooses the first, for
 * tests and benchmarks.
 */
#include <stdlib.h>

int main_v2(int argc, char **argv);
int main_v3(int argc, char **argv);

int main(int argc, char **argv)
{
    __builtin_cpu_init();
    int newer = __builtin_cpu_supports("x86-64-v3") && getenv("LETHE_BASELINE") == NULL;
    return newer ? main_v3(argc, argv) : main_v2(argc, argv);
}
