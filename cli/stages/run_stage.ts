/**
 * Runs one command in a stage: in the process that starts the two of a change, or in one of these.
 *
 * @module
 */
import type { Admission } from "../../core/admission/types.ts";
import { auditFailure, auditingFailure } from "../audit.ts";
import { importLater } from "../commands/run_later.ts";
import { CommandWorld } from "../command_world.ts";
import { configuredSettings } from "../configured_settings.ts";
import { orLeaveOut } from "../declared/left_out.ts";
import { findWish } from "../declared/find_wish.ts";
import {
  auditedOf,
  type Invocation,
  loadCommand,
  partsOf,
  tellTimes,
  work,
} from "../invocation.ts";
import { namedObject } from "../named_object.ts";
import { USUAL_SETTINGS } from "../settings.ts";
import { PERMISSION_SETS } from "../permissions.ts";
import { PhaseClock } from "../phase_clock.ts";
import type { FrontStage, LoaderStage, Prepared, Stage, StartStage } from "./stage.ts";

/** Places that the command works in besides the runtime directory. */
async function placesOf({ command, input, host }: Invocation) {
  if (PERMISSION_SETS[command.permissions].write !== "both") return {};
  const { dataDirectory } = await import("../data_directory.ts");
  return { dataDirectory: dataDirectory(host, input) };
}

/** What fails before there are two processes is an attempt as well. */
async function start(invocation: Invocation, stage: StartStage): Promise<never> {
  const { command, input } = invocation;
  const caller = auditedOf(invocation, USUAL_SETTINGS);
  await auditingFailure(
    caller,
    () => Promise.try(() => stage.checkCaller(input)),
    { note: namedObject(invocation), isTold: false },
  );
  const settings = await configuredSettings(invocation);
  const places = await placesOf(invocation);
  return await auditingFailure(
    auditedOf(invocation, settings),
    async () => {
      const wish = await findWish(invocation);
      const wanted = wish === undefined ? {} : { wish };
      return await stage.launch({ command, input, settings, ...places, ...wanted });
    },
    // whoever may not write the log may not change anything either
    { note: namedObject(invocation), isTold: false },
  );
}

/** Why applications were left out, as the loader is told. */
async function refusalsOf(leftOut: ReadonlyMap<string, Error> | undefined) {
  if (leftOut === undefined || leftOut.size === 0) return new Map();
  // named by a value, as in cli/main.ts
  const path = "./refusal.ts";
  const { refusalOf }: typeof import("./refusal.ts") = await import(path);
  return new Map([...leftOut].map(([name, error]) => [name, refusalOf(error)]));
}

/** The front: what it has to say goes to the loader, besides what the user is told. */
function front(invocation: Invocation, stage: FrontStage): Promise<number> {
  let admission: Admission | undefined;
  const prepare = async (): Promise<Prepared> => {
    // named by a value, as in cli/main.ts
    const path = "./judge.ts";
    const { judge }: typeof import("./judge.ts") = await import(path);
    const wish = invocation.command.declares === undefined ? undefined : stage.readWish();
    const parts = await partsOf(invocation, await configuredSettings(invocation, false), wish);
    await using world = new CommandWorld({ ...parts, front: stage });
    if (wish !== undefined) {
      const all = await world.preparedAll();
      for (const one of all) await orLeaveOut(parts.leftOut, one.name, () => judge(one));
      const applications = all.filter(({ name }) => parts.leftOut?.has(name) !== true);
      const refusals = await refusalsOf(parts.leftOut);
      return {
        applications,
        refusals,
        names: wish.applications.map(({ desired }) => desired.name),
      };
    }
    const prepared = await world.prepared();
    ({ admission } = prepared);
    await judge(prepared);
    return { load: prepared };
  };
  return stage.hand(prepare, async (error) => {
    const path = "../audit_refusal.ts";
    const { refusedOf }: typeof import("../audit_refusal.ts") = await import(path);
    const failure = await invocation.tell(error, invocation.command);
    return { ...failure, refused: refusedOf(error, admission) };
  });
}

async function load(invocation: Invocation, stage: LoaderStage): Promise<number> {
  const clock = new PhaseClock();
  clock.note("start");
  stage.enter();
  clock.note("jail checked");
  try {
    return await loadHanded(invocation, stage, clock);
  } finally {
    clock.note("work");
    await tellTimes(invocation, { ...stage.times(), own: clock.phases });
  }
}

/** Only a loader with a front needs this, and all that it needs itself. */
function receiving(): Promise<typeof import("./received.ts")> {
  return importLater("../stages/received.ts");
}

/** What comes next is read while the front is at work. */
function readAhead({ command, host }: Invocation): void {
  loadCommand(command).catch(() => {});
  if (command.brings === undefined && command.declares === undefined) return;
  receiving().catch(() => {});
  host.warmUp?.();
}

async function loadHanded(
  invocation: Invocation,
  stage: LoaderStage,
  clock: PhaseClock,
): Promise<number> {
  const { command } = invocation;
  readAhead(invocation);
  const settings = await configuredSettings(invocation, false);
  const audited = auditedOf(invocation, settings);
  const named = namedObject(invocation);
  const wish = command.declares === undefined ? undefined : stage.readWish();
  const names = wish?.applications.map(({ desired }) => desired.name);
  const received = await auditingFailure(audited, () => stage.receive(names), { note: named });
  clock.note("front awaited");
  if (received !== null && received.kind === "refused") {
    await auditFailure(audited, received, { note: named });
    return received.exitCode;
  }
  const parts = await partsOf(invocation, settings, wish);
  if (received === null) {
    // never read here what somebody else made
    const isWanting = command.brings !== undefined || names !== undefined && names.length > 0;
    if (isWanting) {
      throw new TypeError(`Cannot load: nobody has handed over what "${command.id}" brings`);
    }
    return await work(invocation, parts, stage);
  }
  const { receivedParts } = await receiving();
  const both = await auditingFailure(
    audited,
    () => receivedParts(parts, command, received),
    {
      // an answer that is no good says nothing of the object either
      note: (attempt, code) =>
        code === "plan-broken" || received.kind === "plans"
          ? named(attempt)
          : attempt.judged(received.admission),
    },
  );
  return await work(invocation, both, stage);
}

/** Runs a command in its stage. */
export function runStage(invocation: Invocation, stage: Stage): Promise<number> {
  switch (stage.kind) {
    case "start":
      return start(invocation, stage);
    case "front":
      return front(invocation, stage);
    case "loader":
      return load(invocation, stage);
  }
}
