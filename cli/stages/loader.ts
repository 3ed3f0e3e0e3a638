/**
 * The loader: makes sure that it is confined, takes what the front hands over, and has a kernel whose
 * calls hold privileges one by one.
 *
 * @module
 */
import { BpfmanError, ErrorKind } from "../../core/errors.ts";
import { decodeHandover } from "../../core/handover/decode.ts";
import { digestOfArguments } from "../../core/handover/digest.ts";
import { areSeveral, decodeEach, MAX_SEVERAL } from "../../core/handover/several.ts";
import { brokenPlan, MAX_MESSAGE } from "../../core/handover/frame.ts";
import type { HandoverMessage, Phases, RefusedMessage } from "../../core/handover/types.ts";
import { PLAN_PIPE } from "./permission_sets.ts";
import type { Confinement, StageCalls } from "./calls.ts";
import {
  CAPABILITIES_VARIABLE,
  FRONT_VARIABLE,
  LANDLOCK_VARIABLE,
  PHASES_VARIABLE,
} from "./environment.ts";
import { describeEnd, FRONT_LIMIT_MS, frontFailed, readAll, within } from "./receive.ts";
import type { Wish } from "../declared/wish.ts";
import { readHandedWish } from "./handed_wish.ts";
import type { LoaderStage, LoaderTimes, ReceivedObject, ReceivedObjects } from "./stage.ts";

/** The process that is the loader. */
export interface LoaderProcess {
  readonly calls: StageCalls;
  readonly args: readonly string[];
  env(name: string): string | undefined;
}

function notConfined(why: string): BpfmanError {
  return new BpfmanError(`Cannot run as the loader: ${why}`, {
    code: "not-confined",
    kind: ErrorKind.POLICY,
    hint: "Start the command without BPFMAN_STAGE, so that it can confine itself",
  });
}

/** What a jail was made with. */
export interface WantedJail {
  /** Capabilities. */
  readonly granted: ReadonlySet<string>;
  /** False for commands about other processes, which Landlock would keep away. */
  readonly hasLandlock: boolean;
}

/**
 * Makes sure of a jail. Nobody can enter one by hand and have privileges: with no_new_privs set, an
 * exec gains none.
 *
 * @param found What the kernel says.
 * @param wanted What the jail was made with.
 * @throws {BpfmanError} `not-confined`.
 */
export function checkConfinement(found: Confinement, { granted, hasLandlock }: WantedJail): void {
  if (!found.noNewPrivs) {
    throw notConfined("it could still gain privileges (no_new_privs is not set)");
  }
  if (found.seccompFilters < 1) throw notConfined("no filter of system calls is installed");
  if (hasLandlock && found.landlockAbi > 0 && !found.isLandlocked) {
    throw notConfined("it can reach every file");
  }
  if (!found.isSameInAllThreads) throw notConfined("its threads differ in their privileges");
  const excess = [...found.permitted].filter((name) => !granted.has(name));
  if (excess.length > 0) throw notConfined(`it has more than it was given: ${excess.join(", ")}`);
}

function parsePhases(text: string | undefined): Phases {
  const value: unknown = JSON.parse(text ?? "[]");
  return Array.isArray(value) ? value.map(([phase, ms]) => [String(phase), Number(ms)]) : [];
}

/** The stage of a process that is the loader. */
export class Loader implements LoaderStage {
  readonly kind = "loader";
  readonly #process: LoaderProcess;
  #meter: InstanceType<StageCalls["CapabilityMeter"]> | undefined;
  #front: Phases = [];

  constructor(process: LoaderProcess) {
    this.#process = process;
  }

  enter(): void {
    const { calls, env } = this.#process;
    const granted = (env(CAPABILITIES_VARIABLE) ?? "").split(",");
    const hasLandlock = env(LANDLOCK_VARIABLE) !== "none";
    checkConfinement(calls.readConfinement(), { granted: new Set(granted), hasLandlock });
    calls.forbidExec();
    // from here on nothing is in effect outside of its windows
    this.#meter = new calls.CapabilityMeter();
  }

  /** A kernel whose calls hold the capabilities that they need. */
  openKernel(): ReturnType<StageCalls["openKernel"]> {
    const { calls } = this.#process;
    if (this.#meter === undefined) throw new TypeError("Cannot open the kernel before the jail");
    return calls.meterKernel(calls.openKernel(), this.#meter);
  }

  readWish(): Wish {
    return readHandedWish();
  }

  async receive(
    names?: readonly string[],
  ): Promise<ReceivedObject | ReceivedObjects | RefusedMessage | null> {
    const front = this.#process.env(FRONT_VARIABLE);
    if (front === undefined) return null;
    const message = await this.#read(Number(front), names);
    if (message.kind === "plans") return message;
    this.#front = message.phases;
    if (message.kind === "plan") {
      return { kind: "plan", object: message.object, admission: message.admission };
    }
    const { exitCode } = message;
    if (exitCode >= 1 && exitCode <= 255) return message;
    throw brokenPlan(`a refusal cannot have the exit code ${exitCode}`);
  }

  async #read(
    front: number,
    names: readonly string[] | undefined,
  ): Promise<HandoverMessage | ReceivedObjects> {
    const { args, calls } = this.#process;
    using pipe = await Deno.open(PLAN_PIPE, { read: true });
    const limit = names === undefined ? MAX_MESSAGE : MAX_SEVERAL;
    const bytes = await within(readAll(pipe, limit), FRONT_LIMIT_MS);
    try {
      if (names === undefined || !areSeveral(bytes)) return await this.#readOne(bytes, names);
      const plans = await decodeEach(bytes, args, names);
      this.#front = plans[0]?.phases ?? [];
      return { kind: "plans", plans };
    } catch (cause) {
      const end = await describeEnd(() => calls.pollEnd(front));
      if (end === "it ended with exit code 0") throw cause;
      throw frontFailed(end, cause);
    }
  }

  async #readOne(
    bytes: Uint8Array<ArrayBuffer>,
    names: readonly string[] | undefined,
  ): Promise<HandoverMessage> {
    const message = await decodeHandover(bytes, await digestOfArguments(this.#process.args));
    if (names === undefined || message.kind === "refused") return message;
    throw brokenPlan("it brings one object where several are wanted");
  }

  times(): LoaderTimes {
    return {
      phases: {
        start: parsePhases(this.#process.env(PHASES_VARIABLE)),
        front: this.#front,
      },
      capabilities: this.#meter?.report() ?? [],
    };
  }
}
