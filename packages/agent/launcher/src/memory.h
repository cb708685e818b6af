// Where static memory lies. A used page costs memory, and so does each page of page tables: what a waiting monitor uses lies close together.
#ifndef PROCSTAR_MEMORY_H
#define PROCSTAR_MEMORY_H

// The sanitizers leave what has a section of its own unguarded.
#ifdef __SANITIZE_ADDRESS__
#define AT_ITS_BEGIN
#define SELDOM
#else
// Large, of which a waiting monitor uses the begin: behind all that is small.
#define AT_ITS_BEGIN __attribute__((section(".bss.zy")))
// Large, of which a waiting monitor uses nothing: last of all.
#define SELDOM __attribute__((section(".bss.zz")))
#endif

// Gives back what deeper calls have used of the stack.
void memory_rest_stack(void);

#endif
