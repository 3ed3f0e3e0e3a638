#!/bin/busybox sh
# Process 1 of a test machine, part two: runs the command of the job in the host's tree, passes its
# output on byte by byte, and tells its exit code. The ports have no terminal layer.
home=/run/bpfman-vm
bb=$home/busybox
out_port=/dev/vport0p1
error_port=/dev/vport0p2
control_port=/dev/vport0p3

uptime() {
  read -r seconds rest </proc/uptime
  echo "$seconds"
}

tries=0
until [ -e $control_port ] || [ $tries = 100 ]; do
  tries=$((tries + 1))
  $bb sleep 0.1
done
exec 3<>$control_port

# The other end of the control port closes when the harness dies: then this machine has no purpose.
(
  read -r ignored <&3
  $bb poweroff -f
) </dev/null >/dev/null 2>&1 &
guard=$!

# A port can be opened only once, but programs do open /dev/stderr: give the command pipes.
$bb mkfifo $home/out $home/error
$bb cat <$home/out >$out_port &
out_copier=$!
$bb cat <$home/error >$error_port &
error_copier=$!

echo "started $(uptime)" >&3
/bin/sh $home/job/command.sh </dev/null >$home/out 2>$home/error 3>&-
code=$?

# What the command left behind holds the pipes open. Twice, for what was being born the first time.
for round in 1 2; do
  for process in /proc/[0-9]*; do
    process=${process#/proc/}
    case $process in
    1 | "$guard" | "$out_copier" | "$error_copier") ;;
    *) kill -9 "$process" ;;
    esac
  done 2>/dev/null
done
wait $out_copier $error_copier
$bb sync
echo "exit $code $(uptime)" >&3
$bb poweroff -f
