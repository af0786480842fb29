/*
 * Where lethe starts, before the .NET runtime does.
 *
 * Neither the limits nor the DOTNET_ variables that are meant for the command may stop lethe itself: limits are raised as
 * far as this user may, and the variables are hidden from the runtime. The command gets them back as they were: the
 * variables by /proc/self/environ, which shows what the kernel was given, the rest by LETHE_STARTED_WITH (StartState.cs).
 *
 * The file holds the whole program twice, compiled for x86-64-v2 (2009) and for x86-64-v3 (AVX2, 2013), as native code
 * from .NET cannot choose between the two while it runs. LETHE_BASELINE=1 chooses the first, for tests and benchmarks.
 * LETHE_HEAP, in hexadecimal bytes, bounds the managed memory of processes that lethe starts of itself.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define UNSUPPORTED 4
#define BAD_CONFIGURATION 78

int main_v2(int argc, char **argv);
int main_v3(int argc, char **argv);

/* What can end or starve lethe itself; the least it starts with, counted in the units of the shell's option. */
static const struct {
    int resource;
    rlim_t least, unit;
    const char *option, *meaning;
} limits[] = {
    { RLIMIT_AS, 384 << 10, 1 << 10, "-v", "KiB of addresses may be used" },
    { RLIMIT_DATA, 256 << 10, 1 << 10, "-d", "KiB of data may be used" },
    { RLIMIT_NOFILE, 32, 1, "-n", "files may be open" },
    { RLIMIT_FSIZE, 0, 1, "-f", "" },
    { RLIMIT_CPU, 0, 1, "-t", "" },
};

#define LIMITS (sizeof limits / sizeof *limits)

/* As far as root may: no process has more descriptors than fs.nr_open says. */
static rlim_t most_of(int resource)
{
    unsigned long files = 1 << 20;
    if (resource != RLIMIT_NOFILE) return RLIM_INFINITY;
    FILE *limit = fopen("/proc/sys/fs/nr_open", "re");
    if (limit != NULL) {
        if (fscanf(limit, "%lu", &files) != 1) files = 1 << 20;
        fclose(limit);
    }
    return files;
}

/* Raises one limit and notes what it was: "resource:soft:hard,". */
static size_t raise_limit(int resource, char *note, size_t room)
{
    struct rlimit before, after;
    if (getrlimit(resource, &before) != 0) return 0;
    after = before;
    after.rlim_cur = before.rlim_max;
    if (setrlimit(resource, &after) == 0 && before.rlim_max != RLIM_INFINITY && (resource != RLIMIT_NOFILE || before.rlim_max < 4096)) {
        after.rlim_cur = after.rlim_max = most_of(resource);
        (void)setrlimit(resource, &after);
    }
    int length = snprintf(note, room, "%d:%llu:%llu,", resource, (unsigned long long)before.rlim_cur, (unsigned long long)before.rlim_max);
    return length > 0 && (size_t)length < room ? (size_t)length : 0;
}

static int limits_suffice(void)
{
    for (size_t index = 0; index < LIMITS; index++) {
        struct rlimit limit;
        if (getrlimit(limits[index].resource, &limit) != 0 || limit.rlim_cur / limits[index].unit >= limits[index].least) continue;
        dprintf(STDERR_FILENO, "lethe: only %llu %s here, and lethe needs %llu\n  ulimit %s %llu\n",
                (unsigned long long)(limit.rlim_cur / limits[index].unit), limits[index].meaning, (unsigned long long)limits[index].least,
                limits[index].option, (unsigned long long)limits[index].least);
        return 0;
    }
    return 1;
}

/* A closed standard stream's number would go to the first file that is opened. Reading and writing this fails with EBADF, as there. */
static void occupy_closed_streams(void)
{
    for (int number = 0; number <= 2; number++) {
        if (fcntl(number, F_GETFD) < 0) (void)!open("/dev/null", O_PATH);
    }
}

static int is_ignored(int signal)
{
    struct sigaction action;
    return sigaction(signal, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

static void hide_runtime_settings(void)
{
    char **kept = environ;
    for (char **variable = environ; *variable != NULL; variable++) {
        if (strncmp(*variable, "DOTNET_", 7) != 0 && strncmp(*variable, "COMPlus_", 8) != 0) *kept++ = *variable;
    }
    *kept = NULL;
}

int main(int argc, char **argv)
{
    occupy_closed_streams();
    char note[512];
    size_t length = 0;
    for (size_t index = 0; index < LIMITS; index++) length += raise_limit(limits[index].resource, note + length, sizeof note - length);
    snprintf(note + length, sizeof note - length, "%d:%d", is_ignored(SIGPIPE), is_ignored(SIGXFSZ));
    /* A file that may not grow further is an error to report, not the end. */
    signal(SIGXFSZ, SIG_IGN);

    hide_runtime_settings();
    setenv("LETHE_STARTED_WITH", note, 1);
    if (getenv("LETHE_HEAP") != NULL) setenv("DOTNET_GCHeapHardLimit", getenv("LETHE_HEAP"), 1);
    /* A scan takes memory that may hold what it looks for: the youngest generation is collected early, so that its pages are used again. */
    if (argc > 1 && strcmp(argv[1], "scan") == 0) setenv("DOTNET_GCgen0size", "10000", 1);
    /* The C library reserves 128 MiB for each thread that allocates, which lethe's hardly do, and 8 MiB for each stack. */
    mallopt(M_ARENA_MAX, 1);
    struct rlimit space;
    if (getrlimit(RLIMIT_AS, &space) == 0 && space.rlim_cur != RLIM_INFINITY) setenv("DOTNET_Thread_DefaultStackSize", "100000", 1);

    if (!limits_suffice()) return BAD_CONFIGURATION;

    __builtin_cpu_init();
    if (!__builtin_cpu_supports("x86-64-v2")) {
        dprintf(STDERR_FILENO, "lethe: this processor is older than x86-64-v2, which .NET needs\n  in a virtual machine choose a newer model: -cpu Nehalem or later\n");
        return UNSUPPORTED;
    }
    int newer = __builtin_cpu_supports("x86-64-v3") && getenv("LETHE_BASELINE") == NULL;
    return newer ? main_v3(argc, argv) : main_v2(argc, argv);
}
