#!/usr/bin/env bash
# Fetches the compiled bpfman of this action's release, compares it with the release's checksums, and
# puts it on the PATH of the steps after this one.
set -euo pipefail

case $(uname -m) in
  x86_64) name=bpfman-linux-x86_64 ;;
  aarch64) name=bpfman-linux-aarch64 ;;
  *)
    echo "There is no bpfman for $(uname -m)" >&2
    exit 1
    ;;
esac
place=${RUNNER_TEMP:?}/bpfman
mkdir -p "$place/bin"
cd "$place"
gh release download "$RELEASE" --repo "$REPOSITORY" --pattern "$name" --pattern SHA256SUMS --clobber
grep " $name\$" SHA256SUMS | sha256sum --check --strict
install -m 755 "$name" bin/bpfman
echo "$place/bin" >>"$GITHUB_PATH"
