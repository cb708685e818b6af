#!/bin/sh
# Fuzzes what the launcher parses: a fixed number of inputs from a fixed seed, within a minute; with clang, FUZZ_SECONDS of libFuzzer instead
# when that is set.   fuzz/run.sh [INPUTS [SEED]]
set -eu
cd "$(dirname "$0")/.."
mkdir -p build
parsers='src/frame.c src/json.c src/procfs.c src/record.c src/report.c src/request.c src/utf8.c'
flags='-std=c17 -D_GNU_SOURCE -g -O1 -Wall -Wextra -Werror -fno-omit-frame-pointer -fno-sanitize-recover=all'

if [ -n "${FUZZ_SECONDS:-}" ]; then
  # shellcheck disable=SC2086 # lists of words
  clang $flags -fsanitize=fuzzer,address,undefined fuzz/fuzz.c $parsers -o "build/libfuzzer.$$"
  mv "build/libfuzzer.$$" build/libfuzzer
  exec build/libfuzzer -max_total_time="$FUZZ_SECONDS" -max_len=8192
fi

# shellcheck disable=SC2086 # lists of words
"${CC:-cc}" $flags -DFUZZ_MAIN -fsanitize=address,undefined fuzz/fuzz.c $parsers -o "build/fuzz.$$"
mv "build/fuzz.$$" build/fuzz
exec timeout 60 build/fuzz "${1:-200000}" ${2:+"$2"}
