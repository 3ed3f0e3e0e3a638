/**
 * The load that comes of an object which was handed over. Where the object came from and its bytes
 * are the front's word; what is wanted of it is in the arguments, which the front cannot change.
 * What the policy says of these very bytes is asked once more.
 *
 * @module
 */
import { recheck } from "../../core/admission/recheck.ts";
import { canonicalName } from "../../core/admission/canonical_name.ts";
import type { PreparedLoad } from "../../core/admission/types.ts";
import { brokenPlan } from "../../core/handover/frame.ts";
import type { ImageObject } from "../../core/image/api.ts";
import { type ImageLocation, parseLocation } from "../../core/image/reference.ts";
import type { SourceFacts } from "../../core/policy/types.ts";
import type { LoadSettings } from "../../core/types.ts";
import type { CommandSpec } from "../command.ts";
import type { WorldParts } from "../command_world.ts";
import { openLoaderCourt } from "../prepare/loader_court.ts";
import { replacedProgram } from "../prepare/replaced_program.ts";
import { readLoadSettings } from "../run/load_settings.ts";
import { runTarget } from "../run/run_target.ts";
import { OBJECT_VARIABLE } from "./environment.ts";
import type { ReceivedObject } from "./stage.ts";

/** An image's name, with links of paths resolved. */
function locate(name: string): ImageLocation {
  return parseLocation(canonicalName({ locate: parseLocation }, name));
}

/** Repository or layout of a name, as sources of policies are spelled. */
function placeOf(location: ImageLocation): string {
  if (location.kind !== "registry") return `layout ${location.path}`;
  const { registry, repository } = location.reference;
  return `image ${registry}/${repository}`;
}

/**
 * Whether the image is of the place that was named: what another scope allows is no answer. Which
 * digest a tag means, and which object a digest has, is the front's word.
 */
export function checkImage(
  name: string,
  { reference, digest }: ImageObject,
  source: SourceFacts,
): void {
  const location = locate(name);
  const judged = `${source.kind} ${source.kind === "image" ? source.repository : source.path}`;
  if ([judged, placeOf(locate(reference))].some((place) => place !== placeOf(location))) {
    throw brokenPlan("it brings another image than was named");
  }
  const wanted = location.kind === "registry" ? location.reference.digest : location.digest;
  if (wanted !== undefined && wanted !== digest) {
    throw brokenPlan("it brings another digest than was named");
  }
}

/** What the front cannot choose: kind and place of the object. */
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
  const named = input.must(brings.argument);
  if (object.image !== undefined) return checkImage(named, object.image, admission.source);
  if (object.path !== named) {
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
