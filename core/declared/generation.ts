/**
 * The generation that an apply makes, and whose an application is.
 *
 * @module
 */
import { BpfmanError, ErrorKind } from "../errors.ts";
import type { ProgramRecord } from "../types.ts";
import { canonicalJson, digestOfApplication } from "./digest.ts";
import type { DeclaredObject, DesiredApplication, DesiredBytecode, Generation } from "./types.ts";

/** What a generation is made of. */
export interface GenerationFacts {
  /** The application. */
  readonly name: string;
  /** What is wanted; null takes the application away. */
  readonly desired: DesiredApplication | null;
  /** What its object is; null to take the application away. */
  readonly object: DeclaredObject | null;
  /** The generation before; null for the first. */
  readonly last: Generation | null;
  /** Programs of it that are there. */
  readonly programs: readonly ProgramRecord[];
  /** Whose it is: `--owner`. */
  readonly owner: string;
  /** When: ISO 8601, UTC. */
  readonly createdAt: string;
  /** Who. */
  readonly createdBy: string;
  /** The generation that is gone back to. */
  readonly rollbackOf?: number;
}

type Content = Pick<Generation, "application" | "object" | "isDeleted">;

function unknownApplication(name: string): BpfmanError {
  return new BpfmanError(`Application "${name}" does not exist`, {
    code: "application-not-found",
    kind: ErrorKind.NOT_FOUND,
    hint: 'See "history" for those that were applied',
  });
}

function bytecodeOf({ source }: ProgramRecord): DesiredBytecode {
  return source.kind === "file"
    ? { kind: "file", path: source.path }
    : { kind: "image", url: source.reference, pullPolicy: source.pullPolicy };
}

function objectOf(record: ProgramRecord): DeclaredObject {
  const { source, origin, objectDigest } = record;
  return {
    source: origin ?? {
      kind: "file",
      path: source.kind === "file" ? source.path : "",
      digest: objectDigest,
    },
    imageDigest: source.kind === "image" ? `${source.reference}@${source.digest}` : null,
    objectDigest,
    allowedUnsigned: [],
  };
}

/** What goes: the last generation without its programs, or where that is lost, what rows tell. */
function goneContent({ name, last, programs }: GenerationFacts): Content {
  if (last !== null) {
    const application = { ...last.application, programs: [] };
    return { application, object: last.object, isDeleted: true };
  }
  const [row] = programs;
  if (row === undefined) throw unknownApplication(name);
  const application: DesiredApplication = {
    name,
    kind: name.includes("/") ? "BpfApplication" : "ClusterBpfApplication",
    labels: {},
    bytecode: bytecodeOf(row),
    globals: row.globals,
    programs: [],
  };
  return { application, object: objectOf(row), isDeleted: true };
}

function contentOf(facts: GenerationFacts): Content {
  const { desired, object, name } = facts;
  if (desired === null) return goneContent(facts);
  if (object === null) throw new TypeError(`Cannot plan "${name}": it has no object`);
  return { application: desired, object, isDeleted: false };
}

/** True when a generation says what is wanted already. */
function saysSame(last: Generation, content: Content, { owner }: GenerationFacts): boolean {
  return last.digest === digestOfApplication(content.application) &&
    last.isDeleted === content.isDeleted && last.owner === owner &&
    canonicalJson(last.object) === canonicalJson(content.object);
}

/**
 * The generation that an apply makes: the last one when that says the same.
 *
 * @param facts What it is made of.
 * @throws {BpfmanError} When an application is to be taken away of which nothing is known.
 */
export function nextGeneration(facts: GenerationFacts): Generation {
  const { last, owner, createdAt, createdBy, rollbackOf } = facts;
  const content = contentOf(facts);
  if (last !== null && saysSame(last, content, facts)) return last;
  return {
    version: 1,
    number: (last?.number ?? 0) + 1,
    ...content,
    owner,
    createdAt,
    createdBy,
    ...(rollbackOf === undefined ? {} : { rollbackOf }),
    digest: digestOfApplication(content.application),
  };
}

/**
 * Refuses to change an application of another owner.
 *
 * @param last Its last generation; null when there is none.
 * @param owner Who asks: `--owner`.
 * @throws {BpfmanError} Naming the owner.
 */
export function checkOwner(last: Generation | null, owner: string): void {
  if (last === null || last.isDeleted || last.owner === owner) return;
  throw new BpfmanError(
    `Cannot change application "${last.application.name}": it belongs to owner "${last.owner}", ` +
      `and this is "${owner}"`,
    { code: "other-owner", kind: ErrorKind.POLICY, hint: "Take it over with --take-over" },
  );
}
