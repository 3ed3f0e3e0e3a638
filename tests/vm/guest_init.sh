#!/bin/busybox sh
# Process 1 of a test machine, part one: makes a copy-on-write view of the host's root and goes
# there. Nothing is started yet, so a failure here only ends the machine.
bb=/bin/busybox
fail() {
  echo "guest_init: $1" >/dev/console
  $bb poweroff -f
}

$bb mount -t proc proc /proc
$bb mount -t sysfs sysfs /sys
$bb mount -t devtmpfs devtmpfs /dev
while read -r module; do
  $bb insmod "/modules/$module" || fail "cannot load $module"
done </modules/order

# mount_9p TAG DIRECTORY OPTIONS
mount_9p() {
  $bb mount -t 9p -o "trans=virtio,version=9p2000.L,msize=512000,$3" "$1" "$2" ||
    fail "cannot mount the share $1"
}

# cache=loose is right for what nobody changes while this short-lived machine runs.
mount_9p root /lower ro,cache=loose
$bb mount -t tmpfs -o mode=755 tmpfs /upper
$bb mkdir /upper/changes /upper/work
$bb mount -t overlay -o lowerdir=/lower,upperdir=/upper/changes,workdir=/upper/work overlay /root ||
  fail "cannot mount the overlay"

root=/root
for directory in proc sys dev run tmp usr/lib/modules; do
  $bb mkdir -p "$root/$directory"
done
for directory in proc sys dev; do
  $bb mount --move "/$directory" "$root/$directory"
done
$bb mkdir -p $root/dev/pts $root/dev/shm
$bb mount -t devpts -o mode=620,ptmxmode=666 devpts $root/dev/pts
$bb mount -t tmpfs -o mode=1777 tmpfs $root/dev/shm
$bb mount -t tmpfs -o mode=755 tmpfs $root/run
$bb mkdir -p $root/run/lock $root/run/netns
# devtmpfs has none of these, and shells and test programs use them.
$bb ln -sf /proc/self/fd $root/dev/fd
$bb ln -sf /proc/self/fd/0 $root/dev/stdin
$bb ln -sf /proc/self/fd/1 $root/dev/stdout
$bb ln -sf /proc/self/fd/2 $root/dev/stderr

mount_9p modules $root/usr/lib/modules ro,cache=loose
for what in bpf:fs/bpf tracefs:kernel/tracing debugfs:kernel/debug \
  securityfs:kernel/security cgroup2:fs/cgroup; do
  $bb mount -t "${what%%:*}" "${what%%:*}" "$root/sys/${what#*:}" ||
    fail "cannot mount ${what%%:*}"
done

job=$root/run/bpfman-vm
$bb mkdir -p $job/job
mount_9p job $job/job ro,cache=loose
while IFS=' ' read -r tag directory; do
  $bb mkdir -p "$root$directory"
  # Not cache=loose: what the guest writes must be on the host when the guest is gone.
  mount_9p "$tag" "$root$directory" rw,cache=mmap
done <$job/job/shares
# The disks' drivers are in the host's tree by now; no other machine waits for them.
while IFS=' ' read -r device directory; do
  $bb chroot $root /sbin/modprobe -a nvme ext4 || fail "cannot load the drivers of disks"
  tries=0
  until [ -e "$root/dev/$device" ] || [ $tries = 100 ]; do
    tries=$((tries + 1))
    $bb sleep 0.1
  done
  $bb mkdir -p "$root$directory"
  $bb mount -t ext4 "$root/dev/$device" "$root$directory" || fail "cannot mount the disk $device"
done <$job/job/disks
$bb cp $bb $job/busybox
$bb cp /guest_command.sh $job/
$bb hostname bpfman-vm
$bb ip link set lo up
exec $bb switch_root $root /run/bpfman-vm/busybox sh /run/bpfman-vm/guest_command.sh
