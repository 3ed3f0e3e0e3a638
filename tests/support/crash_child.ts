/**
 * Runs one change and kills itself before a step of it:
 *
 *     deno run -A crash_child.ts RUNTIME-DIR STEP CHANGE-AS-JSON
 *
 * A step that the change never reaches lets it end in good order; then the number of its steps is
 * printed.
 *
 * @module
 */
import { openManager } from "../../core/manager.ts";
import type { Manager } from "../../core/api.ts";
import type {
  ApplyRequest,
  AttachRequest,
  ChainRequest,
  LinkId,
  LoadRequest,
  ProgramId,
  ReplaceRequest,
} from "../../core/types.ts";
import { openKernel } from "../../ffi/mod.ts";
import { type OnStep, stepDeno, steppedKernel } from "./stepped.ts";
import type { Workspace } from "./workspace.ts";

/** A change of the state. */
export type Change =
  | { readonly verb: "load"; readonly request: LoadRequest }
  | { readonly verb: "attach"; readonly request: AttachRequest }
  | { readonly verb: "detach"; readonly id: LinkId }
  | { readonly verb: "unload"; readonly id: ProgramId }
  | { readonly verb: "chain"; readonly request: ChainRequest }
  | { readonly verb: "replace"; readonly request: ReplaceRequest }
  | { readonly verb: "apply"; readonly request: ApplyRequest };

/** Makes a change. */
export async function makeChange(manager: Manager, change: Change): Promise<void> {
  switch (change.verb) {
    case "load":
      await manager.load(change.request);
      break;
    case "attach":
      await manager.attach(change.request);
      break;
    case "detach":
      await manager.detach(change.id);
      break;
    case "unload":
      await manager.unload(change.id);
      break;
    case "chain":
      await manager.changeChain(change.request);
      break;
    case "replace":
      await manager.replaceProgram(change.request);
      break;
    case "apply":
      await manager.apply(change.request);
      break;
  }
}

/** The end of a change inside a process that lives on. */
class Death extends Error {
  override readonly name = "Death";
}

let onStepHere: OnStep = () => {};
let isStepped = false;

/**
 * Runs one change here and lets it die before a step: from there on no step is taken any more,
 * also none that would undo what was done. Descriptors are closed, as they are when a process ends.
 *
 * @param fatal The step; or in place of it, who gets the names of all steps, also of those of a
 * change that is refused.
 * @returns The names of the steps, when the change never reached the fatal one.
 */
export async function dieHere(
  workspace: Workspace,
  change: Change,
  fatal: number | { readonly names: string[] },
): Promise<string[]> {
  const names = typeof fatal === "number" ? [] : fatal.names;
  if (!isStepped) stepDeno((name) => onStepHere(name));
  isStepped = true;
  const kernel = steppedKernel(openKernel(), (name) => onStepHere(name));
  await using manager = await openManager({ kernel, runtimeDirectory: workspace.path });
  onStepHere = (name) => {
    if (names.length === fatal) throw new Death(`Cannot go on: dead before "${name}"`);
    names.push(name);
  };
  try {
    await makeChange(manager, change);
    return names;
  } catch (error) {
    if (names.length !== fatal) throw error;
    return [];
  } finally {
    onStepHere = () => {};
  }
}

async function main([runtimeDirectory, step, change]: readonly string[]): Promise<void> {
  const fatal = Number(step);
  const names: string[] = [];
  const onStep = (name: string) => {
    if (names.length === fatal) Deno.kill(Deno.pid, "SIGKILL");
    names.push(name);
  };
  const kernel = steppedKernel(openKernel(), onStep);
  await using manager = await openManager({ kernel, runtimeDirectory: runtimeDirectory ?? "" });
  stepDeno(onStep);
  await makeChange(manager, JSON.parse(change ?? ""));
  console.log(JSON.stringify(names));
}

if (import.meta.main) await main(Deno.args);
