/**
 * What the front handed over, as a command's world has it: one object, or those of applications.
 *
 * @module
 */
import { brokenPlan } from "../../core/handover/frame.ts";
import type { CommandSpec } from "../command.ts";
import type { WorldParts } from "../command_world.ts";
import { receivedApplications } from "./received_applications.ts";
import { receivedLoad } from "./received_load.ts";
import type { ReceivedObject, ReceivedObjects } from "./stage.ts";

/**
 * Judges what was handed over and puts it into the parts of a command's world.
 *
 * @param parts What the command's world is made of.
 * @param command The command.
 * @param received What the front handed over.
 * @throws {BpfmanError} `plan-broken`, or what the policy says of an object.
 */
export async function receivedParts(
  parts: WorldParts,
  command: CommandSpec,
  received: ReceivedObject | ReceivedObjects,
): Promise<WorldParts> {
  if (received.kind === "plan") {
    return { ...parts, received: await receivedLoad(parts, command, received) };
  }
  if (parts.wish === undefined) throw brokenPlan("it brings objects of applications");
  return { ...parts, receivedAll: await receivedApplications(parts, parts.wish, received) };
}
