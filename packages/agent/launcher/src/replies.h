// Replies that wait for the agent to read them. Bounded, and never blocking.
#ifndef PROCSTAR_REPLIES_H
#define PROCSTAR_REPLIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct replies {
  int fd;
  uint8_t *buffer;
  size_t from, to;
};

enum { REPLY_MAX = 512 }; // bytes of the longest reply

// False with errno when there is no memory.
bool replies_open(struct replies *replies, int fd);

// There is room for one more. Nothing that leads to a reply is taken up without it.
bool replies_have_room(struct replies *replies);

bool replies_waiting(const struct replies *replies);

// Writes what the agent takes. False when the agent has closed its end.
bool replies_flush(struct replies *replies);

void reply_ready(struct replies *replies);
void reply_busy(struct replies *replies);
void reply_launched(struct replies *replies, uint32_t id, uint32_t pid, uint64_t start);
enum refusal { REFUSED_REQUEST = 0, REFUSED_JOURNAL = 1, REFUSED_FORK = 2, REFUSED_PIPE = 3 };
void reply_failed(struct replies *replies, uint32_t id, enum refusal stage, int error);
void reply_done(struct replies *replies, uint32_t id, int error);
void reply_gone(struct replies *replies, uint32_t pid, uint64_t start);

#endif
