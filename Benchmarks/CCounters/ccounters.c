#define _GNU_SOURCE

#include "ccounters.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) \
    || __has_feature(memory_sanitizer)
#define HAS_OWN_ALLOCATOR 1
#endif
#endif

static atomic_bool is_counting;
static atomic_uint_fast64_t allocations;

bool ccounters_sees_allocations(void) {
#if defined(__GLIBC__) && !defined(HAS_OWN_ALLOCATOR)
    return true;
#else
    return false;
#endif
}

void ccounters_count_allocations(bool counting) {
    atomic_store_explicit(&is_counting, counting, memory_order_relaxed);
}

uint64_t ccounters_allocations(void) {
    return atomic_load_explicit(&allocations, memory_order_relaxed);
}

#if defined(__GLIBC__) && !defined(HAS_OWN_ALLOCATOR)

// The program's own malloc comes before that of the C library, also for calls out of other
// libraries, those of the Swift runtime among them. Memory is still the C library's: free is its own.
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static inline void count(void) {
    if (atomic_load_explicit(&is_counting, memory_order_relaxed)) {
        atomic_fetch_add_explicit(&allocations, 1, memory_order_relaxed);
    }
}

void *malloc(size_t size) {
    count();
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    count();
    return __libc_calloc(number, size);
}

void *realloc(void *block, size_t size) {
    count();
    return __libc_realloc(block, size);
}

void *memalign(size_t alignment, size_t size) {
    count();
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    count();
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size) {
    if (alignment % sizeof(void *) != 0 || (alignment & (alignment - 1)) != 0 || alignment == 0) {
        return EINVAL;
    }
    count();
    void *found = __libc_memalign(alignment, size);
    if (found == NULL) return ENOMEM;
    *block = found;
    return 0;
}

#endif

int ccounters_open_instructions(void) {
    struct perf_event_attr wanted;
    memset(&wanted, 0, sizeof wanted);
    wanted.size = sizeof wanted;
    wanted.type = PERF_TYPE_HARDWARE;
    wanted.config = PERF_COUNT_HW_INSTRUCTIONS;
    wanted.exclude_kernel = 1;
    wanted.exclude_hv = 1;
    return (int)syscall(SYS_perf_event_open, &wanted, 0, -1, -1, 0);
}

uint64_t ccounters_instructions(int counter) {
    uint64_t value = 0;
    return read(counter, &value, sizeof value) == (ssize_t)sizeof value ? value : 0;
}

void ccounters_close_instructions(int counter) { close(counter); }
