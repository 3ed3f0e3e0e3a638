/**
 * Attaching and detaching, the same for every kind.
 *
 * What a kill leaves behind at each point of an attach:
 * 1. the row, pending (no pin: the next change drops it);
 * 2. the kernel's link, held by a descriptor only (a kill frees it);
 * 3. the pin (row pending and pin present: the next change finishes the row).
 * Of a detach: the pin is removed and the link cut before the row goes; a row without a pin is
 * dropped by the next change.
 *
 * @module
 */
import { BpfmanError, notFound } from "../errors.ts";
import { isSyscallError, withExplanation } from "../kernel_errors.ts";
import type { Machine } from "../machine.ts";
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
import { driverFor, placeDriverFor } from "./drivers.ts";
import { hookOfLink } from "./member_hook.ts";
import { awaitRelease } from "./release.ts";

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
  return withExplanation(kernel, { action, needs: driver.needs, hints }, () => {
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

/** Makes a link that stands for itself. */
async function attachOwn(
  context: AttachContext,
  store: Store,
  { row, driver }: { readonly row: LinkRecord; readonly driver: LinkDriver },
): Promise<LinkRecord> {
  const { machine } = context;
  const { id } = row;
  const pending = { ...row, pinPath: driver.pinPath(context, id, row.details) };
  await store.commit({ putLinks: [pending], nextLinkId: id + 1 });
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

/** The error for a program that is not ours: absent, or somebody else's. */
export function unmanaged({ kernel }: Machine, id: number): BpfmanError {
  let info;
  try {
    info = kernel.bpf.programInfo(id);
  } catch (error) {
    // without the right to look programs up, all that is known is that it is not ours
    if (!isSyscallError(error, "EPERM")) throw error;
    return notFound("program", id);
  }
  if (info === null) return notFound("program", id);
  return new BpfmanError(
    `Program ${id} "${info.name}" exists in kernel but is not managed by bpfman`,
    { code: "program-unmanaged", hint: 'See "list programs" for those that are' },
  );
}

/** Cuts one link of the kernel; returns its id, null when its pin was gone already. */
function cutPin({ kernel }: Machine, pinPath: string): number | null {
  let id: number | null = null;
  try {
    using link = kernel.bpf.openPin(pinPath);
    id = kernel.bpf.linkInfoByFd(link.raw).id;
    // the pin goes first: a kill in between frees the link, and none is left that is cut and pinned
    kernel.files.remove(pinPath);
    // perf event and tracing links know no detach: they go with their last descriptor; and a link
    // whose interface is gone has nothing to detach from
    kernel.bpf.detachLink(link.raw);
  } catch (error) {
    if (!isSyscallError(error)) throw error;
    if (error.code === "EPERM" || error.code === "EACCES") throw error;
  }
  kernel.files.remove(pinPath);
  return id;
}

/** Cuts whatever a record stands for; returns the kernel's ids. */
function cut(machine: Machine, record: LinkRecord): number[] {
  return [...partPins(record), record.pinPath].filter((pin) => pin !== "")
    .map((pin) => cutPin(machine, pin))
    .filter((id) => id !== null);
}

/** Cuts a link that stands for itself. */
async function detachOwn(machine: Machine, store: Store, record: LinkRecord): Promise<boolean> {
  const { id } = record;
  const work = { action: `Cannot detach link ${id}`, needs: ["CAP_BPF", "CAP_NET_ADMIN"] };
  const ids = withExplanation(machine.kernel, work, () => cut(machine, record));
  const isGone = await awaitRelease(machine, ids);
  await store.commit({ deleteLinks: [id] });
  return isGone;
}

/**
 * Cuts links and waits until the kernel has let go, so that nothing is counted afterwards. Links of
 * one chain leave it by one swap.
 *
 * @param machine The machine.
 * @param store The store, open for writing.
 * @param ids The links.
 * @returns Those that another process still holds after 10 s.
 * @throws {BpfmanError} When there is no such link, or the kernel refuses.
 */
export async function detachLinks(
  machine: Machine,
  store: Store,
  ids: readonly LinkId[],
): Promise<LinkId[]> {
  const rows = ids.map((id) => {
    const row = store.state.links.get(id);
    if (row === undefined) throw notFound("link", id);
    return row;
  });
  const held: LinkId[] = [];
  const chains = Map.groupBy(rows, (row) => hookOfLink(store.state, row));
  for (const [hook, members] of chains) {
    if (hook !== null) {
      const { detachMembers } = await chainChanges();
      const isGone = await detachMembers(machine, store, { hook, rows: members });
      if (!isGone) held.push(...members.map(({ id }) => id));
      continue;
    }
    for (const row of members) if (!await detachOwn(machine, store, row)) held.push(row.id);
  }
  return held;
}

/** Cuts one link, see {@link detachLinks}; false when another process still holds it. */
export async function detachLink(machine: Machine, store: Store, id: LinkId): Promise<boolean> {
  const held = await detachLinks(machine, store, [id]);
  return held.length === 0;
}
