#!/bin/sh
# Starts systemd with the units that install-unit has written, in a process namespace of its own, and
# looks at what came of it: reboot_units.sh COMMAND... runs once the restore is done.
units=/run/systemd/system
mkdir -p $units/bpfman-restore.service.d /run/no-generators

# Where there is no journal, what the service says goes to a file.
cat >$units/bpfman-restore.service.d/output.conf <<EOF
[Service]
StandardOutput=append:/mnt/out/restore.log
StandardError=append:/mnt/out/restore.log
EOF

cat >$units/after.service <<EOF
[Unit]
DefaultDependencies=no
Wants=bpfman-restore.service
After=bpfman-restore.service
SuccessAction=exit-force
FailureAction=exit-force
[Service]
Type=oneshot
WorkingDirectory=$PWD
Environment=HOME=$HOME BPFMAN_VM_KERNEL=$BPFMAN_VM_KERNEL${DENO_DIR:+ DENO_DIR=$DENO_DIR}
ExecStart=$*
StandardOutput=append:/mnt/out/after.log
StandardError=append:/mnt/out/after.log
EOF

# what a unit mounts shall be seen outside, as on any machine that systemd has started
mount --make-rshared /
container=test SYSTEMD_GENERATOR_PATH=/run/no-generators exec \
  unshare --fork --pid --mount-proc --propagation unchanged \
  /lib/systemd/systemd --system --unit=after.service --log-target=console --log-level=info
