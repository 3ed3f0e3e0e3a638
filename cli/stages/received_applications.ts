/**
 * The objects of applications that were handed over, with the wishes that they are for. What is
 * wanted comes from the process of the user; where each object came from and its bytes are the
 * front's word, and the policy is asked once more.
 *
 * @module
 */
import { recheck } from "../../core/admission/recheck.ts";
import type { PreparedApplication } from "../../core/admission/types.ts";
import { brokenPlan } from "../../core/handover/frame.ts";
import type { KeyedPlan } from "../../core/handover/several.ts";
import type { WorldParts } from "../command_world.ts";
import { orLeaveOut } from "../declared/left_out.ts";
import type { WantedApplication, Wish } from "../declared/wish.ts";
import { allowedBy, exceptionsOf, settingsOf } from "../prepare/application_settings.ts";
import { openLoaderCourt } from "../prepare/loader_court.ts";
import { checkImage } from "./received_load.ts";
import { errorOfRefusal } from "./refusal.ts";
import type { ReceivedObjects } from "./stage.ts";

/** The path that a file really has, as its source names it. */
function realPathOf(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch {
    // it has gone since it was read
    return path;
  }
}

/** What the front cannot choose: kind and place of the object, and for a generation its digest. */
function checkOrigin(
  { desired, former }: WantedApplication,
  { object, admission }: KeyedPlan,
): void {
  const { bytecode } = desired;
  const { source } = admission;
  if ((object.image === undefined) !== (bytecode.kind === "file")) {
    throw brokenPlan(`it brings another kind of object than "${desired.name}" names`);
  }
  if ((source.kind === "file") !== (bytecode.kind === "file")) {
    throw brokenPlan("it brings an object of another source than was judged");
  }
  if (former !== null && former.object.objectDigest !== admission.objectDigest) {
    throw brokenPlan(`it brings another object than generation ${former.number} had`);
  }
  if (object.image !== undefined) {
    if (bytecode.kind === "image") checkImage(bytecode.url, object.image, source);
    return;
  }
  if (bytecode.kind !== "file" || source.kind !== "file" || object.path !== bytecode.path) {
    throw brokenPlan(`it brings another file than "${desired.name}" names`);
  }
  const before = former?.object.source;
  const wanted = before?.kind === "file" ? before.path : realPathOf(bytecode.path);
  if (source.path !== wanted) throw brokenPlan("it brings another file than was named");
}

async function receivedApplication(
  parts: WorldParts,
  wanted: WantedApplication,
  plan: KeyedPlan,
): Promise<PreparedApplication> {
  checkOrigin(wanted, plan);
  const { object, admission } = plan;
  const load = { ...settingsOf(wanted.desired), ...object, origin: admission.source };
  const exceptions = exceptionsOf(wanted, parts.input);
  await recheck(await openLoaderCourt(parts, plan, exceptions), { load, admission });
  return {
    name: wanted.desired.name,
    load,
    admission,
    allowedUnsigned: allowedBy(wanted, parts.input, admission),
  };
}

/**
 * Puts the objects of the front and what is wanted together, and judges them.
 *
 * @param parts What the command's world is made of.
 * @param wish What is wanted.
 * @param received What the front handed over, in the order of the wish.
 * @throws {BpfmanError} `plan-broken`, or what the policy says of an object.
 */
export async function receivedApplications(
  parts: WorldParts,
  { applications }: Wish,
  { plans }: ReceivedObjects,
): Promise<readonly PreparedApplication[]> {
  const prepared: PreparedApplication[] = [];
  for (const [at, wanted] of applications.entries()) {
    const plan = plans[at];
    const { name } = wanted.desired;
    if (plan === undefined || plan.key !== name) {
      throw brokenPlan(`it brings no object for "${name}"`);
    }
    if ("refusal" in plan) {
      if (parts.leftOut === undefined) throw brokenPlan(`it refuses "${name}" alone`);
      parts.leftOut.set(name, errorOfRefusal(plan.refusal));
      continue;
    }
    await orLeaveOut(parts.leftOut, name, async () => {
      prepared.push(await receivedApplication(parts, wanted, plan));
    });
  }
  return prepared;
}
