#!/bin/sh
# Writes two equal records of a training with 300 tensors as the agent would, then times the commands on them, each in a process of
# its own with a heap of 512 MB. Prints the size of a record first.
#   benchmarks/long.sh [STEPS]
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
. "$here/../.ci/jdk.sh"
java=$(find_jdk25)/bin/java
classes=$here/target/benchmarks.jar:$here/../target/test-classes
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
for hour in 04 05; do
  "$java" -cp "$classes" dev.lockstep.record.LongRun ".lockstep/runs/20261123-${hour}0000-train" "${1:-1000000}"
done
stat -c '%s bytes' .lockstep/runs/*-040000-train/streams/*.cbor
lockstep() {
  start=$(date +%s%N)
  "$java" -Xmx512m -cp "$classes" dev.lockstep.cli.Main "$@" >out 2>err || { cat out err; exit 1; }
  echo "$(( ($(date +%s%N) - start) / 1000000 )) ms  $*"
}
lockstep runs
lockstep show 20261123-04
lockstep diff 20261123-04 20261123-05
lockstep export 20261123-04 -o packed.lockstep
stat -c '%s bytes packed' packed.lockstep
lockstep show packed.lockstep
lockstep diff packed.lockstep 20261123-05
lockstep import packed.lockstep
