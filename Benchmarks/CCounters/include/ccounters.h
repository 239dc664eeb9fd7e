#pragma once

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Whether calls of malloc and its kin can be counted in this build.
bool ccounters_sees_allocations(void);

/// Begins to count, or ends it; while it is off a call costs one comparison more.
void ccounters_count_allocations(bool counting);

/// The allocations counted so far, of all threads.
uint64_t ccounters_allocations(void);

/// Opens a counter of this thread's instructions outside of the kernel; negative where the machine
/// offers none.
int ccounters_open_instructions(void);

/// The instructions counted so far; 0 when they cannot be read.
uint64_t ccounters_instructions(int counter);

/// Closes a counter.
void ccounters_close_instructions(int counter);

#ifdef __cplusplus
}
#endif
