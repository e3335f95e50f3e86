#!/bin/sh
# Makes a clean clone runnable and then runs one of the project's commands.
#   sh src/setup/run.sh start | test | check | sim | bench | trace | diagrams [arguments]
# What is already there costs a few milliseconds: each step leaves a stamp newer than its sources.
set -eu
cd "$(dirname "$0")/../.."
command=${1:-start}
[ $# -gt 0 ] && shift

say() { printf '%s\n' "set-up: $*" >&2; }
fail() { say "cannot go on: $*"; exit 69; }

runtime_packages="gcc libc6-dev make libspandsp-dev libspeexdsp-dev libtiff-dev espeak-ng sox"
test_packages="clang libclang-rt-14-dev multimon-ng minimodem libsox-fmt-all chromium fonts-noto-cjk"

missing_packages() {
  for package in "$@"; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || printf '%s ' "$package"
  done
}

install_debian() {
  missing=$(missing_packages "$@")
  [ -z "$missing" ] && return 0
  command -v apt-get >/dev/null || fail "this is not Debian; install by hand: $missing"
  as_root=""
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || fail "run as root or install sudo; needed: $missing"
    as_root=sudo
  fi
  say "installing Debian packages: $missing"
  $as_root apt-get update -q >&2 || fail "apt-get update failed; is the network up?"
  # shellcheck disable=SC2086
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing >&2 ||
    fail "apt-get could not install: $missing"
}

# Installs Debian packages once per list: the stamp holds the list.
ensure_debian() {
  stamp="build/$1.stamp"; shift
  [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$*" ] && return 0
  install_debian "$@"
  mkdir -p build; printf '%s' "$*" > "$stamp"
}

ensure_npm() {
  stamp=node_modules/.linefinder-stamp
  [ -f "$stamp" ] && [ ! package-lock.json -nt "$stamp" ] && return 0
  command -v npm >/dev/null || fail "npm is missing; install Node.js 20 or newer with npm"
  say "installing npm packages as locked (about a minute)"
  # Not `npm ci`: it wants every platform's build of a tool in the lock file, and a registry mirror
  # may have the Linux ones only. `--no-save` leaves lock file and package.json as they are.
  npm install --no-save --no-audit --no-fund --loglevel=error >&2 ||
    fail "npm install failed; is the npm registry reachable?"
  if ! node_modules/.bin/bun --version >/dev/null 2>&1; then
    say "unpacking Bun"
    node node_modules/bun/install.js >&2 || fail "Bun could not be unpacked"
  fi
  touch "$stamp"
}

ensure_native() {
  stamp=build/native/linefinder.node
  [ -f "$stamp" ] && [ -z "$(find native/src native/module native/include native/Makefile package-lock.json -newer "$stamp" -print -quit)" ] && return 0
  say "building the native media engine"
  # A source that moved leaves an old dependency file behind: then everything is built anew.
  make -s -C native module 2>/dev/null || { rm -rf build/native/release; make -s -C native module >&2; } ||
    fail "the native module did not build (see above)"
  touch "$stamp"
}

ensure_pages() {
  stamp=build/web/manifest.json
  [ -f "$stamp" ] && [ -z "$(find web/islands web/assets web/build.ts package-lock.json -newer "$stamp" -print -quit)" ] && return 0
  say "building what the browser is sent"
  bun web/build.ts >&2 || fail "the pages' scripts did not build (see above)"
  touch "$stamp"
}

ensure_debian runtime $runtime_packages
ensure_npm
PATH="$PWD/node_modules/.bin:$PATH"
export PATH
[ "$command" = check ] || { ensure_native; ensure_pages; }

case $command in
  prepare) ;;
  start) exec bun --preload ./src/setup/early-stop.ts src/main.ts "$@" ;;
  test) ensure_debian test $test_packages; exec bun tests/run.ts "$@" ;;
  check) exec bun src/setup/check.ts "$@" ;;
  sim) exec bun tests/sim/main.ts "$@" ;;
  bench) exec bun tests/bench/main.ts "$@" ;;
  trace) exec bun src/setup/trace.ts "$@" ;;
  diagrams) UPDATE_DIAGRAMS=1 exec bun test tests/core/diagrams.test.ts ;;
  *) fail "unknown command: $command" ;;
esac
