/**
 * Who a stored id stands for. The kernel gives ids anew after a boot, and after enough loads: an id
 * alone tells nothing. What tells a program from all others is its boot, its tag and when it was
 * loaded.
 *
 * @module
 */
import type { ProgramInfo } from "../ffi/mod.ts";
import { isSyscallError } from "./kernel_errors.ts";
import type { Machine } from "./machine.ts";
import type { StoreState } from "./store/state.ts";
import type { ProgramId, ProgramIdentity, ProgramRecord } from "./types.ts";

const BOOT_ID = "/proc/sys/kernel/random/boot_id";

/** Id of this boot. */
export function bootIdOf({ kernel }: Machine): string {
  return kernel.files.readText(BOOT_ID).trim();
}

/** What is remembered of a program besides its id. */
export function identityOf(
  machine: Machine,
  { tag, loadTime }: Pick<ProgramInfo, "tag" | "loadTime">,
): ProgramIdentity {
  return { bootId: bootIdOf(machine), tag, loadTime: String(loadTime) };
}

/** True when rows are of another boot: then none of their ids means anything any more. */
export function isOfOtherBoot(machine: Machine, { bootId }: StoreState): boolean {
  return bootId !== undefined && bootId !== bootIdOf(machine);
}

/** True when the kernel's program may be the one of the row; rows of old versions do not tell. */
export function isSameProgram({ identity }: ProgramRecord, info: ProgramInfo): boolean {
  return identity === undefined ||
    (identity.tag === info.tag && identity.loadTime === String(info.loadTime));
}

/** What a pin of ours holds. */
export interface PinLook {
  /**
   * True when it is another program than its name and its row say: somebody else made it, and it is
   * not touched.
   */
  readonly isForeign: boolean;
  /** What one call tells of the program; null where that may not be seen. */
  readonly info: ProgramInfo | null;
}

/**
 * Looks at a pin of a program.
 *
 * @param machine The machine.
 * @param id The id in the pin's name.
 * @param record What is remembered of the program, if anything.
 */
export function lookAtPin(
  { kernel, layout }: Machine,
  id: ProgramId,
  record: ProgramRecord | undefined,
): PinLook {
  try {
    using pin = kernel.bpf.openPin(layout.programPin(id));
    const info = kernel.bpf.programInfoByFd(pin.raw, "one-call");
    const isForeign = info.id !== id || (record !== undefined && !isSameProgram(record, info));
    return { isForeign, info };
  } catch (error) {
    // who may not look believes the name; what is no program at all is not ours either
    if (!isSyscallError(error)) throw error;
    return { isForeign: !["EPERM", "EACCES", "ENOENT"].includes(error.code), info: null };
  }
}
