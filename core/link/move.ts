/**
 * Moving a link from one program to another: the link keeps its id and its place. Where the kernel
 * can swap the program of a link it does so in one step; elsewhere a second link is made before the
 * first is cut, so that for a moment both programs run and at no moment none.
 *
 * Order of a move by a second link, and what a kill leaves behind at each point:
 * 1. the new link and its pin beside the old one (the row names the old one: done anew);
 * 2. the row, naming the new pin (the move goes on from here);
 * 3. the old link is cut, the new one gets its usual pin;
 * 4. the row, naming the usual pin (what is left is the pin beside it);
 * 5. the pin beside it is removed.
 *
 * @module
 */
import { withExplanation } from "../kernel_errors.ts";
import type { Machine } from "../machine.ts";
import { neededForLink } from "../privileges/needs.ts";
import type { Store } from "../store/kv_store.ts";
import type { LinkDetails, LinkRecord, ProgramRecord } from "../types.ts";
import { describePlace, partPins } from "./driver.ts";
import { driverOf } from "./drivers.ts";

/** Kinds whose links let their program be swapped (BPF_LINK_UPDATE). */
const SWAPPED: readonly LinkDetails["kind"][] = ["tcx", "netkit", "cgroup_skb", "cgroup_sock_addr"];

/** Ends the path of a pin beside the usual one. */
const BESIDE = "_next";

/** A link, the program that it ran, and the one that it is to run. */
export interface Move {
  /** The link; none of a chain. */
  readonly record: LinkRecord;
  readonly from: ProgramRecord;
  readonly to: ProgramRecord;
}

function allPins(record: LinkRecord): string[] {
  return [...partPins(record), record.pinPath];
}

function removePins({ kernel }: Machine, record: LinkRecord): void {
  for (const pin of allPins(record)) kernel.files.remove(pin);
}

/** Gives links that are pinned at one place another pin each. */
function pinAlso({ kernel }: Machine, from: LinkRecord, to: LinkRecord): void {
  const targets = allPins(to);
  for (const [at, pin] of allPins(from).entries()) {
    using link = kernel.bpf.openPin(pin);
    kernel.bpf.pin(link.raw, targets[at] ?? "");
  }
}

/** Makes the second link, pinned beside the first. */
function makeSecond(machine: Machine, store: Store, { record, to }: Move): LinkRecord {
  const { bpf } = machine.kernel;
  using program = bpf.openPin(machine.layout.programPin(to.programId));
  using made = new DisposableStack();
  const context = { machine, state: store.state, program: to };
  const { links, details } = driverOf(record).attach(context, program.raw, record.details);
  for (const link of links) made.use(link);
  const [main, ...parts] = links;
  if (main === undefined) throw new TypeError(`Cannot move link ${record.id}: it is no link`);
  const pinPath = `${record.pinPath}${BESIDE}`;
  const second: LinkRecord = { ...record, details, pinPath, programId: to.programId };
  const pins = partPins(second);
  for (const [at, part] of parts.entries()) bpf.pin(part.raw, pins[at] ?? "");
  bpf.pin(main.raw, pinPath);
  return { ...second, kernelLinkId: bpf.linkInfoByFd(main.raw).id };
}

/** The row of a second link once it has the place of the first. */
function usualRow(second: LinkRecord): LinkRecord {
  return { ...second, pinPath: second.pinPath.slice(0, -BESIDE.length) };
}

/** Cuts the first link and gives the second its place. */
async function settleSecond(machine: Machine, store: Store, second: LinkRecord): Promise<void> {
  const usual = usualRow(second);
  // links of these kinds know no detach: the first one goes with its pins
  removePins(machine, usual);
  pinAlso(machine, second, usual);
  await store.commit({ putLinks: [usual] });
  removePins(machine, second);
}

/** Swaps the program of a link that can; returns the row. */
function swapProgram(machine: Machine, store: Store, { record, to }: Move): LinkRecord {
  const { bpf, files } = machine.kernel;
  using program = bpf.openPin(machine.layout.programPin(to.programId));
  using link = bpf.openPin(record.pinPath);
  bpf.updateLink(link.raw, program.raw);
  const context = { machine, state: store.state, program: to };
  const pinPath = driverOf(record).pinPath(context, record.id, record.details);
  if (!files.exists(pinPath)) bpf.pin(link.raw, pinPath);
  return { ...record, pinPath, programId: to.programId };
}

/** Where a link of a program is usually pinned; for some kinds the program is part of the name. */
function usualPin(machine: Machine, store: Store, record: LinkRecord, program: ProgramRecord) {
  const context = { machine, state: store.state, program };
  return driverOf(record).pinPath(context, record.id, record.details);
}

async function moveBySwap(machine: Machine, store: Store, move: Move): Promise<void> {
  const { record, from } = move;
  const moved = explained(machine, move, () => swapProgram(machine, store, move));
  await store.commit({ putLinks: [moved] });
  const stale = usualPin(machine, store, record, from);
  if (stale !== moved.pinPath) machine.kernel.files.remove(stale);
}

async function moveBySecond(machine: Machine, store: Store, move: Move): Promise<void> {
  // an earlier move comes to its end first, also when the way is back by now
  const isUnsettled = move.record.pinPath.endsWith(BESIDE);
  const record = isUnsettled ? usualRow(move.record) : move.record;
  const { to } = move;
  const isMoved = record.programId === to.programId;
  if (isUnsettled) await settleSecond(machine, store, move.record);
  removePins(machine, { ...record, pinPath: `${record.pinPath}${BESIDE}` });
  if (isMoved) return;
  const next = { ...move, record };
  const second = explained(machine, next, () => makeSecond(machine, store, next));
  await store.commit({ putLinks: [second] });
  await settleSecond(machine, store, second);
}

function explained<T>({ kernel }: Machine, { record, to }: Move, work: () => T): T {
  const action = `Cannot move link ${record.id} on "${describePlace(record.details)}" to ` +
    `program ${to.programId}`;
  return withExplanation(kernel, { action, needs: neededForLink(record.details.kind) }, work);
}

/**
 * Lets a link run another program. A move that was interrupted is taken up where it stopped.
 *
 * @param machine The machine.
 * @param store The store, open for writing.
 * @param move The link and its programs.
 * @throws {BpfmanError} When the kernel refuses; the link then runs what it ran.
 */
export async function moveLink(machine: Machine, store: Store, move: Move): Promise<void> {
  const isSwapped = SWAPPED.includes(move.record.details.kind);
  return isSwapped
    ? await moveBySwap(machine, store, move)
    : await moveBySecond(machine, store, move);
}
