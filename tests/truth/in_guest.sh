#!/bin/sh
# Loads every object below $2 with the loader $1 on the kernel that runs, and keeps what is known of
# that kernel, all in the folder $3.
set -eu
mkdir -p "$3/btf"
"$1" "$2"/*.o > "$3/results.tsv"
for file in /sys/kernel/btf/*; do cat "$file" > "$3/btf/${file##*/}"; done
cat /proc/kallsyms > "$3/kallsyms"
uname -r > "$3/release"
[ ! -r /sys/kernel/tracing/available_events ] || cat /sys/kernel/tracing/available_events > "$3/events"
[ ! -r /sys/kernel/security/lsm ] || cat /sys/kernel/security/lsm > "$3/lsm"
[ ! -r /proc/config.gz ] || gunzip -c /proc/config.gz > "$3/config"
