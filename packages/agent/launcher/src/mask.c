#include "mask.h"

#include <sys/mman.h>

#include "memory.h"

static const char REPLACEMENT[] = "***";

_Static_assert(MASK_SHORTEST >= sizeof REPLACEMENT - 1, "masking in place never writes ahead of where it reads");

enum { PAGE = 4096, MARKS = PAGE / sizeof(uint16_t) };

// The longest secret that begins at each byte of the window; zeros between calls. Whole pages, since it is given back in pages.
static SELDOM _Alignas(PAGE) uint16_t begins[(MASK_WINDOW + MARKS - 1) / MARKS * MARKS];

static uint32_t child_of(const struct mask *mask, uint32_t node, uint8_t byte) {
  if (node == 0) return mask->root[byte];
  uint32_t child = mask->node[node].child;
  while (child != 0 && mask->node[child].byte != byte) child = mask->node[child].sibling;
  return child;
}

static uint32_t new_child(struct mask *mask, uint32_t parent, uint8_t byte) {
  uint32_t child = ++mask->count;
  struct mask_node *node = &mask->node[child];
  *node = (struct mask_node){.sibling = mask->node[parent].child, .depth = mask->node[parent].depth + 1, .byte = byte};
  mask->node[parent].child = child;
  if (parent == 0) mask->root[byte] = child;
  return child;
}

void mask_add(struct mask *mask, struct bytes secret) {
  uint32_t node = 0;
  for (size_t i = 0; i < secret.len; i++) {
    uint32_t child = child_of(mask, node, secret.at[i]);
    node = child != 0 ? child : new_child(mask, node, secret.at[i]);
  }
  if (node == 0 || mask->node[node].secret != 0) return;
  mask->node[node].secret = ++mask->secrets;
  mask->length[mask->secrets] = (uint32_t)secret.len;
}

static uint32_t step(const struct mask *mask, uint32_t node, uint8_t byte) {
  for (;;) {
    uint32_t child = child_of(mask, node, byte);
    if (child != 0 || node == 0) return child;
    node = mask->node[node].fail;
  }
}

static void link_node(struct mask *mask, uint32_t parent, uint32_t child) {
  struct mask_node *node = &mask->node[child];
  node->fail = parent == 0 ? 0 : step(mask, mask->node[parent].fail, node->byte);
  const struct mask_node *fail = &mask->node[node->fail];
  node->found = fail->secret != 0 ? node->fail : fail->found;
}

void mask_finish(struct mask *mask) {
  // Nothing of it becomes resident without need.
  if (!mask_any(mask)) return;
  // By depth, since a node's links go by those of shorter ones.
  static SELDOM uint32_t queue[MASK_BYTES_MAX + 1];
  size_t from = 0, to = 0;
  queue[to++] = 0;
  while (from < to) {
    uint32_t parent = queue[from++];
    for (uint32_t child = mask->node[parent].child; child != 0; child = mask->node[child].sibling) {
      link_node(mask, parent, child);
      queue[to++] = child;
    }
  }
}

// Zeros again, as they were.
void mask_rest(void) { madvise(begins, sizeof begins, MADV_DONTNEED); }

size_t mask_begin(const struct mask_stream *stream, uint8_t *window) {
  memcpy(window, stream->bytes, stream->held);
  return stream->held;
}

// Notes every secret that ends in what is new. Returns whether there is one.
static bool find(const struct mask *mask, struct mask_stream *stream, const uint8_t *window, size_t len) {
  uint32_t node = stream->node;
  bool found = false;
  for (size_t i = stream->held; i < len; i++) {
    if (node == 0) {
      while (i < len && mask->root[window[i]] == 0) i++;
      if (i == len) break;
    }
    node = step(mask, node, window[i]);
    uint32_t end = mask->node[node].secret != 0 ? node : mask->node[node].found;
    for (; end != 0; end = mask->node[end].found) {
      // Never before the window, since the node is of what was held back and what came. Later ends are longer, so they may overwrite.
      begins[i + 1 - mask->node[end].depth] = mask->node[end].secret;
      found = true;
    }
  }
  stream->node = node;
  return found;
}

struct passage {
  size_t in, out;
};

// Replaces what begins before `until`, where all secrets that begin are known in full.
static void replace(const struct mask *mask, struct mask_stream *stream, uint8_t *window, struct passage *at, size_t until) {
  while (at->in < until) {
    uint16_t secret = begins[at->in];
    if (secret == 0) {
      window[at->out++] = window[at->in++];
      continue;
    }
    memcpy(window + at->out, REPLACEMENT, sizeof REPLACEMENT - 1);
    at->out += sizeof REPLACEMENT - 1;
    at->in += mask->length[secret];
    stream->masked++;
  }
}

static void pass(const struct mask *mask, struct mask_stream *stream, uint8_t *window, struct passage *at, size_t until, bool found) {
  if (found) replace(mask, stream, window, at, until);
  else at->in = at->out = until;
}

// The longest suffix of the node that can still become a secret (or a longer one), and has not been replaced already.
static uint32_t growing(const struct mask *mask, uint32_t node, size_t longest) {
  while (node != 0 && (mask->node[node].child == 0 || mask->node[node].depth > longest)) node = mask->node[node].fail;
  return node;
}

size_t mask_run(const struct mask *mask, struct mask_stream *stream, uint8_t *window, size_t len, bool end) {
  struct passage at = {0, 0};
  if (stream->found) memcpy(begins, stream->secret, stream->held * sizeof *begins);
  bool found = find(mask, stream, window, len) || stream->found;
  uint32_t node = stream->node;
  do {
    node = end ? 0 : growing(mask, node, len - at.in);
    size_t until = len - mask->node[node].depth;
    if (at.in < until) pass(mask, stream, window, &at, until, found);
    // A secret that was replaced may reach beyond: then less is held back.
  } while (at.in > len - mask->node[node].depth);
  stream->node = node;
  stream->held = (uint32_t)(len - at.in);
  stream->found = found && stream->held > 0;
  memcpy(stream->bytes, window + at.in, stream->held);
  if (found) {
    memcpy(stream->secret, begins + at.in, stream->held * sizeof *begins);
    memset(begins, 0, len * sizeof *begins);
  }
  return at.out;
}
