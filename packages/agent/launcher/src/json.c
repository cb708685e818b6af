#include "json.h"

#include "utf8.h"

static void put(struct json *out, const void *bytes, size_t len) {
  if ((size_t)(out->end - out->at) < len) {
    out->overflow = true;
    return;
  }
  memcpy(out->at, bytes, len);
  out->at += len;
}

void json_text(struct json *out, const char *text) { put(out, text, strlen(text)); }

static void put_escaped(struct json *out, uint8_t byte) {
  static const char HEX[] = "0123456789abcdef";
  char named = byte == '"' ? '"' : byte == '\\' ? '\\' : byte == '\n' ? 'n' : byte == '\t' ? 't' : byte == '\r' ? 'r' : 0;
  if (named != 0) put(out, (char[]){'\\', named}, 2);
  else put(out, (char[]){'\\', 'u', '0', '0', HEX[byte >> 4], HEX[byte & 15]}, 6);
}

void json_string(struct json *out, struct bytes text) {
  put(out, "\"", 1);
  while (text.len > 0) {
    uint8_t byte = text.at[0];
    size_t size = utf8_character(text);
    if (size == 0) put(out, "\xef\xbf\xbd", 3);
    else if (byte < 0x20 || byte == 0x7f || byte == '"' || byte == '\\') put_escaped(out, byte);
    else put(out, text.at, size);
    if (size == 0) size = 1;
    text.at += size;
    text.len -= size;
  }
  put(out, "\"", 1);
}

void json_u64(struct json *out, uint64_t value) {
  char digits[20];
  char *first = digits + sizeof digits;
  do *--first = (char)('0' + value % 10);
  while ((value /= 10) > 0);
  put(out, first, (size_t)(digits + sizeof digits - first));
}

void json_i64(struct json *out, int64_t value) {
  if (value < 0) put(out, "-", 1);
  json_u64(out, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

void json_ns(struct json *out, uint64_t value) {
  put(out, "\"", 1);
  json_u64(out, value);
  put(out, "\"", 1);
}
