#!/bin/sh
# Builds build/procstar-launcher. Says in one line what it built, or that there was nothing to build. Environment:
#   SANITIZE=1   builds build/procstar-launcher-asan instead: with sanitizers, and finding descendants by scanning /proc
#   BENCH=1      builds build/spawn-loop instead, which launching is measured against
#   CC           the compiler, instead of the first of musl-gcc (static), cc (static where it can link so)
set -eu
cd "$(dirname "$0")"
mkdir -p build

warnings='-Wall -Wextra -Werror -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wvla
  -Wformat=2 -Wundef -Wcast-qual -Wwrite-strings -Wimplicit-fallthrough'
flags="-std=c17 -D_GNU_SOURCE $warnings"

links_static() {
  echo 'int main(void){return 0;}' | "$1" -static -x c -o build/.static-probe - 2>/dev/null && rm -f build/.static-probe
}

if [ "${SANITIZE:-}" = 1 ]; then
  output=build/procstar-launcher-asan
  compiler=${CC:-cc}
  flags="$flags -g -O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all -DDESCENDANTS_BY_SCAN"
  kind='with sanitizers'
else
  output=build/procstar-launcher
  if [ -n "${CC:-}" ]; then compiler=$CC
  elif command -v musl-gcc >/dev/null 2>&1; then compiler=musl-gcc
  else compiler=cc
  fi
  flags="$flags -O2 -fstack-protector-strong -ffunction-sections -fdata-sections -Wl,--gc-sections -Wl,--sort-section=name -s"
  if command -v "$compiler" >/dev/null 2>&1 && links_static "$compiler"; then flags="$flags -static"; kind=static
  else kind=dynamic
  fi
fi

# The baseline of the benchmark of launching.
if [ "${BENCH:-}" = 1 ]; then output=build/spawn-loop sources=bench/spawn-loop.c
else sources='src/*.c'
fi

if ! command -v "$compiler" >/dev/null 2>&1; then
  echo "procstar-launcher: no C compiler ($compiler): install gcc or clang, best with musl-tools" >&2
  exit 1
fi

recipe="$compiler $("$compiler" --version | head -n 1) $flags"
if [ -x "$output" ] && [ "$(cat "$output.recipe" 2>/dev/null)" = "$recipe" ] &&
  [ -z "$(find $(dirname "$sources") -newer "$output" -name '*.[ch]')" ]; then
  echo "$output is up to date"
  exit 0
fi

# Under another name until it is whole: a running launcher keeps its file, and two builds at once do no harm.
# shellcheck disable=SC2086 # both are lists of words
"$compiler" $flags $sources -o "$output.$$"
echo "$recipe" >"$output.recipe"
mv "$output.$$" "$output"
echo "built $output ($kind, $compiler, $(wc -c <"$output") bytes)"
