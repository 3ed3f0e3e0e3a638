/**
 * Extensions: a member's program once more, in the form that takes the place of a function of the
 * dispatcher. It uses the maps of the loaded program, so that both are one to whoever reads them.
 *
 * @module
 */
import type { LoadedObject, VerifierError } from "../../../ffi/mod.ts";
import { BpfmanError, ErrorKind } from "../../errors.ts";
import { decisiveLine, isSyscallError, withExplanation } from "../../kernel_errors.ts";
import type { Machine } from "../../machine.ts";
import { ownMaps } from "../../program/own_maps.ts";
import type { ProgramId, ProgramRecord } from "../../types.ts";
import type { ChainContext, ChainSpec } from "../engine.ts";
import { memberPin } from "../folder.ts";
import { hookKey } from "../model.ts";
import { HAS_FRAGS, slotName } from "./dispatcher.ts";
import type { MemberObject } from "./member.ts";

/** BPF_PROG_TYPE_EXT. */
const EXTENSION = 28;
/** BPF_MAP_TYPE_PROG_ARRAY. */
const PROG_ARRAY = 3;

/** Capabilities that extensions need: their target's types are looked up by id. */
export const EXTENSION_NEEDS: readonly string[] = [
  "CAP_BPF",
  "CAP_NET_ADMIN",
  "CAP_PERFMON",
  "CAP_SYS_ADMIN",
];

/** What can be done about an extension that the kernel refuses. */
const ADVICE = "The compose engine needs no extension programs: take --engine compose";

/** Runs work on an extension; an error says what else can be done. */
export function withAdvice<T>(
  machine: Machine,
  { action, advice = ADVICE }: { readonly action: string; readonly advice?: string },
  work: () => T,
): T {
  try {
    return withExplanation(machine.kernel, { action, needs: EXTENSION_NEEDS }, work);
  } catch (error) {
    const isFinal = error instanceof BpfmanError &&
      ["kernel-forbids", "verifier-rejected", "object-refused"].includes(error.code);
    if (!isFinal) throw error;
    const { message, code, kind, log, cause } = error;
    throw new BpfmanError(message, {
      code,
      kind,
      hint: advice,
      ...(log === undefined ? {} : { log }),
      cause,
    });
  }
}

function makesTailCalls({ kernel }: Machine, programId: ProgramId): boolean {
  const { mapIds = [] } = kernel.bpf.programInfo(programId) ?? {};
  return mapIds.some((id) => kernel.bpf.mapInfo(id)?.type === PROG_ARRAY);
}

/** The kernel's silence, in words: programs of a map of tail calls must agree in their attach type. */
function tailCallRefusal({ programId, name }: ProgramRecord, cause: VerifierError): BpfmanError {
  return new BpfmanError(
    `Cannot make program ${programId} "${name}" an extension: it makes tail calls, and this ` +
      "kernel keeps maps of XDP programs from extensions",
    { code: "verifier-rejected", kind: ErrorKind.KERNEL, log: cause.log, cause },
  );
}

function isVerifierError(error: unknown): error is VerifierError {
  return error instanceof Error && error.name === "VerifierError";
}

/**
 * Loads a member as an extension of one slot. It can be linked to the same slot, and to any slot of
 * any dispatcher of ours, for as long as it lives.
 */
export function loadExtension(
  machine: Machine,
  object: MemberObject,
  slot: { readonly dispatcherFd: number; readonly at: number },
): LoadedObject {
  try {
    return load(machine, object, slot);
  } catch (error) {
    const isSilent = isVerifierError(error) && error.code === "EINVAL" &&
      decisiveLine(error.log) === "";
    if (!isSilent || !makesTailCalls(machine, object.record.programId)) throw error;
    throw tailCallRefusal(object.record, error);
  }
}

function load(
  machine: Machine,
  { record, bytes, hasFrags, programCount }: MemberObject,
  slot: { readonly dispatcherFd: number; readonly at: number },
): LoadedObject {
  return machine.kernel.loader.load({
    bytes,
    name: "bpfman",
    program: record.name,
    programCount,
    type: EXTENSION,
    expectedAttachType: 0,
    attachTarget: slotName(slot.at),
    targetProgramFd: slot.dispatcherFd,
    // programs in a map of tail calls must agree in this
    programFlags: hasFrags ? HAS_FRAGS : 0,
    reuseMaps: ownMaps(machine, record),
    sharedPinDirectory: machine.layout.sharedMaps,
  });
}

/** The program that a pinned link runs, null when the pin is gone. */
function linkedProgram({ kernel }: Machine, path: string): ProgramId | null {
  try {
    using link = kernel.bpf.openPin(path);
    return kernel.bpf.linkInfoByFd(link.raw).programId;
  } catch (error) {
    if (isSyscallError(error, "ENOENT")) return null;
    throw error;
  }
}

/**
 * Extensions that the hook runs now, by the program that they stand for: the next version of the
 * chain takes the same ones, so that a change loads no more than what is new.
 */
export function runningExtensions(
  { machine, state }: ChainContext,
  { hook }: ChainSpec,
): Map<ProgramId, ProgramId> {
  const current = state.hooks.get(hookKey(hook))?.current ?? null;
  const found = new Map<ProgramId, ProgramId>();
  if (current === null || current.engine !== "freplace") return found;
  const folder = machine.layout.revision(hook, current.revision);
  for (const [at, { programId }] of current.members.entries()) {
    const extension = linkedProgram(machine, `${folder}/${memberPin(at)}`);
    if (extension !== null) found.set(programId, extension);
  }
  return found;
}
