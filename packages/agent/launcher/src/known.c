#include "known.h"

#include <sys/mman.h>

#include "limits.h"

// Open addressing, at most half full. Pids that follow each other share pages, of which ever more would be touched as pids go up: all are given
// back when the table is empty, and so many were added.
enum { PLACES = 2 * MONITORS_MAX, RELEASE_AFTER = 4096, TABLE_SIZE = PLACES * sizeof(struct known) };

bool known_open(struct known_table *table) {
  void *memory = mmap(NULL, TABLE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) return false;
  madvise(memory, TABLE_SIZE, MADV_DONTFORK); // monitors have no use for it
  *table = (struct known_table){.places = memory};
  return true;
}

bool known_full(const struct known_table *table) { return table->count >= MONITORS_MAX; }

static size_t home(uint32_t pid) { return pid % PLACES; }

static size_t after(size_t place) { return (place + 1) % PLACES; }

struct known *known_find(const struct known_table *table, uint32_t pid) {
  for (size_t place = home(pid); table->places[place].pid != 0; place = after(place))
    if (table->places[place].pid == pid) return &table->places[place];
  return NULL;
}

void known_add(struct known_table *table, struct known added) {
  size_t place = home(added.pid);
  while (table->places[place].pid != 0) place = after(place);
  table->places[place] = added;
  table->count++;
  table->added++;
}

void known_remove(struct known_table *table, struct known *removed) {
  size_t hole = (size_t)(removed - table->places);
  // What follows without a gap moves up into the hole, unless its home lies behind the hole.
  for (size_t place = after(hole); table->places[place].pid != 0; place = after(place)) {
    size_t distance = (place + PLACES - home(table->places[place].pid)) % PLACES;
    if (distance < (place + PLACES - hole) % PLACES) continue;
    table->places[hole] = table->places[place];
    hole = place;
  }
  table->places[hole] = (struct known){0};
  table->count--;
  if (table->count > 0 || table->added < RELEASE_AFTER) return;
  madvise(table->places, TABLE_SIZE, MADV_DONTNEED); // and are zero when they are next looked at
  table->added = 0;
}
