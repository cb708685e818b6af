#ifndef PROCSTAR_UTF8_H
#define PROCSTAR_UTF8_H

#include "bytes.h"

// Length of the well-formed character that `text` begins with (1 to 4), or 0 when there is none: overlong forms,
// surrogates and what is beyond U+10FFFF are not well-formed (Unicode, table 3-7).
size_t utf8_character(struct bytes text);

bool utf8_whole(struct bytes text);

#endif
