/**
 * The tests of new projects, as templates.
 *
 * @module
 */

const HEAD = `#!/bin/sh
# Loads @NAME@ as it was built, tries it, and takes it away again. Needs root and bpftool.
set -eu
cd "$(dirname "$0")/.."
bpfman=\${BPFMAN:-bpfman}
# a label of its own, so that nothing else is taken away
label=@NAME@-test-$$
trap 'for id in $($bpfman list programs --application "$label" --quiet); do $bpfman unload "$id"; done' EXIT
$bpfman load file @NAME@.bpf.o --programs @KIND@:@FUNCTION@ --application "$label" >/dev/null
id=$($bpfman list programs --application "$label" --quiet)
pins=\${BPFMAN_RUNTIME_DIR:-/run/bpfman}/fs
`;

/** Lets the kernel run the program on packets, one after the other; nothing is attached. */
export const NETWORK_TEST = `${HEAD}
fail=0
grep -v '^#' tests/vectors.txt >"/tmp/$label"
while read -r packet wanted; do
  # "Return value: 1, duration (average): 55ns"
  got=$(bpftool prog run pinned "$pins/prog_$id" data_in "tests/$packet" | sed -n 's/^Return value: \\([0-9]*\\).*/\\1/p')
  if [ "$got" = "$wanted" ]; then
    echo "ok    $packet: $got"
  else
    echo "FAIL  $packet: $got, expected $wanted"
    fail=1
  fi
done <"/tmp/$label"
rm -f "/tmp/$label"
exit $fail
`;

/** Attaches the program, lets something happen, and looks whether that was counted. */
export const PROBE_TEST = `${HEAD}
$bpfman attach "$id" @ATTACH@ >/dev/null
# starts programs and removes files
for turn in 1 2 3; do rm -f "$(mktemp)"; done
counted=$(bpftool -j map dump pinned "$pins/maps/$id/calls" | grep -o '"value":' | wc -l)
if [ "$counted" -gt 0 ]; then
  echo "ok    calls of $counted processes were counted"
else
  echo "FAIL  nothing was counted"
  exit 1
fi
`;
