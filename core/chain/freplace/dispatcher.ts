/**
 * The main program of a freplace chain: a dispatcher of our own, loaded for one version of a chain.
 *
 * @module
 */
import { readBtf } from "../../../bytecode-tools/btf/btf.ts";
import { BtfKind } from "../../../bytecode-tools/btf/kinds.ts";
import type { Kernel, LoadedObject } from "../../../ffi/mod.ts";
import { PROGRAM_KINDS } from "../../program/kinds.ts";
import type { ChainSpec } from "../engine.ts";
import type { ChainHook } from "../model.ts";
import { configurationOf } from "./configuration.ts";
import { TC_DISPATCHER } from "./tc_dispatcher_object.ts";
import { XDP_DISPATCHER } from "./xdp_dispatcher_object.ts";

/** BPF_F_XDP_HAS_FRAGS. */
export const HAS_FRAGS = 1 << 5;

const OBJECTS: Readonly<Record<ChainHook["kind"], string>> = {
  xdp: XDP_DISPATCHER,
  tc: TC_DISPATCHER,
};

/** Name of the function in slot `at`. */
export function slotName(at: number): string {
  return `prog${at}`;
}

/**
 * Loads a dispatcher that calls as many slots as the chain has members.
 *
 * @param kernel The kernel.
 * @param spec The chain.
 * @param hasFrags True when every member takes packets in several parts.
 */
export function loadDispatcher(
  kernel: Kernel,
  { hook, members }: ChainSpec,
  hasFrags: boolean,
): LoadedObject {
  const { type, expectedAttachType } = PROGRAM_KINDS[hook.kind];
  return kernel.loader.load({
    bytes: Uint8Array.fromBase64(OBJECTS[hook.kind]),
    name: "bpfman",
    program: `${hook.kind}_dispatcher`,
    programCount: 1,
    type,
    expectedAttachType,
    programFlags: hasFrags ? HAS_FRAGS : 0,
    // the configuration is all that the section holds
    globals: [{
      section: ".rodata",
      offset: 0,
      value: configurationOf(hook.kind, members, hasFrags),
    }],
  });
}

/**
 * BTF types of the functions in the slots of a loaded dispatcher.
 *
 * @param kernel The kernel (needs CAP_SYS_ADMIN).
 * @param dispatcherFd The dispatcher.
 * @param count How many slots are asked for.
 */
export function slotFunctions(kernel: Kernel, dispatcherFd: number, count: number): number[] {
  const { btfId } = kernel.bpf.programInfoByFd(dispatcherFd);
  const bytes = kernel.bpf.btfBytes(btfId) ?? new Uint8Array();
  const btf = readBtf(bytes, { isTrusted: true });
  return Array.from({ length: count }, (_, at) => btf.find(slotName(at), BtfKind.FUNC));
}
