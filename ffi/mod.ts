/**
 * C at arm's length: libbpf, libxdp and the kernel behind the `Kernel` interface.
 *
 * @module
 */
import { bpfCommands } from "./bpf.ts";
import { host } from "./host.ts";
import type { Kernel } from "./kernel.ts";
import { kernelFiles } from "./kernel_files.ts";
import { objectLoader } from "./loader.ts";
import { network } from "./network.ts";
import { perfEvents } from "./perf.ts";
import { traffic } from "./traffic.ts";

export * from "./kernel.ts";
export type { LibraryError, ObjectError, SyscallError, VerifierError } from "./errno.ts";

/**
 * The real kernel of this machine. Opens no library by itself: each is opened by the first call
 * that needs it.
 */
export function openKernel(): Kernel {
  return {
    bpf: bpfCommands,
    loader: objectLoader,
    files: kernelFiles,
    perf: perfEvents,
    network,
    traffic,
    host,
  };
}
