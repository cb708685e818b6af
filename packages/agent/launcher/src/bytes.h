// A bounds-checked cursor over bytes that somebody else sent. A take either has all it asks for, or changes nothing.
#ifndef PROCSTAR_BYTES_H
#define PROCSTAR_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct bytes {
  const uint8_t *at;
  size_t len;
};

static inline bool take_bytes(struct bytes *from, size_t len, struct bytes *out) {
  if (from->len < len) return false;
  *out = (struct bytes){from->at, len};
  from->at += len;
  from->len -= len;
  return true;
}

static inline bool take_u8(struct bytes *from, uint8_t *out) {
  struct bytes piece;
  if (!take_bytes(from, 1, &piece)) return false;
  *out = piece.at[0];
  return true;
}

static inline bool take_u16(struct bytes *from, uint16_t *out) {
  struct bytes piece;
  if (!take_bytes(from, 2, &piece)) return false;
  *out = (uint16_t)(piece.at[0] | piece.at[1] << 8);
  return true;
}

static inline bool take_u32(struct bytes *from, uint32_t *out) {
  struct bytes piece;
  if (!take_bytes(from, 4, &piece)) return false;
  *out = (uint32_t)piece.at[0] | (uint32_t)piece.at[1] << 8 | (uint32_t)piece.at[2] << 16 | (uint32_t)piece.at[3] << 24;
  return true;
}

static inline bool take_i32(struct bytes *from, int32_t *out) {
  uint32_t raw;
  if (!take_u32(from, &raw)) return false;
  memcpy(out, &raw, sizeof raw);
  return true;
}

static inline bool take_u64(struct bytes *from, uint64_t *out) {
  struct bytes trial = *from;
  uint32_t low, high;
  if (!take_u32(&trial, &low) || !take_u32(&trial, &high)) return false;
  *out = (uint64_t)high << 32 | low;
  *from = trial;
  return true;
}

static inline bool has_nul(struct bytes text) { return text.len > 0 && memchr(text.at, 0, text.len) != NULL; }

#endif
