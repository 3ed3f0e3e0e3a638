/**
 * The demo from the first look at the machine to the last.
 *
 * @module
 */
import { CHAPTERS } from "./chapters/mod.ts";
import { cleanUp } from "./clean_up.ts";
import { DemoFailure } from "./failure.ts";
import type { DemoFlags } from "./flags.ts";
import { type Inventory, takeInventory, waitForNothing } from "./inventory.ts";
import { makeNetwork, type Network, planNetwork } from "./network.ts";
import { startRegistry } from "./registry.ts";
import { Shelf } from "./shelf.ts";
import { Shell } from "./shell.ts";
import { Stage } from "./stage.ts";

/** What `--report` writes. */
export interface Report {
  readonly readings: Stage["readings"];
  readonly skipped: readonly { readonly title: string; readonly reason: string }[];
  readonly programIds: readonly number[];
  readonly kernelLinkIds: readonly number[];
  readonly leftovers: readonly string[];
}

function say(line: string): void {
  console.log(line);
}

function heading(title: string): void {
  const isPlain = Deno.noColor || !Deno.stdout.isTerminal();
  say(isPlain ? `\n== ${title} ==` : `\n\x1b[1m== ${title} ==\x1b[0m`);
}

/** A runtime directory of the demo's own, or the one that was asked for. */
interface Folder {
  readonly path: string;
  /** False when it was there before the demo. */
  readonly isOwn: boolean;
}

function planFolder(flags: DemoFlags, tag: string): Folder {
  const path = flags.runtimeDirectory ?? `/tmp/bpfman-demo-${tag}`;
  try {
    Deno.lstatSync(path);
    return { path, isOwn: false };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { path, isOwn: true };
    throw error;
  }
}

async function play(stage: Stage): Promise<Report["skipped"]> {
  const skipped: { title: string; reason: string }[] = [];
  for (const chapter of CHAPTERS) {
    heading(chapter.title);
    const reason = chapter.skipReason?.();
    if (reason === undefined) {
      await chapter.run(stage);
    } else {
      say(`SKIPPED: ${reason}`);
      skipped.push({ title: chapter.title, reason });
    }
  }
  return skipped;
}

/** Looks whether all is gone; throws when it is not. */
async function checkNothingLeft(before: Inventory, stage: Stage, folder: Folder) {
  heading("Is anything left?");
  const made = stage.made(folder.isOwn ? folder.path : undefined);
  const left = await waitForNothing(before, made);
  if (left.length === 0) {
    say(
      `Nothing: all programs (${made.programIds.length}) and links (${made.kernelLinkIds.length}) ` +
        "are gone, with their pins, network namespaces and runtime directory",
    );
  }
  return left;
}

async function openRegistry(folder: string): ReturnType<typeof startRegistry> {
  try {
    return await startRegistry(folder);
  } catch (error) {
    Deno.removeSync(folder, { recursive: true });
    throw error;
  }
}

/** What the chapters need besides the product. */
interface Scene {
  readonly network: Network;
  readonly env: Readonly<Record<string, string>>;
  /** Host and port of a registry. */
  readonly registry: string | undefined;
}

async function setTheScene({ shell }: Stage, { network, env, registry }: Scene): Promise<void> {
  heading("A network, a runtime directory and a store of images of our own");
  for (const [name, value] of Object.entries(env)) say(`$ export ${name}=${value}`);
  if (registry !== undefined) say(`A registry (docker-registry) listens on ${registry}`);
  await makeNetwork(shell, network);
}

/**
 * Plays all chapters and cleans up.
 *
 * @param flags What the command line asked for.
 * @param signal Stops the chapters, never the cleaning.
 * @throws {DemoFailure} When something is not as it must be.
 */
export async function perform(flags: DemoFlags, signal: AbortSignal): Promise<void> {
  const tag = crypto.randomUUID().slice(0, 6);
  const folder = planFolder(flags, tag);
  const images = `/tmp/bpfman-demo-images-${tag}`;
  const env = { BPFMAN_RUNTIME_DIR: folder.path, BPFMAN_DATA_DIR: images };
  const network = planNetwork(tag);
  const before = await takeInventory();
  Deno.mkdirSync(images);
  await using registry = flags.hasRegistry ? await openRegistry(images) : null;
  const setting = { network, application: `demo-${tag}`, runtimeDirectory: folder.path };
  const stageWith = (shell: Shell): Stage => {
    const shelf = new Shelf({ shell, folder: images, registry: registry?.host });
    return new Stage({ shell, shelf, ...setting });
  };
  const stage = stageWith(new Shell({ say, env, signal }));
  let skipped: Report["skipped"] = [];
  let failure: unknown;
  try {
    await setTheScene(stage, { network, env, registry: registry?.host });
    skipped = await play(stage);
  } catch (error) {
    failure = error;
  }
  heading("Clean up");
  // Without the signal: an interrupted demo cleans up all the same.
  const cleaner = stageWith(new Shell({ say, env }));
  const problems = await cleanUp(cleaner, folder.isOwn);
  const left = await checkNothingLeft(before, stage, folder);
  writeReport(flags, stage, { skipped, leftovers: left });
  if (failure !== undefined) throw failure;
  if (problems.length > 0) throw new DemoFailure(`Cannot clean up: ${problems.join("; ")}`);
  if (left.length > 0) throw new DemoFailure(`Left behind: ${left.join(", ")}`);
}

function writeReport(
  flags: DemoFlags,
  { readings, programs, links }: Stage,
  rest: Pick<Report, "skipped" | "leftovers">,
): void {
  if (flags.report === undefined) return;
  const report: Report = {
    readings,
    programIds: programs.map(({ id }) => id),
    kernelLinkIds: links.map(({ kernelId }) => kernelId),
    ...rest,
  };
  Deno.writeTextFileSync(flags.report, `${JSON.stringify(report, null, 2)}\n`);
}
