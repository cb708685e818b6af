#include "memory.h"

#include <stdint.h>
#include <sys/mman.h>

enum { PAGE = 4096, OWN_FRAMES = 1024, DEEPEST = 64 * 1024 };

// Not inlined, for the frame to be the deepest one.
__attribute__((noinline)) void memory_rest_stack(void) {
#ifndef __SANITIZE_ADDRESS__
  uintptr_t here = (uintptr_t)__builtin_frame_address(0) - OWN_FRAMES;
  uintptr_t end = here / PAGE * PAGE;
  madvise((void *)(end - DEEPEST), DEEPEST, MADV_DONTNEED); // as far as there is a stack
#endif
}
