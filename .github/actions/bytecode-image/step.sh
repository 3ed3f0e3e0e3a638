#!/usr/bin/env bash
# One step of the action: step.sh validate|check|build|push|report. What it works on comes as
# environment variables, see action.yml. Every step adds to one report, in Markdown.
set -euo pipefail

bpfman=${BPFMAN:-bpfman}
place=${RUNNER_TEMP:?}/bytecode-image
report=$place/report.md
# kernels and image of this use only
export BPFMAN_DATA_DIR=$place/data
mkdir -p "$place"

# The lines of a text, without those that are empty.
lines() { sed 's/^[[:space:]]*//; s/[[:space:]]*$//; /^$/d' <<<"$1"; }

# The paths of the objects, without the platforms before them.
paths() { lines "$OBJECTS" | sed 's/^linux\/[^=]*=//'; }

say() { printf '%s\n' "$@" >>"$report"; }

# Ends the step, with the reason in its log and in the report.
fail() {
  echo "$1" >&2
  say "$1" ''
  exit 1
}

# Runs a command; what it prints goes to the log and, as it is, to the report.
quote() {
  local code=0
  "$@" >"$place/printed" 2>&1 || code=$?
  cat "$place/printed"
  { echo '```text'; cat "$place/printed"; echo '```'; } >>"$report"
  return "$code"
}

validate() {
  local object code=0
  if [ -z "$(lines "$OBJECTS")" ]; then fail 'Input "objects" names no object'; fi
  say '## Structure' ''
  while read -r object; do
    quote $bpfman validate "$object" || code=$?
  done < <(paths)
  say ''
  return "$code"
}

check() {
  local object kernel strict=() code=0
  say '## Kernels' ''
  if [ -z "$(lines "$KERNELS")" ]; then
    say 'No kernel was named: nothing is said of whether it loads.' ''
    return 0
  fi
  if [ "$STRICT" = true ]; then strict=(--strict); fi
  while read -r kernel; do
    $bpfman kernel add "$kernel" >/dev/null
  done < <(lines "$KERNELS")
  while read -r object; do
    say "\`$object\`:" ''
    $bpfman check "$object" --kernel all --format markdown ${strict[@]+"${strict[@]}"} \
      >"$place/printed" || code=$?
    tee -a "$report" <"$place/printed"
    say ''
  done < <(paths)
  return "$code"
}

# The key is in a file for as long as it takes, which nobody else may read.
build() {
  local objects=() signed=() words digest
  mapfile -t objects < <(lines "$OBJECTS")
  trap 'rm -f "$place/key"' EXIT
  if [ -n "$SIGNING_KEY" ]; then
    (umask 077 && printf '%s\n' "$SIGNING_KEY" >"$place/key")
    signed=(--sign-key "$place/key")
  fi
  # bpfman takes a password that is set for one that is meant
  if [ -z "${COSIGN_PASSWORD:-}" ]; then unset COSIGN_PASSWORD; fi
  words=(--source "$SOURCE" --revision "$REVISION" --provenance --sbom)
  say '## Image' ''
  quote $bpfman image build "$IMAGE" "${objects[@]}" "${words[@]}" ${signed[@]+"${signed[@]}"}
  digest=$(sed -n 's/^built: .*@\(sha256:[0-9a-f]*\).*/\1/p' "$place/printed")
  if [ -z "$digest" ]; then fail 'bpfman told no digest of the image'; fi
  if [ -z "$SIGNING_KEY" ]; then
    say '' 'There was no key: **the image is not signed**, and bpfman loads no such image by default.'
  fi
  say ''
  { echo "digest=$digest"; echo "reference=${IMAGE%%@*}@$digest"; } >>"$GITHUB_OUTPUT"
}

push() {
  if [ -z "${BPFMAN_REGISTRY_AUTH:-}" ]; then unset BPFMAN_REGISTRY_AUTH; fi
  say '## Registry' ''
  quote $bpfman image push "$IMAGE"
  say ''
}

# A job may use the action more than once: nothing of this use is left for the next.
report() {
  if [ -e "$report" ]; then cat "$report" >>"$GITHUB_STEP_SUMMARY"; fi
  rm -rf "$report" "$BPFMAN_DATA_DIR"
}

case ${1-} in
  validate | check | build | push | report) "$1" ;;
  *)
    echo "usage: step.sh validate|check|build|push|report" >&2
    exit 2
    ;;
esac
