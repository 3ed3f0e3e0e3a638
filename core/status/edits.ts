/**
 * Links of ours that somebody else made run another program, and giving them back.
 *
 * @module
 */
import { MAIN_PIN } from "../chain/folder.ts";
import { describeHook, hookWord } from "../chain/model.ts";
import type { HookRecord } from "../chain/record.ts";
import { swapXdp } from "../chain/seat_xdp.ts";
import { sightSeat } from "../chain/seat.ts";
import { isOfOtherBoot } from "../identity.ts";
import { withExplanation } from "../kernel_errors.ts";
import { describePlace } from "../link/driver.ts";
import { hookOfLink } from "../link/member_hook.ts";
import { lookLink } from "../lookups.ts";
import type { Machine } from "../machine.ts";
import type { StoreState } from "../store/state.ts";
import type { LinkRecord, ProgramId } from "../types.ts";

/** A link that runs what it should not. */
export type ForeignEdit =
  | { readonly kind: "chain"; readonly record: HookRecord; readonly runs: ProgramId }
  | { readonly kind: "link"; readonly record: LinkRecord; readonly runs: ProgramId };

function editOfHook(machine: Machine, record: HookRecord): ForeignEdit[] {
  const { current, next, hook } = record;
  // a replaced filter is no link of ours any more, and is told by the repairs
  const isWatched = hook.kind === "xdp" && next === null && current !== null &&
    current.mainProgramId !== 0;
  if (!isWatched) return [];
  const { state, programId } = sightSeat(machine, record);
  const isEdited = state === "present" && programId !== null &&
    programId !== current.mainProgramId;
  return isEdited ? [{ kind: "chain", record, runs: programId }] : [];
}

function editOfLink(machine: Machine, state: StoreState, record: LinkRecord): ForeignEdit[] {
  if (hookOfLink(state, record) !== null || record.kernelLinkId === null) return [];
  const isApplied = state.apply?.before.links.some(({ id }) => id === record.id) === true;
  const isMoving = isApplied || [...state.programs.values()]
    .some(({ programId, replaces }) => programId === record.programId && replaces !== undefined);
  const info = isMoving ? null : lookLink(machine, record);
  const isEdited = info !== null && info.programId !== 0 && info.programId !== record.programId;
  return isEdited ? [{ kind: "link", record, runs: info.programId }] : [];
}

/** Every link of ours that runs another program than the row says. Reads only. */
export function findEdits(machine: Machine, state: StoreState): ForeignEdit[] {
  // ids of another boot are those of others by now
  if (isOfOtherBoot(machine, state)) return [];
  return [
    ...[...state.hooks.values()].flatMap((record) => editOfHook(machine, record)),
    ...[...state.links.values()].flatMap((record) => editOfLink(machine, state, record)),
  ];
}

/** What an edit is about, the same at any time. */
export function subjectOfEdit(edit: ForeignEdit): string {
  if (edit.kind === "link") return `link ${edit.record.id}`;
  const { hook } = edit.record;
  return `chain ${hookWord(hook)} ${hook.nsid} ${hook.ifindex}`;
}

/** An edit in words. */
export function describeEdit(edit: ForeignEdit): string {
  if (edit.kind === "link") {
    const { id, details, programId } = edit.record;
    return `link ${id} on "${describePlace(details)}" was made to run program ${edit.runs} ` +
      `in place of program ${programId}`;
  }
  const { hook } = edit.record;
  return `the chain on "${describeHook(hook)}" was made to run program ${edit.runs} in place of ` +
    "what it should";
}

/** Makes a link run ours again, by one swap. */
export function mendEdit(machine: Machine, edit: ForeignEdit): void {
  const { kernel, layout } = machine;
  const action = `Cannot give ${subjectOfEdit(edit)} its program back`;
  withExplanation(kernel, { action, needs: ["CAP_BPF", "CAP_NET_ADMIN"] }, () => {
    if (edit.kind === "link") {
      using program = kernel.bpf.openPin(layout.programPin(edit.record.programId));
      using link = kernel.bpf.openPin(edit.record.pinPath);
      return kernel.bpf.updateLink(link.raw, program.raw);
    }
    const { hook, current } = edit.record;
    const folder = layout.revision(hook, current?.revision ?? 0);
    using main = kernel.bpf.openPin(`${folder}/${MAIN_PIN}`);
    swapXdp(machine, hook, main.raw);
  });
}
