#include "pipes.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "descriptors.h"

static bool next_pipe(struct bytes *fields, struct fd_action *action) {
  struct field field;
  while (field_next(fields, &field))
    if (field.tag == TAG_FD && fd_action_parse(field.value, action) && action->kind == FD_PIPE) return true;
  return false;
}

static struct kept_pipe *find(struct pipe_table *table, uint32_t id) {
  for (size_t i = 0; i < table->count; i++)
    if (table->places[i].id == id) return &table->places[i];
  return NULL;
}

static void close_end(int *end) {
  if (*end >= 0) close(*end);
  *end = -1;
}

static int make(struct pipe_table *table, uint32_t id) {
  int ends[2];
  if (table->count == PIPES_MAX) return EMFILE;
  if (pipe2(ends, O_CLOEXEC) != 0) return errno;
  int read_end = spawner_fd(ends[0]);
  int error = errno;
  int write_end = spawner_fd(ends[1]);
  if (write_end < 0) error = errno;
  if (read_end >= 0 && write_end >= 0) {
    table->places[table->count++] = (struct kept_pipe){id, {read_end, write_end}};
    return 0;
  }
  close_end(&read_end);
  close_end(&write_end);
  return error;
}

static int name(struct pipe_table *table, const struct fd_action *action) {
  const struct kept_pipe *kept = find(table, action->pipe);
  if (kept == NULL) return make(table, action->pipe);
  return kept->end[action->side] >= 0 ? 0 : EBUSY;
}

int pipes_make(struct pipe_table *table, const struct start_request *request) {
  size_t before = table->count;
  struct bytes fields = request->fields;
  struct fd_action action;
  int error = 0;
  while (error == 0 && next_pipe(&fields, &action)) error = name(table, &action);
  if (error != 0) pipes_unmake(table, before);
  return error;
}

void pipes_unmake(struct pipe_table *table, size_t before) {
  while (table->count > before) {
    struct kept_pipe *last = &table->places[--table->count];
    close_end(&last->end[0]);
    close_end(&last->end[1]);
  }
}

void pipes_place(const struct pipe_table *table, const struct start_request *request) {
  struct bytes fields = request->fields;
  struct fd_action action;
  for (int to = FD_PIPES; next_pipe(&fields, &action); to++)
    for (size_t i = 0; i < table->count; i++)
      // One that fails is missing when the child comes to the action, which reports it.
      if (table->places[i].id == action.pipe) dup3(table->places[i].end[action.side], to, O_CLOEXEC);
}

static void forget(struct pipe_table *table, struct kept_pipe *kept) {
  close_end(&kept->end[0]);
  close_end(&kept->end[1]);
  *kept = table->places[--table->count];
}

void pipes_given(struct pipe_table *table, const struct start_request *request) {
  struct bytes fields = request->fields;
  struct fd_action action;
  while (next_pipe(&fields, &action)) {
    struct kept_pipe *kept = find(table, action.pipe);
    if (kept == NULL) continue; // an earlier action of this start took the last of it
    close_end(&kept->end[action.side]);
    if (kept->end[0] < 0 && kept->end[1] < 0) forget(table, kept);
  }
}

int pipes_drop(struct pipe_table *table, uint32_t id) {
  struct kept_pipe *kept = find(table, id);
  if (kept == NULL) return ENOENT;
  forget(table, kept);
  return 0;
}
