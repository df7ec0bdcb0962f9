#!/bin/sh
# Sets up the interpreters that the tests with torch run on, and prints them, separated by colons, as its only line on
# standard output: the checkout's .venv with the pinned requirements and those of the tests, and Debian's own torch. Says
# on standard error what it does, and what it skipped and why. `LOCKSTEP_TEST_PYTHONS`, when set, is taken as it is.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
say() { echo "tests: $*" >&2; }

if [ -n "${LOCKSTEP_TEST_PYTHONS:-}" ]; then
  say "LOCKSTEP_TEST_PYTHONS is set: $LOCKSTEP_TEST_PYTHONS"
  echo "$LOCKSTEP_TEST_PYTHONS"
  exit 0
fi

log=$here/target/pythons.log
mkdir -p "$here/target"
: >"$log"

has() { # EXE MODULE...
  python=$1
  shift
  for module in "$@"; do
    "$python" -I -c "import importlib.util, sys; sys.exit(importlib.util.find_spec('$module') is None)" 2>/dev/null || return 1
  done
}

# Debian's packages: its torch, and what `python3 -m venv` needs.
missing=
has /usr/bin/python3 torch || missing="python3-torch"
has /usr/bin/python3 sklearn || missing="$missing python3-sklearn"
has /usr/bin/python3 venv ensurepip || missing="$missing python3-venv"
if [ -n "$missing" ]; then
  if ! command -v apt-get >/dev/null 2>&1; then
    say "skipped Debian's torch: there is no apt-get here"
  elif [ "$(id -u)" -ne 0 ] && ! sudo -n true 2>/dev/null; then
    say "skipped Debian's torch: installing $missing needs root; to have it: apt install $missing"
  else
    root=
    [ "$(id -u)" -eq 0 ] || root="sudo -n"
    say "installing:$(echo " $missing" | sed "s/  */ /g") (some minutes)"
    if $root apt-get update >>"$log" 2>&1 &&
      $root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing >>"$log" 2>&1; then
      :
    else
      say "skipped Debian's torch: apt-get failed: $(grep -E '^E:' "$log" | head -n 1); all of its output is in $log"
    fi
  fi
fi

pythons=
if ! has "$here/.venv/bin/python" torch numpy sklearn; then
  base=
  for candidate in /usr/bin/python3.13 /usr/bin/python3.12 /usr/bin/python3.11 /usr/bin/python3.14 /usr/bin/python3.10 python3; do
    if command -v "$candidate" >/dev/null 2>&1 && has "$candidate" venv ensurepip &&
      "$candidate" -I -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null; then
      base=$candidate
      break
    fi
  done
  if [ -z "$base" ]; then
    say "skipped the pinned torch: no Python from 3.10 to 3.14 with the venv module; on Debian: apt install python3-venv"
  else
    say "making .venv from requirements.txt with $base (some minutes, most of it a download)"
    if [ -x "$here/.venv/bin/python" ] || "$base" -m venv "$here/.venv" >>"$log" 2>&1; then
      "$here/.venv/bin/python" -m pip install --disable-pip-version-check --progress-bar off \
        -r "$here/requirements.txt" >>"$log" 2>&1 ||
        say "skipped the pinned torch: $(grep -E '^ERROR:' "$log" | head -n 1); all of pip's output is in $log"
    else
      say "skipped the pinned torch: .venv could not be made; see $log"
    fi
  fi
fi
if has "$here/.venv/bin/python" torch numpy sklearn; then
  pythons=$here/.venv/bin/python
  # Real training libraries beside it, for the tests that train with them.
  if ! has "$pythons" lightning transformers accelerate; then
    say "installing requirements-test.txt into .venv (a minute or two)"
    "$pythons" -m pip install --disable-pip-version-check --progress-bar off \
      -r "$here/requirements-test.txt" >>"$log" 2>&1 ||
      say "skipped the tests with Lightning, Transformers and Accelerate: $(grep -E '^ERROR:' "$log" | tail -n 1); all of pip's output is in $log"
  fi
fi
if has /usr/bin/python3 torch numpy sklearn; then
  pythons=${pythons:+$pythons:}/usr/bin/python3
fi
if [ -z "$pythons" ]; then
  say "no Python with torch: the tests that need one are skipped"
else
  say "tests that need torch run on $pythons"
fi
echo "$pythons"
