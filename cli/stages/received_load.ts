/**
 * The load that comes of an object which was handed over. Where the object came from and its bytes
 * are the front's word; what is wanted of it is in the arguments, which the front cannot change.
 * What the policy says of these very bytes is asked once more.
 *
 * @module
 */
import { recheck } from "../../core/admission/recheck.ts";
import type { PreparedLoad } from "../../core/admission/types.ts";
import { brokenPlan } from "../../core/handover/frame.ts";
import type { LoadSettings } from "../../core/types.ts";
import type { CommandSpec } from "../command.ts";
import type { WorldParts } from "../command_world.ts";
import { openLoaderCourt } from "../prepare/loader_court.ts";
import { replacedProgram } from "../prepare/replaced_program.ts";
import { readLoadSettings } from "../run/load_settings.ts";
import { runTarget } from "../run/run_target.ts";
import { OBJECT_VARIABLE } from "./environment.ts";
import type { ReceivedObject } from "./stage.ts";

/** What the front cannot choose: kind and path of the object. */
function checkOrigin(
  { input, host }: WorldParts,
  { brings, id }: CommandSpec,
  { object, admission }: ReceivedObject,
): void {
  if (brings === undefined) throw new TypeError(`Cannot load: "${id}" brings no object`);
  const kind = object.image === undefined ? "file" : "image";
  if (brings.kind !== "either" && brings.kind !== kind) throw brokenPlan(`it brings an ${kind}`);
  const { source } = admission;
  if ((source.kind === "file") !== (kind === "file")) {
    throw brokenPlan("it brings an object of another source than was judged");
  }
  if (object.image !== undefined) return;
  if (object.path !== input.must(brings.argument)) {
    throw brokenPlan("it brings another file than was named");
  }
  if (source.kind === "file" && source.path !== host.env(OBJECT_VARIABLE)) {
    throw brokenPlan("it brings another file than was opened");
  }
}

function settingsOf({ input, settings }: WorldParts, { id }: CommandSpec): LoadSettings {
  const wanted = readLoadSettings(input);
  if (id !== "replace-program") return wanted;
  return { programs: replacedProgram({ settings }, input), globals: wanted.globals ?? {} };
}

/**
 * Puts the object of the front and the wishes of the arguments together, and judges them.
 *
 * @param parts What the command's world is made of.
 * @param command The command.
 * @param received What the front handed over.
 * @throws {BpfmanError} `plan-broken`, or what the policy says of the object.
 */
export async function receivedLoad(
  parts: WorldParts,
  command: CommandSpec,
  received: ReceivedObject,
): Promise<PreparedLoad> {
  checkOrigin(parts, command, received);
  const { object, admission } = received;
  const load = { ...settingsOf(parts, command), ...object, origin: admission.source };
  const prepared: PreparedLoad = { load, admission };
  const target = command.id === "run" ? runTarget(parts.input) : undefined;
  await recheck(await openLoaderCourt(parts, received), prepared, target);
  return prepared;
}
