/**
 * The command line of QEMU for a test machine.
 *
 * @module
 */
import type { KernelImage } from "./kernels.ts";

/** The program that emulates the machine. */
export const QEMU = "qemu-system-x86_64";

/** Names of the sockets in the run directory, in the order of their ports in the guest. */
export const PORTS = ["stdout", "stderr", "control"] as const;

/** A writable directory of the host that the guest sees as well. */
export interface Share {
  readonly host: string;
  /** Absolute path in the guest. */
  readonly guest: string;
}

/** A file of the host that is a disk of the guest; what is on it outlives the machine. */
export interface Disk {
  /** Path of the file, see `makeDisk()`. */
  readonly file: string;
  /** Absolute path at which the guest mounts it. */
  readonly guest: string;
}

/** Options of {@linkcode qemuArguments}. */
export interface QemuArgumentsOptions {
  readonly kernel: KernelImage;
  readonly initramfs: string;
  /** Directory with the sockets of {@linkcode PORTS}; gets `console.log`. */
  readonly runDirectory: string;
  /** Directory with the job for the guest. */
  readonly jobDirectory: string;
  readonly shares: readonly Share[];
  readonly disks: readonly Disk[];
  readonly memoryMiB: number;
}

/**
 * Kernel command line. An oops ends the machine (`oops=panic`), and a panic ends QEMU at once
 * (`panic=-1` with `-no-reboot`). The timer and clock settings spare calibrations that are slow
 * and fragile in emulation. `bpf` must be among the security modules for LSM programs.
 */
const KERNEL_COMMAND_LINE = "console=ttyS0 quiet loglevel=4 panic=-1 oops=panic nokaslr " +
  "mitigations=off no_timer_check tsc=reliable random.trust_cpu=on " +
  "lsm=landlock,lockdown,yama,bpf";

/** Returns the arguments of {@linkcode QEMU}. */
export function qemuArguments(options: QemuArgumentsOptions): string[] {
  return [
    ...["-nodefaults", "-no-user-config", "-nographic", "-no-reboot", "-machine", "q35"],
    // Software emulation in any case: KVM inside of some virtual machines exists, but hangs.
    ...["-accel", "tcg,tb-size=512"],
    // Without cx16: Linux 6.12 double-faults at cmpxchg16b in QEMU 7.2.
    ...["-cpu", "max,-cx16"],
    // One processor: with two, QEMU 7.2 runs stale code after the kernel has patched itself, and
    // the guest dies as soon as an XDP dispatcher is swapped under traffic.
    ...["-smp", "1", "-m", `${options.memoryMiB}`],
    ...["-kernel", options.kernel.vmlinux, "-initrd", options.initramfs],
    ...["-append", KERNEL_COMMAND_LINE],
    ...["-chardev", `file,id=console,path=${value(`${options.runDirectory}/console.log`)}`],
    ...["-serial", "chardev:console", "-device", "virtio-serial-pci"],
    ...PORTS.flatMap((name, index) => [
      ...["-chardev", `socket,id=${name},path=${value(`${options.runDirectory}/${name}`)}`],
      ...["-device", `virtserialport,nr=${index + 1},chardev=${name},name=${name}`],
    ]),
    // multidevs=remap: files of several host file systems must not get the same inode number.
    ...directory("root", "/", "readonly=on,multidevs=remap"),
    ...directory("modules", options.kernel.modules, "readonly=on"),
    ...directory("job", options.jobDirectory, "readonly=on"),
    ...options.shares.flatMap((share, index) =>
      directory(shareTag(index), share.host, "multidevs=remap")
    ),
    ...disks(options.disks.map(({ file }) => file)),
  ];
}

/** Returns the name under which the guest mounts the share number `index`. */
export function shareTag(index: number): string {
  return `share${index}`;
}

/** Returns the name of the device file of the disk number `index`. */
export function diskDevice(index: number): string {
  return `nvme0n${index + 1}`;
}

/** The disks: namespaces of one NVMe controller. The trees of kernels lack drivers of other disks. */
function disks(files: readonly string[]): string[] {
  if (files.length === 0) return [];
  return [
    ...["-device", "nvme,id=disks,serial=disks"],
    ...files.flatMap((file, index) => {
      // writeback: what the guest has flushed stays when QEMU is killed; nothing else is certain to
      const drive = `if=none,id=disk${index},file=${value(file)},format=raw,cache=writeback`;
      const namespace = `nvme-ns,bus=disks,drive=disk${index},nsid=${index + 1}`;
      return ["-drive", drive, "-device", namespace];
    }),
  ];
}

function directory(tag: string, path: string, settings: string): string[] {
  return [
    ...["-fsdev", `local,id=${tag},path=${value(path)},security_model=none,${settings}`],
    ...["-device", `virtio-9p-pci,fsdev=${tag},mount_tag=${tag}`],
  ];
}

/** Escapes a value inside a comma-separated option of QEMU. */
function value(text: string): string {
  return text.replaceAll(",", ",,");
}
