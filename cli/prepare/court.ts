/**
 * Who decides about a command: the policy, the user, and what the options demand.
 *
 * @module
 */
import type { Court, Demand } from "../../core/admission/court.ts";
import type { PreparedLoad } from "../../core/admission/types.ts";
import { usageError } from "../../core/errors.ts";
import { isDigest } from "../../core/image/reference.ts";
import { ALLOW_UNSIGNED, POLICY, SIGNER_OPTIONS } from "../commands/trust_options.ts";
import type { CommandContext } from "../context.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { type PolicySettings, readPolicy } from "./policy.ts";
import { readRequester } from "./requester.ts";

/** A load with the court that let it happen, for what else is to be decided. */
export interface JudgedLoad {
  readonly prepared: PreparedLoad;
  readonly court: Court;
}

/** What the options demand; its reader brings the libraries of signatures along. */
async function findDemand(input: ParsedInput): Promise<Demand | undefined> {
  if (SIGNER_OPTIONS.every((spec) => input.some(spec) === undefined)) return undefined;
  const path = "./demand.ts";
  const { readDemand }: typeof import("./demand.ts") = await import(path);
  return await readDemand(input);
}

/** The digests that may be unsigned. */
function readExceptions(input: ParsedInput): readonly string[] {
  const digests = input.all(ALLOW_UNSIGNED);
  const wrong = digests.find((digest) => !isDigest(digest));
  if (wrong === undefined) return digests;
  throw usageError(
    `Cannot use --${ALLOW_UNSIGNED.name} "${wrong}": it is no digest`,
    "Give the whole sha256:DIGEST, as the refusal printed it",
  );
}

/** An image that a court is about. */
export interface ImageInCourt {
  /** As policies name it. */
  readonly name: string;
  /** Digests that may be unsigned, besides those of the options. @default none */
  readonly allowed?: readonly string[];
}

/** Where the policy of a command may be. */
export function policySettings(
  { settings }: Pick<CommandContext, "settings">,
  input: ParsedInput,
): PolicySettings {
  const file = input.one(POLICY);
  const { config, policy, signing } = settings;
  return {
    ...config === undefined ? {} : { config },
    ...policy === undefined ? {} : { policy },
    ...signing === undefined ? {} : { signing },
    ...file === undefined ? {} : { file },
  };
}

/**
 * Convenes the court of a command.
 *
 * @param context The command's world.
 * @param input Its arguments.
 * @param image The image, for exceptions by digest. @default no image
 * @throws {BpfmanError} When policy, keys or roots cannot be read.
 */
export async function openCourt(
  context: Pick<CommandContext, "env" | "settings">,
  input: ParsedInput,
  image?: ImageInCourt,
): Promise<Court> {
  const demand = await findDemand(input);
  const exceptions = [...readExceptions(input), ...image?.allowed ?? []];
  const allowed = image === undefined ? [] : exceptions.map((digest) => `${image.name}@${digest}`);
  const policy = await readPolicy(policySettings(context, input), {
    allowed,
    ...demand === undefined ? {} : { demand },
  });
  const requester = readRequester((key) => context.env(key));
  return { policy, requester, ...demand === undefined ? {} : { demand } };
}
