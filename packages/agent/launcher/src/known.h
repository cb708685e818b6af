// The monitors whose end is to be reported, by pid.
#ifndef PROCSTAR_KNOWN_H
#define PROCSTAR_KNOWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct known {
  uint32_t pid;   // 0: this place is free
  int32_t pidfd;  // of one that is watched, -1 of a child
  uint64_t start; // ticks
};

struct known_table {
  struct known *places;
  size_t count;
  size_t added; // since its pages were last given back
};

// False when there is no memory.
bool known_open(struct known_table *table);

bool known_full(const struct known_table *table);

// NULL when there is none with that pid.
struct known *known_find(const struct known_table *table, uint32_t pid);

// The pid must not be in the table, and the table not be full.
void known_add(struct known_table *table, struct known added);

void known_remove(struct known_table *table, struct known *removed);

#endif
