#!/bin/sh
# Compares two equal records with 5 million events each, with a heap of 512 MB, as a process of its own; three times.
#   benchmarks/events.sh [EVENTS_PER_RECORD]
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
. "$here/../.ci/jdk.sh"
java=$(find_jdk25)/bin/java
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$java" -cp "$here/target/benchmarks.jar" dev.lockstep.benchmarks.MakeRecords "$work" "${1:-5000000}"
du -sh "$work" | cut -f1
for round in 1 2 3; do
  "$java" -Xmx512m -cp "$here/target/benchmarks.jar" dev.lockstep.benchmarks.CompareRecords "$work/reference" "$work/candidate"
done
