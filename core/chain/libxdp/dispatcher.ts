/**
 * Dispatchers of libxdp, read from their pins and their configuration, as libxdp's protocol lays
 * them out: readers need neither the library nor its lock.
 *
 * @module
 */
import type { InterfaceXdp, LibxdpDispatcher, LibxdpProgram } from "../../../ffi/mod.ts";
import { isSyscallError } from "../../kernel_errors.ts";
import type { Machine } from "../../machine.ts";
import type { ProgramId } from "../../types.ts";
import type { ChainHook } from "../model.ts";

/** The bpffs that libxdp keeps its pins on. */
export const LIBXDP_BPFFS = "/sys/fs/bpf";
/** Programs that one dispatcher calls at most. */
export const SLOTS = 10;
/** Actions of enum xdp_action, ABORTED to REDIRECT: those that libxdp lets a program choose. */
export const ACTIONS: readonly number[] = [0, 1, 2, 3, 4];

const PINS = `${LIBXDP_BPFFS}/xdp`;
/** Where both versions of the configuration have their words, in bytes. */
const CONFIGURATION = { masks: 4, priorities: 44, size: 84 } as const;

/** Folder of the pins of one dispatcher. */
function folderOf(ifindex: number, mainProgramId: ProgramId): string {
  return `${PINS}/dispatch-${ifindex}-${mainProgramId}`;
}

/** Id and name of the program behind a pin, null when it is gone. */
function pinned({ kernel }: Machine, path: string): { id: number; name: string } | null {
  try {
    using program = kernel.bpf.openPin(path);
    const { id, name } = kernel.bpf.programInfoByFd(program.raw);
    return { id, name };
  } catch (error) {
    if (isSyscallError(error, "ENOENT")) return null;
    throw error;
  }
}

/** Pins of the programs in a folder, by slot. */
function programPins(machine: Machine, folder: string): string[] {
  return machine.kernel.files.list(folder)
    .map((name) => /^prog(\d+)-prog$/.exec(name)?.[1])
    .filter((slot) => slot !== undefined)
    .map(Number).sort((a, b) => a - b)
    .map((slot) => `${folder}/prog${slot}-prog`);
}

/** The frozen configuration of a dispatcher, null when it cannot be read. */
function configurationOf({ kernel }: Machine, mainProgramId: ProgramId): DataView | null {
  for (const id of kernel.bpf.programInfo(mainProgramId)?.mapIds ?? []) {
    using map = kernel.maps.open(id);
    if (map === null) continue;
    const bytes = kernel.maps.read(map.raw, 0);
    if (bytes.length < CONFIGURATION.size) continue;
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  return null;
}

function actionsOf(mask: number): number[] {
  return ACTIONS.filter((action) => (mask >>> action & 1) === 1);
}

/** True when a hook is in the network namespace of this process. */
export function isOwnNamespace({ kernel }: Machine, { nsid }: ChainHook): boolean {
  return kernel.network.namespaceId(null) === nsid;
}

/** True when this thread's network namespace has an interface of this index. */
export function hasInterface({ kernel }: Machine, ifindex: number): boolean {
  try {
    kernel.traffic.xdp(ifindex);
    return true;
  } catch (error) {
    if (isSyscallError(error, "ENODEV")) return false;
    throw error;
  }
}

/** The XDP program of an interface, null for none and for an interface that is gone. */
function mainProgram({ kernel }: Machine, ifindex: number): InterfaceXdp | null {
  try {
    return kernel.traffic.xdp(ifindex);
  } catch (error) {
    if (isSyscallError(error, "ENODEV")) return null;
    throw error;
  }
}

/**
 * Reads the dispatcher on an interface of this thread's network namespace.
 *
 * @param machine The machine.
 * @param ifindex The interface.
 * @returns What runs there, null when libxdp has no dispatcher there.
 */
export function readDispatcher(machine: Machine, ifindex: number): LibxdpDispatcher | null {
  const found = mainProgram(machine, ifindex);
  if (found === null || found.programId === 0) return null;
  const mainProgramId = found.programId;
  const pins = programPins(machine, folderOf(ifindex, mainProgramId));
  const configuration = pins.length === 0 ? null : configurationOf(machine, mainProgramId);
  if (configuration === null) return null;
  const programs = pins.flatMap((path, slot): LibxdpProgram[] => {
    const program = pinned(machine, path);
    if (program === null) return [];
    return [{
      ...program,
      priority: configuration.getUint32(CONFIGURATION.priorities + 4 * slot, true),
      chainActions: actionsOf(configuration.getUint32(CONFIGURATION.masks + 4 * slot, true)),
    }];
  });
  return { mode: found.mode === "generic" ? "generic" : "native", mainProgramId, programs };
}

/**
 * Removes what libxdp left of dispatchers whose interface is gone: pins that hold programs for ever.
 * A program is in the dispatchers of one interface only, so that a folder with one of these was of
 * that interface.
 *
 * @param machine The machine.
 * @param ifindex The interface that was.
 * @param programs Our programs that ran there.
 */
export function sweepDispatchers(
  machine: Machine,
  ifindex: number,
  programs: readonly ProgramId[],
): void {
  const { files } = machine.kernel;
  for (const name of files.list(PINS).filter((one) => one.startsWith(`dispatch-${ifindex}-`))) {
    const folder = `${PINS}/${name}`;
    const isOurs = programPins(machine, folder).some((path) => {
      const program = pinned(machine, path);
      return program !== null && programs.includes(program.id);
    });
    if (!isOurs) continue;
    for (const pin of files.list(folder)) files.remove(`${folder}/${pin}`);
    files.removeDirectory(folder);
  }
}
