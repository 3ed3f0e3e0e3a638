/**
 * From what is wanted, and the objects that were let in, to the request that the manager is given.
 *
 * @module
 */
import { attachFactsOf, judgeAttach, placeFactsOf } from "../../core/admission/attach.ts";
import type { PreparedApplication } from "../../core/admission/types.ts";
import { parseGate } from "../../core/declared/gate/parse.ts";
import type { ApplyApplication, ApplyPlace, ApplyRequest } from "../../core/declared/request.ts";
import type { Requester } from "../../core/policy/types.ts";
import { DEFAULT_OWNER, GATE, OWNER, TAKE_OVER } from "../commands/declared_options.ts";
import type { CommandContext } from "../context.ts";
import { dataDirectory } from "../data_directory.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { pinnedName } from "../prepare/application_settings.ts";
import { policySettings } from "../prepare/court.ts";
import { readPolicy } from "../prepare/policy.ts";
import { readRequester } from "../prepare/requester.ts";
import type { WantedApplication, Wish } from "./wish.ts";

/** A user by name where there is one; who is behind sudo stands in brackets. */
function nameOfRequester({ user, uid, behind }: Requester): string {
  const name = user ?? String(uid);
  return behind === undefined ? name : `${name} (${nameOfRequester(behind)})`;
}

/** Judges the places that programs are to have, by where their object comes from. */
async function placeGuard(
  context: CommandContext,
  input: ParsedInput,
): Promise<(place: ApplyPlace) => void> {
  // keys that the command names are for objects, and none of whoever loads them
  const policy = await readPolicy(policySettings(context, input));
  const court = { policy, requester: readRequester((key) => context.env(key)) };
  return ({ application, program, attachFunction, source, target, link }) => {
    judgeAttach(court, {
      source,
      facts: () => {
        if (target !== null) return attachFactsOf(target, attachFunction);
        return link === null ? {} : placeFactsOf(link.details);
      },
      action: `Cannot attach "${program}" of application "${application}"`,
    });
  };
}

/** An application with its object; images are named by their digest from here on. */
function applicationOf(
  { desired, former }: WantedApplication,
  { load, admission, allowedUnsigned }: PreparedApplication,
): ApplyApplication {
  const { bytecode } = desired;
  const { source, objectDigest } = admission;
  const url = bytecode.kind === "image" ? pinnedName(bytecode.url, source.digest) : null;
  const pinned = bytecode.kind === "file" || url === null ? bytecode : { ...bytecode, url };
  return {
    desired: { ...desired, bytecode: pinned },
    declared: { source, imageDigest: url, objectDigest, allowedUnsigned },
    object: load.image === undefined ? load : { image: load.image },
    verdict: admission,
    ...(former === null ? {} : { rollbackOf: former.number }),
  };
}

/** Only the object of a load: what is wanted of it is in the manifest. */
function onlyObject(request: ApplyApplication): ApplyApplication {
  const { object } = request;
  if (object === null || object.image !== undefined) return request;
  const { path, bytes } = object;
  return { ...request, object: bytes === undefined ? { path } : { path, bytes } };
}

/**
 * Makes the request of a command about applications.
 *
 * @param context The command's world.
 * @param input Its arguments.
 * @param wanted What is wanted, and the objects.
 */
export async function applyRequest(
  context: CommandContext,
  input: ParsedInput,
  { wish, prepared }: {
    readonly wish: Wish;
    readonly prepared: readonly PreparedApplication[];
  },
): Promise<ApplyRequest> {
  const byName = new Map(prepared.map((one) => [one.name, one]));
  const applications = wish.applications.map((wanted) => {
    const found = byName.get(wanted.desired.name);
    if (found === undefined) {
      throw new TypeError(`Cannot apply "${wanted.desired.name}": its object is missing`);
    }
    return onlyObject(applicationOf(wanted, found));
  });
  const gate = input.one(GATE);
  return {
    applications,
    remove: wish.remove,
    owner: wish.applications[0]?.owner ?? input.one(OWNER) ?? DEFAULT_OWNER,
    takeOver: input.has(TAKE_OVER),
    directory: dataDirectory(context, input),
    createdBy: nameOfRequester(readRequester((key) => context.env(key))),
    admit: await placeGuard(context, input),
    ...(gate === undefined ? {} : { gate: parseGate(gate) }),
  };
}
