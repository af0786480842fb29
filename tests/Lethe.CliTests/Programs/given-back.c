// What a workload does that frees memory, or fails to: each mode is one case of GivenBackTests.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#define SIZE (8 << 20)

static int expect_kept(const char *what, unsigned char *memory, int failed) {
    if (!failed) { printf("%s did not fail\n", what); return 1; }
    for (long at = 0; at < SIZE; at += 4096) if (memory[at] != 0x5a) { printf("%s lost data\n", what); return 1; }
    return 0;
}

// Calls that fail: what is there must stay.
static int failing(void) {
    unsigned char *memory = mmap(0, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int bad = 0, directory = open("/", O_RDONLY), only_written = open("/tmp/w", O_CREAT | O_WRONLY, 0600), only_read = open("/proc/self/exe", O_RDONLY), place = open("/proc/self/exe", O_PATH);
    memset(memory, 0x5a, SIZE);
    bad += expect_kept("mmap of no descriptor", memory, mmap(memory, SIZE, PROT_READ, MAP_PRIVATE | MAP_FIXED, 999, 0) == MAP_FAILED);
    bad += expect_kept("mmap of a directory", memory, mmap(memory, SIZE, PROT_READ, MAP_PRIVATE | MAP_FIXED, directory, 0) == MAP_FAILED);
    bad += expect_kept("mmap of a file for writing", memory, mmap(memory, SIZE, PROT_READ, MAP_PRIVATE | MAP_FIXED, only_written, 0) == MAP_FAILED);
    bad += expect_kept("mmap of a place", memory, mmap(memory, SIZE, PROT_READ, MAP_PRIVATE | MAP_FIXED, place, 0) == MAP_FAILED);
    bad += expect_kept("shared mmap of a file for reading", memory, mmap(memory, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, only_read, 0) == MAP_FAILED);
    bad += expect_kept("mmap at half a page", memory, mmap(memory, SIZE, PROT_READ, MAP_PRIVATE | MAP_FIXED, only_read, 77) == MAP_FAILED);
    bad += expect_kept("mmap of no kind", memory, mmap(memory, SIZE, PROT_READ, MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED);
    bad += expect_kept("mremap of nothing", memory, mremap((void *)0x10000000, SIZE, SIZE, MREMAP_MAYMOVE | MREMAP_FIXED, memory) == MAP_FAILED);
    bad += expect_kept("munmap at half a page", memory, munmap(memory + 8, SIZE) != 0);
    struct rlimit limit = { 1 << 20, 1 << 20 };
    setrlimit(RLIMIT_AS, &limit);
    unsigned char *elsewhere = memory;
    bad += expect_kept("mmap beyond the limit", memory, mmap(elsewhere, 2L * SIZE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED);
    return bad;
}

// Files that are cut by name, over a link that is absolute in the workload's own view.
static int truncated(void) {
    char *content = malloc(SIZE);
    memset(content, 0x5a, SIZE);
    int file = open("/tmp/secret", O_CREAT | O_RDWR, 0600);
    if (write(file, content, SIZE) != SIZE || symlink("/tmp/secret", "/tmp/link") || chdir("/tmp")) return 1;
    return truncate("link", 0) != 0;
}

// A file that is mapped, and a part of it given back through the mapping.
static int removed(void) {
    int file = open("/dev/shm/secret", O_CREAT | O_RDWR, 0600);
    if (ftruncate(file, SIZE)) return 1;
    char *memory = mmap(0, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    memset(memory, 0x5a, SIZE);
    return madvise(memory, SIZE, MADV_REMOVE) != 0;
}

static void *execute(void *unused) {
    usleep(50000);
    execl("/bin/true", "true", (char *)0);
    return unused;
}

// Another program is executed by a thread when the process's first thread has ended.
static int orphan_thread(void) {
    pthread_t thread;
    char *memory = malloc(SIZE);
    memset(memory, 0x5a, SIZE);
    // Otherwise the compiler leaves out what nobody reads.
    __asm__ volatile("" : : "r"(memory) : "memory");
    pthread_create(&thread, 0, execute, 0);
    pthread_exit(0);
}

static int own_tmpfs(void) { return mount("none", "/mnt", "tmpfs", 0, "") != 0; }

static int leave_place(void) { return umount2("/dev/shm/../../tmp", MNT_DETACH) != 0; }

int main(int count, char **words) {
    if (count != 2) return 64;
    if (!strcmp(words[1], "failing")) return failing();
    if (!strcmp(words[1], "truncate")) return truncated();
    if (!strcmp(words[1], "remove")) return removed();
    if (!strcmp(words[1], "orphan-thread")) return orphan_thread();
    if (!strcmp(words[1], "own-tmpfs")) return own_tmpfs();
    if (!strcmp(words[1], "leave-place")) return leave_place();
    return 64;
}
