/**
 * Restoring: each application by itself becomes as it was applied, or is told as one that did not.
 *
 * @module
 */
import { BpfmanError, ErrorKind } from "../errors.ts";
import type { AttachTarget } from "../types.ts";
import type { AppliedApplication } from "./request.ts";
import type { DesiredApplication } from "./types.ts";

/** How often places are looked for that are not there yet. */
const LOOK_MS = 200;

/** One application that is to be restored. */
export interface RestoreStep {
  readonly desired: DesiredApplication;
  /** Makes it as it was applied, as a whole or not at all. */
  readonly apply: () => Promise<readonly AppliedApplication[]>;
}

/** What a restore needs of the world. */
export interface RestoreOptions {
  /** How long places are waited for that are not there yet, milliseconds. */
  readonly waitMs: number;
  /** True for an interface of this machine's own network namespace. */
  readonly hasInterface: (name: string) => boolean;
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** What came of a restore. */
export interface RestoreResult {
  readonly applications: readonly AppliedApplication[];
  /** Applications that were not restored, with the reason. */
  readonly failures: ReadonlyMap<string, Error>;
}

/** The interface that a place needs here; those of other namespaces are for the kernel to judge. */
function interfaceOf(target: AttachTarget): string | undefined {
  if (!("interface" in target)) return undefined;
  const isElsewhere = "netns" in target && target.netns !== undefined && target.netns !== null;
  return isElsewhere ? undefined : target.interface;
}

/** Interfaces that an application needs and that are not there. */
export function missingInterfaces(
  { programs }: DesiredApplication,
  hasInterface: (name: string) => boolean,
): string[] {
  const wanted = programs.flatMap(({ links }) => links.map(({ target }) => interfaceOf(target)));
  const names = wanted.filter((name) => name !== undefined);
  return [...new Set(names)].filter((name) => !hasInterface(name));
}

function cannotRestore({ name }: DesiredApplication, missing: readonly string[], waitMs: number) {
  const which = missing.map((one) => `"${one}"`).join(", ");
  const waited = waitMs === 0 ? "" : ` after ${waitMs / 1000} s`;
  const noun = missing.length === 1 ? "interface" : "interfaces";
  const verb = missing.length === 1 ? "does" : "do";
  return new BpfmanError(
    `Cannot restore application "${name}": ${noun} ${which} ${verb} not exist${waited}`,
    {
      code: "interface-not-found",
      kind: ErrorKind.NOT_FOUND,
      hint: `Run "bpfman restore ${name}" once it is there, or wait for it with --wait`,
    },
  );
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

class Restore {
  readonly #options: RestoreOptions;
  readonly #applications: AppliedApplication[] = [];
  readonly #failures = new Map<string, Error>();

  constructor(options: RestoreOptions) {
    this.#options = options;
  }

  /** Restores those whose places are there; gives the others. */
  async #round(steps: readonly RestoreStep[]): Promise<RestoreStep[]> {
    const waiting: RestoreStep[] = [];
    for (const step of steps) {
      if (missingInterfaces(step.desired, this.#options.hasInterface).length > 0) {
        waiting.push(step);
        continue;
      }
      try {
        this.#applications.push(...await step.apply());
      } catch (error) {
        this.#failures.set(step.desired.name, toError(error));
      }
    }
    return waiting;
  }

  async run(steps: readonly RestoreStep[]): Promise<RestoreResult> {
    const { waitMs, hasInterface, now, sleep } = this.#options;
    const deadline = now() + waitMs;
    let waiting = await this.#round(steps);
    for (let left = deadline - now(); waiting.length > 0 && left > 0; left = deadline - now()) {
      await sleep(Math.min(LOOK_MS, left));
      waiting = await this.#round(waiting);
    }
    for (const { desired } of waiting) {
      const missing = missingInterfaces(desired, hasInterface);
      this.#failures.set(desired.name, cannotRestore(desired, missing, waitMs));
    }
    return { applications: this.#applications, failures: this.#failures };
  }
}

/**
 * Restores applications one after the other. Those that wait for an interface keep no other from
 * being restored, and neither does one that fails.
 *
 * @param steps The applications.
 * @param options How long is waited, and the world.
 */
export async function restoreApplications(
  steps: readonly RestoreStep[],
  options: RestoreOptions,
): Promise<RestoreResult> {
  return await new Restore(options).run(steps);
}
