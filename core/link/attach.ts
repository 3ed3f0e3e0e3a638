/**
 * Attaching, the same for every kind.
 *
 * What a kill leaves behind at each point:
 * 1. the row, pending (no pin: the next change drops it);
 * 2. the kernel's link, held by a descriptor only (a kill frees it);
 * 3. the pin (row pending and pin present: the next change finishes the row).
 *
 * @module
 */
import { BpfmanError } from "../errors.ts";
import { withExplanation } from "../kernel_errors.ts";
import type { Machine } from "../machine.ts";
import { neededForLink } from "../privileges/needs.ts";
import { unmanaged } from "../program/unmanaged.ts";
import type { Store } from "../store/kv_store.ts";
import type { StoreState } from "../store/state.ts";
import type { AttachRequest, LinkId, LinkRecord, ProgramRecord } from "../types.ts";
import {
  type AttachContext,
  describePlace,
  type LinkDriver,
  partPins,
  type PlaceDriver,
} from "./driver.ts";
import { driverFor, driverOf, placeDriverFor } from "./drivers.ts";

function checkKind(program: ProgramRecord, kind: string, driver: PlaceDriver): void {
  if (driver.types.includes(program.type)) return;
  const article = /^(xdp|lsm)/.test(program.type) ? "an" : "a";
  throw new BpfmanError(
    `Program ${program.programId} is ${article} ${program.type} program; the ${kind} attach accepts ` +
      driver.types.join(", "),
    { code: "wrong-attach-kind", hint: `Try: attach ${program.programId} ${program.type} …` },
  );
}

/** Makes the kernel's links and pins them, the main one last: with its pin all is done. */
function makeLinks(
  context: AttachContext,
  driver: LinkDriver,
  pending: LinkRecord,
): LinkRecord {
  const { kernel, layout } = context.machine;
  const action = `Cannot attach program ${pending.programId} to ` +
    `"${describePlace(pending.details)}"`;
  const hints = { EEXIST: 'The program is attached there already: see "list links"' };
  const needs = neededForLink(pending.details.kind);
  return withExplanation(kernel, { action, needs, hints }, () => {
    using program = kernel.bpf.openPin(layout.programPin(pending.programId));
    using made = new DisposableStack();
    const { links, details } = driver.attach(context, program.raw, pending.details);
    for (const link of links) made.use(link);
    const record = { ...pending, details };
    const [main, ...parts] = links;
    if (main === undefined) return record;
    const pins = partPins(record);
    for (const [at, part] of parts.entries()) kernel.bpf.pin(part.raw, pins[at] ?? "");
    kernel.bpf.pin(main.raw, pending.pinPath);
    return { ...record, kernelLinkId: kernel.bpf.linkInfoByFd(main.raw).id };
  });
}

/** What changes chains; named by a value, as other commands do not need it (see cli/main.ts). */
function chainChanges(): Promise<typeof import("./member.ts")> {
  const path = "./member.ts";
  return import(path);
}

/** Takes back what a failed attach may have left in the kernel. */
function undo(machine: Machine, record: LinkRecord): void {
  for (const pin of [record.pinPath, ...partPins(record)]) machine.kernel.files.remove(pin);
}

/** A link id without a pin: after the database was lost, the counter begins anew. */
function freeLinkId({ kernel, layout }: Machine, next: LinkId): LinkId {
  let id = next;
  while (kernel.files.exists(layout.linkPin(id))) id++;
  return id;
}

/**
 * Finds the place of a new link and makes its row; changes nothing.
 *
 * @param machine The machine.
 * @param state The store.
 * @param request What to attach, and where.
 * @returns The row, with what its driver looks at.
 * @throws {BpfmanError} When program or place do not fit.
 */
export function newLink(
  machine: Machine,
  state: StoreState,
  { programId, target, metadata = {}, admit }: AttachRequest,
): { readonly row: LinkRecord; readonly context: AttachContext } {
  const program = state.programs.get(programId);
  if (program === undefined) throw unmanaged(machine, programId);
  admit?.(program);
  const placeDriver = placeDriverFor(target.kind);
  checkKind(program, target.kind, placeDriver);
  const context = { machine, state, program };
  const row: LinkRecord = {
    version: 1,
    id: freeLinkId(machine, state.nextLinkId),
    programId,
    kernelLinkId: null,
    pinPath: "",
    details: placeDriver.resolve(context, target),
    metadata,
    createdAt: machine.now().toISOString(),
  };
  return { row, context };
}

/**
 * Attaches a program.
 *
 * @param machine The machine.
 * @param store The store, open for writing.
 * @param request What to attach, and where.
 * @returns The finished row.
 * @throws {BpfmanError} When program or place do not fit, or the kernel refuses.
 */
export async function attachProgram(
  machine: Machine,
  store: Store,
  request: AttachRequest,
): Promise<LinkRecord> {
  const { target } = request;
  const { row, context } = newLink(machine, store.state, request);
  return target.kind === "xdp" || target.kind === "tc"
    ? await (await chainChanges()).attachMember(machine, store, { row, target })
    : await attachOwn(context, store, { row, driver: driverFor(target.kind) });
}

/**
 * Makes a link that stands for itself anew, at the place and with the id that its row says.
 *
 * @param machine The machine.
 * @param store The store, open for writing.
 * @param row The link; its program is loaded, and nothing of the link is there.
 * @throws {BpfmanError} When the kernel refuses.
 */
export async function attachRow(machine: Machine, store: Store, row: LinkRecord): Promise<void> {
  const { state } = store;
  const program = state.programs.get(row.programId);
  if (program === undefined) throw unmanaged(machine, row.programId);
  const context = { machine, state, program, linkId: row.id };
  await attachOwn(context, store, { row: { ...row, kernelLinkId: null }, driver: driverOf(row) });
}

/** Makes a link that stands for itself. */
async function attachOwn(
  context: AttachContext,
  store: Store,
  { row, driver }: { readonly row: LinkRecord; readonly driver: LinkDriver },
): Promise<LinkRecord> {
  const { machine } = context;
  const { id } = row;
  const nextLinkId = Math.max(store.state.nextLinkId, id + 1);
  const pending = { ...row, pinPath: driver.pinPath(context, id, row.details) };
  await store.commit({ putLinks: [pending], nextLinkId });
  try {
    const record = makeLinks(context, driver, pending);
    await store.commit({ putLinks: [record] });
    return record;
  } catch (error) {
    undo(machine, pending);
    await store.commit({ deleteLinks: [id] });
    throw error;
  }
}
