/**
 * Finds the policy of this machine: of the command line, of the configuration, of its usual place, or
 * the one that holds without a file.
 *
 * @module
 */
import type { Demand } from "../../core/admission/court.ts";
import { DEFAULT_POLICY } from "../../core/admission/refusal.ts";
import { BpfmanError, ErrorKind } from "../../core/errors.ts";
import type { LoadedPolicy } from "../../core/policy/types.ts";
import { builtInPolicy, type CommandWishes } from "../../core/policy/without_file.ts";
import { DEFAULT_CONFIG } from "../config_file.ts";
import type { GlobalSettings } from "../context.ts";
import { fileWeakness, readTrustedFile } from "./trusted_file.ts";

/** What says which policy holds. */
export interface PolicySettings extends Pick<GlobalSettings, "config" | "policy" | "signing"> {
  /** Path that the command line names. */
  readonly file?: string;
}

/** What a command adds where no policy file holds. */
export interface PolicyWishes {
  readonly demand?: Demand;
  readonly allowed?: readonly string[];
}

/** Named by a value: without a policy its reader is not read (see importUnseen in cli/main.ts). */
function parser(): Promise<typeof import("../../core/policy/parse.ts")> {
  const path = "../../core/policy/parse.ts";
  return import(path);
}

function missing(path: string): BpfmanError {
  return new BpfmanError(`Cannot read the policy "${path}": it does not exist`, {
    code: "policy-unreadable",
    kind: ErrorKind.POLICY,
    hint: "Correct --policy, or policy.path in the configuration",
  });
}

/** A configuration that decides what is trusted must be as safe as a policy. */
function checkConfiguration(settings: PolicySettings): void {
  const { policy, signing, config = DEFAULT_CONFIG } = settings;
  if (policy === undefined && signing === undefined) return;
  const why = fileWeakness(config);
  if (why === undefined) return;
  throw new BpfmanError(`Cannot trust what "${config}" says of signatures: ${why}`, {
    code: "policy-unsafe",
    kind: ErrorKind.POLICY,
    hint: "It must belong to root, and nobody else may be able to change or replace it",
  });
}

function wishesOf({ demand, allowed }: PolicyWishes): CommandWishes {
  return {
    ...demand === undefined ? {} : { demand: demand.rule },
    ...allowed === undefined ? {} : { allowed },
  };
}

/**
 * Reads the policy.
 *
 * @param settings Where it may be.
 * @param wishes What the command adds where no file holds.
 * @throws {BpfmanError} When it cannot be read, cannot be understood, or others could have written it.
 */
export async function readPolicy(
  settings: PolicySettings,
  wishes: PolicyWishes = {},
): Promise<LoadedPolicy> {
  if (settings.file === undefined) checkConfiguration(settings);
  const { policy: place, config = DEFAULT_CONFIG, signing } = settings;
  if (settings.file === undefined && place?.kind === "inline") {
    return (await parser()).parsePolicy(place.text, place.name, place.lineOf);
  }
  const named = settings.file ?? (place?.kind === "file" ? place.path : undefined);
  const path = named ?? DEFAULT_POLICY;
  const text = readTrustedFile(path);
  if (text !== undefined) return (await parser()).parsePolicy(text, path);
  if (named !== undefined) throw missing(named);
  const name = signing === undefined ? "the built-in policy" : `${config} [signing]`;
  return builtInPolicy(signing ?? {}, name, wishesOf(wishes));
}
