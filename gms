#!/usr/bin/env bash
# GMS: sets up what is missing, builds once, then runs the compiler. `./gms` alone says what it can do.
set -uo pipefail
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
preset=${GMS_PRESET:-ci}
build=$root/build/$preset
compiler=$build/bin/gmsc
source "$root/setup/install.sh"

usage() {
  cat <<'TEXT'
GMS: experiments on data, models, search and physics, compiled to fused kernels.

  ./gms run PROGRAM.gms [options]     compile and run an experiment (--help lists its options)
  ./gms check PROGRAM.gms             report errors
  ./gms test [FILE.gms]               run a file's tests; without a file, all tests of GMS
  ./gms build PROGRAM.gms -o NAME     make an executable, a library (--shared) or show a stage (--emit=core)
  ./gms fmt FILE.gms ...              format
  ./gms explain E0301                 explain a message; --fusion PROGRAM.gms: what became which kernel
  ./gms doc FILE.gms                  reference pages from /// comments
  ./gms bench NAME [--json FILE]      run a benchmark of test/bench
  ./gms setup                         install what is missing and build, nothing else

Start with: ./gms run examples/quickstart/photos.gms
TEXT
}

sources_changed() {
  [[ -x $compiler && -f $build/built ]] || return 0
  [[ -n $(cd "$root" && find CMakeLists.txt CMakePresets.json cmake grammar lang compiler runtime docs/errors \
            -newer "$build/built" -print -quit) ]]
}

build_once() { # all = also the tests; a second gms waits for the first
  mkdir -p "$build"
  (flock 9 && build_targets "$@" 9>&-) 9> "$root/build/lock"
}

build_targets() {
  local targets=("$@") log=$root/build/log
  touch "$build/started"
  if [[ ! -f $build/build.ninja ]]; then
    echo "configuring the build (once)" >&2
    (cd "$root" && cmake --preset "$preset") > "$log" 2>&1 < /dev/null || { build_failed "$log"; return 1; }
  fi
  echo "building GMS (once, and after changes); the log is build/log" >&2
  if [[ -t 2 ]]; then
    (cd "$root" && NINJA_STATUS='[%f/%t] ' ninja -C "$build" "${targets[@]}") 2>&1 < /dev/null | tee "$log" |
      while IFS= read -r line; do [[ $line == \[* ]] && printf '\r\033[K%.100s' "$line" >&2; done
    local status=${PIPESTATUS[0]}
    printf '\r\033[K' >&2
    [[ $status == 0 ]] || { build_failed "$log"; return 1; }
  else
    (cd "$root" && ninja -C "$build" "${targets[@]}") > "$log" 2>&1 < /dev/null || { build_failed "$log"; return 1; }
  fi
  mv "$build/started" "$build/built"
}

build_failed() {
  echo "gms: the build failed; the end of build/log:" >&2
  grep -E -A6 'error:|FAILED' "$1" | head -n 40 >&2 || tail -n 20 "$1" >&2
}

ready() {
  sources_changed || return 0
  setup_packages && build_once gmsc gms_compiler gms_runner
}

run_tests() {
  setup_packages && build_once all && setup_photographs || exit 1
  python3 "$root/test/run_tests.py" --build "$build" "$@"
}

run_bench() {
  local name=${1:-}
  if [[ -z $name || ! -f $root/test/bench/$name.py ]]; then
    echo "gms: name a benchmark: $(cd "$root/test/bench" && printf '%s\n' *.py | sed 's#\.py$##' | paste -sd' ')" >&2
    exit 1
  fi
  shift
  ready && setup_photographs || exit 1
  exec python3 "$root/test/bench/$name.py" --gmsc "$compiler" --root "$root" "$@"
}

case ${1:-} in
'') usage ;;
-h | --help | help) usage ;;
setup) setup_packages && build_once gmsc gms_compiler gms_runner && setup_photographs ;;
bench) shift; run_bench "$@" ;;
test)
  if [[ $# == 1 || ${2:-} == -* ]]; then shift; run_tests "$@"; else ready && exec "$compiler" "$@"; fi ;;
run)
  ready || exit 1
  [[ ${*: 2} == *quickstart* ]] && { setup_photographs || exit 1; }
  exec "$compiler" "$@" ;;
*) ready && exec "$compiler" "$@" ;;
esac
