/**
 * C at arm's length: libbpf, libxdp and the kernel behind the `Kernel` interface.
 *
 * @module
 */
import { bpfCommands } from "./bpf.ts";
import { host } from "./host.ts";
import type { Kernel } from "./kernel.ts";
import { kernelFiles } from "./kernel_files.ts";
import { libxdpCommands } from "./libxdp.ts";
import { objectLoader } from "./loader.ts";
import { mapCommands } from "./map_commands.ts";
import { network } from "./network.ts";
import { perfEvents } from "./perf.ts";
import { loadBtf, loadProgram } from "./program_load.ts";
import { relocate } from "./relocate.ts";
import { traffic } from "./traffic.ts";

export * from "./kernel.ts";
export type {
  LibraryError,
  ObjectError,
  StrandedError,
  SyscallError,
  VerifierError,
} from "./errno.ts";

/**
 * The real kernel of this machine. Opens no library by itself: each is opened by the first call
 * that needs it.
 */
export function openKernel(): Kernel {
  return {
    bpf: { ...bpfCommands, loadProgram, loadBtf },
    loader: { ...objectLoader, relocate },
    maps: mapCommands,
    files: kernelFiles,
    perf: perfEvents,
    network,
    traffic,
    libxdp: libxdpCommands,
    host,
  };
}
