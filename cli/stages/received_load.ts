/**
 * The load that comes of an object which was handed over. Where the object came from and its bytes
 * are the front's word; what is wanted of it is in the arguments, which the front cannot change.
 *
 * @module
 */
import type { PreparedLoad } from "../../core/admission/types.ts";
import { brokenPlan } from "../../core/handover/frame.ts";
import type { CommandSpec } from "../command.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { readLoadSettings } from "../run/load_settings.ts";
import type { ReceivedObject } from "./stage.ts";

/** Puts the object of the front and the wishes of the arguments together. */
export function receivedLoad(
  command: CommandSpec,
  input: ParsedInput,
  { object, admission }: ReceivedObject,
): PreparedLoad {
  const { brings } = command;
  if (brings === undefined) throw new TypeError(`Cannot load: "${command.id}" brings no object`);
  const kind = object.image === undefined ? "file" : "image";
  if (brings.kind !== "either" && brings.kind !== kind) throw brokenPlan(`it brings an ${kind}`);
  if (object.image === undefined && object.path !== input.must(brings.argument)) {
    throw brokenPlan("it brings another file than was named");
  }
  return { load: { ...readLoadSettings(input), ...object }, admission };
}
