/**
 * `restore`: applications become as they were applied.
 *
 * @module
 */
import type { PreparedApplication } from "../../core/admission/types.ts";
import { restoreApplications, type RestoreStep } from "../../core/declared/restore.ts";
import { WAIT } from "../commands/declared_options.ts";
import { DRY_RUN } from "../commands/status.ts";
import type { CommandContext } from "../context.ts";
import { applyRequest } from "../declared/apply_request.ts";
import { lostError } from "../declared/lost.ts";
import { printWish } from "../declared/print_wish.ts";
import type { WantedApplication, Wish } from "../declared/wish.ts";
import { appliedDocument } from "../output/applied.ts";
import { printDocument } from "../output/document.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { BatchFailure } from "./each.ts";

export { prepareAll } from "./apply.ts";

/** Interfaces of this network namespace; /sys may show those of another. */
const INTERFACES = "/proc/self/net/dev";

/** Names of the table of interfaces, each before a colon. */
function interfacesIn(table: string): Set<string> {
  return new Set([...table.matchAll(/^\s*(\S+):/gm)].map(([, name = ""]) => name));
}

/** All that the steps have in common. */
interface Restoring {
  readonly context: CommandContext;
  readonly input: ParsedInput;
  readonly wish: Wish;
  readonly prepared: readonly PreparedApplication[];
}

/** A request for one application, as only then it is made or not made by itself. */
async function requestFor({ context, input, wish, prepared }: Restoring, one: WantedApplication) {
  // what is restored is the current generation, and no other that is gone back to
  const part = { ...wish, applications: [{ ...one, former: null }] };
  return await applyRequest(context, input, { wish: part, prepared });
}

/** Tells what would be done. */
async function preview(all: Restoring, ready: readonly WantedApplication[]): Promise<void> {
  const path = "../declared/preview.ts";
  const { printPreview }: typeof import("../declared/preview.ts") = await import(path);
  for (const [at, one] of ready.entries()) {
    await printPreview(all.context, await requestFor(all, one), at > 0);
  }
}

async function restore(all: Restoring, ready: readonly WantedApplication[]) {
  const { context, input } = all;
  const manager = await context.manager();
  const { files } = await context.kernel();
  const steps = ready.map((one): RestoreStep => ({
    desired: one.desired,
    apply: async () => (await manager.apply(await requestFor(all, one))).applications,
  }));
  return await restoreApplications(steps, {
    waitMs: input.one(WAIT) ?? 0,
    hasInterface: (name) => interfacesIn(files.readText(INTERFACES)).has(name),
    now: () => performance.now(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  });
}

/** Throws what kept applications from being restored. */
function failFor(failures: ReadonlyMap<string, Error>, total: number): void {
  const [only] = failures.values();
  if (only === undefined) return;
  if (total === 1) throw only;
  const list = [...failures].map(([id, error]) => ({ id, error }));
  throw new BatchFailure({ noun: "application", verb: "restore" }, total, list);
}

/** Restores each application by itself, and prints what became of it. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const wish = await context.wish();
  const prepared = await context.preparedAll();
  printWish(context, wish, prepared);
  const all: Restoring = { context, input, wish, prepared };
  const leftOut = new Map(context.leftOut);
  const { lost = [] } = wish;
  for (const one of lost) leftOut.set(one.name, lostError(one));
  const ready = wish.applications.filter(({ desired }) => !leftOut.has(desired.name));
  const total = wish.applications.length + lost.length;
  if (input.has(DRY_RUN)) {
    await preview(all, ready);
    return failFor(leftOut, total);
  }
  const { applications, failures } = await restore(all, ready);
  await printDocument(context, appliedDocument({ applications }));
  failFor(new Map([...leftOut, ...failures]), total);
}
