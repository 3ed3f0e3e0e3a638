/**
 * Finds out what a command about applications wants: from manifests, or from generations.
 *
 * @module
 */
import {
  applicationNames,
  lastGeneration,
  readGenerations,
} from "../../core/declared/generations.ts";
import { parseGate } from "../../core/declared/gate/parse.ts";
import type { Generation } from "../../core/declared/types.ts";
import { BpfmanError, ErrorKind, usageError } from "../../core/errors.ts";
import { expand, readManifests } from "../../core/manifest/mod.ts";
import type { CommandSpec } from "../command.ts";
import {
  APPLICATION_NAME,
  APPLICATIONS,
  DEFAULT_OWNER,
  GATE,
  GENERATION,
  MANIFEST_FILES,
  OWNER,
  PRUNE,
} from "../commands/declared_options.ts";
import type { Machine } from "../context.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { readHostFacts } from "./host_facts.ts";
import { readManifestFiles } from "./manifest_files.ts";
import { lostError, lostOf } from "./lost.ts";
import type { LostApplication, WantedApplication, Wish } from "./wish.ts";

/** Where wishes come from. */
export interface WishSources {
  readonly input: ParsedInput;
  /** The data directory. */
  readonly directory: string;
  /** True where one application that cannot be read does not matter to others. */
  readonly isEachAlone?: boolean;
  readonly kernel: () => Promise<Pick<Machine, "files">>;
}

function ownerOf(input: ParsedInput): string {
  const owner = input.one(OWNER) ?? DEFAULT_OWNER;
  if (/^[\w][\w.@/-]{0,63}$/.test(owner)) return owner;
  throw usageError(
    `Cannot use --${OWNER.name} "${owner}": it is no name`,
    "Use up to 64 letters, digits and . _ @ / -",
  );
}

function currentGenerations(directory: string): Generation[] {
  return applicationNames(directory).flatMap((name) => {
    const generation = lastGeneration(directory, name);
    return generation === null || generation.isDeleted ? [] : [generation];
  });
}

/** What manifests want, and with `--prune` what they leave out. */
async function wishOfManifests({ input, directory, kernel }: WishSources): Promise<Wish> {
  const owner = ownerOf(input);
  const manifests = readManifests(readManifestFiles(input.all(MANIFEST_FILES)));
  const host = readHostFacts((await kernel()).files);
  const expanded = manifests.map((manifest) => expand(manifest, host));
  const names = new Set(manifests.map(({ name }) => name));
  const others = input.has(PRUNE)
    ? currentGenerations(directory).filter((generation) => generation.owner === owner)
      .map(({ application }) => application.name).filter((name) => !names.has(name))
    : [];
  return {
    applications: expanded.map(({ application }) => ({
      desired: application,
      owner,
      former: null,
    })),
    remove: others,
    warnings: expanded.flatMap(({ warnings }) => warnings),
  };
}

/** The applications that manifests name are to go. */
function wishOfRemoval({ input }: WishSources): Wish {
  ownerOf(input);
  const manifests = readManifests(readManifestFiles(input.all(MANIFEST_FILES)));
  return { applications: [], remove: manifests.map(({ name }) => name), warnings: [] };
}

function noGeneration(name: string, number: number | undefined, all: readonly Generation[]): Error {
  const numbers = all.filter(({ isDeleted }) => !isDeleted).map(({ number }) => number);
  const what = number === undefined
    ? "it has none before the current one"
    : `it has no generation ${number} with programs`;
  return new BpfmanError(`Cannot roll "${name}" back: ${what}`, {
    code: all.length === 0 ? "application-not-found" : "generation-not-found",
    kind: ErrorKind.NOT_FOUND,
    hint: numbers.length === 0
      ? 'See "bpfman history" for the applications that were applied'
      : `There are the generations ${numbers.join(", ")}`,
  });
}

function formerOf({ number, object, application, owner }: Generation): WantedApplication {
  return { desired: application, owner, former: { number, object } };
}

/** The generation that is named, else the one before the current one. */
function wishOfRollback({ input, directory }: WishSources): Wish {
  const name = input.must(APPLICATION_NAME);
  const number = input.one(GENERATION);
  const all = readGenerations(directory, name);
  const current = all.at(-1);
  const wanted = all.filter(({ isDeleted }) => !isDeleted).findLast((one) =>
    number === undefined ? one !== current : one.number === number
  );
  if (wanted === undefined) throw noGeneration(name, number, all);
  const owner = ownerOf(input);
  return { applications: [{ ...formerOf(wanted), owner }], remove: [], warnings: [] };
}

/** The current generation of each application; one that cannot be read hides no other. */
function eachCurrent(directory: string, names: readonly string[]) {
  const found: Generation[] = [];
  const lost: LostApplication[] = [];
  for (const name of names) {
    try {
      const generation = lastGeneration(directory, name);
      if (generation !== null && !generation.isDeleted) found.push(generation);
    } catch (error) {
      if (!(error instanceof BpfmanError)) throw error;
      lost.push(lostOf(name, error));
    }
  }
  return { found, lost };
}

/** The current generation of all applications, or of those that are named. */
function wishOfRestore({ input, directory, isEachAlone }: WishSources): Wish {
  const known = applicationNames(directory);
  const named = input.all(APPLICATIONS);
  const { found, lost } = eachCurrent(directory, named.length === 0 ? known : named);
  const [first] = lost;
  if (first !== undefined && isEachAlone !== true) throw lostError(first);
  for (const name of named) {
    if (
      [...found.map(({ application }) => application), ...lost].some((one) => one.name === name)
    ) {
      continue;
    }
    throw new BpfmanError(`Application "${name}" does not exist`, {
      code: "application-not-found",
      kind: ErrorKind.NOT_FOUND,
      hint: 'See "bpfman history" for those that were applied',
    });
  }
  return { applications: found.map(formerOf), remove: [], warnings: [], lost };
}

/** How each command that declares something finds out what. */
const READERS: {
  readonly [K in NonNullable<CommandSpec["declares"]>]: (
    sources: WishSources,
  ) => Wish | Promise<Wish>;
} = {
  manifests: wishOfManifests,
  removal: wishOfRemoval,
  rollback: wishOfRollback,
  restore: wishOfRestore,
};

/**
 * Finds out what a command wants.
 *
 * @param declares Where its wish comes from.
 * @param sources Arguments and places.
 * @throws {BpfmanError} When manifests or generations cannot be used.
 */
export async function readWish(
  declares: NonNullable<CommandSpec["declares"]>,
  sources: WishSources,
): Promise<Wish> {
  const gate = sources.input.one(GATE);
  // what is wrong with it is told before anything is started
  if (gate !== undefined) parseGate(gate);
  return await READERS[declares](sources);
}
