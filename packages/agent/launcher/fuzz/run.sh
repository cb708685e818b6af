#!/bin/sh
# Fuzzes what the launcher parses, with AddressSanitizer and UndefinedBehaviorSanitizer: a fixed number of inputs from a fixed seed, within a
# minute.   fuzz/run.sh [INPUTS [SEED]]
# FUZZ_SECONDS=N   instead for so long: by libFuzzer where there is clang (CLANG names another), what it found interesting kept in
#                  build/corpus for the next time; else by our own mutator, with one seed after another.
set -eu
cd "$(dirname "$0")/.."
mkdir -p build
parsers='src/cgroup-stats.c src/cgroup-text.c src/frame.c src/json.c src/mask.c src/output-request.c src/perf.c src/procfs.c src/record.c src/report.c src/request.c src/setup-request.c src/times.c src/utf8.c'
flags='-std=c17 -D_GNU_SOURCE -g -O1 -Wall -Wextra -Werror -fno-omit-frame-pointer -fno-sanitize-recover=all'

# shellcheck disable=SC2086 # lists of words
"${CC:-cc}" $flags -DFUZZ_MAIN -fsanitize=address,undefined fuzz/fuzz.c $parsers -o "build/fuzz.$$"
mv "build/fuzz.$$" build/fuzz

if [ -z "${FUZZ_SECONDS:-}" ]; then exec timeout 60 build/fuzz "${1:-200000}" ${2:+"$2"}; fi

clang=${CLANG:-}
for name in clang clang-20 clang-19 clang-18 clang-17 clang-16 clang-15 clang-14; do
  if [ -z "$clang" ] && command -v "$name" >/dev/null 2>&1; then clang=$name; fi
done
if [ -n "$clang" ]; then
  mkdir -p build/corpus
  build/fuzz seeds build/corpus
  # shellcheck disable=SC2086 # lists of words
  "$clang" $flags -fsanitize=fuzzer,address,undefined fuzz/fuzz.c $parsers -o "build/libfuzzer.$$"
  mv "build/libfuzzer.$$" build/libfuzzer
  exec build/libfuzzer -max_total_time="$FUZZ_SECONDS" -max_len=8192 -timeout=10 -artifact_prefix=build/ build/corpus
fi
until=$(($(date +%s) + FUZZ_SECONDS)) seed=${2:-1}
while [ "$(date +%s)" -lt "$until" ]; do
  echo "seed $seed"
  timeout 60 build/fuzz 100000 "$seed"
  seed=$((seed + 2))
done
