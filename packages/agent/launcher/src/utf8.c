#include "utf8.h"

static bool between(uint8_t byte, uint8_t low, uint8_t high) { return byte >= low && byte <= high; }

size_t utf8_character(struct bytes text) {
  if (text.len == 0) return 0;
  uint8_t lead = text.at[0];
  if (lead < 0x80) return 1;
  size_t size = between(lead, 0xc2, 0xdf) ? 2 : between(lead, 0xe0, 0xef) ? 3 : between(lead, 0xf0, 0xf4) ? 4 : 0;
  if (size == 0 || text.len < size) return 0;
  uint8_t low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  uint8_t high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  if (!between(text.at[1], low, high)) return 0;
  for (size_t i = 2; i < size; i++)
    if (!between(text.at[i], 0x80, 0xbf)) return 0;
  return size;
}

bool utf8_whole(struct bytes text) {
  while (text.len > 0) {
    size_t size = utf8_character(text);
    if (size == 0) return false;
    text.at += size;
    text.len -= size;
  }
  return true;
}
