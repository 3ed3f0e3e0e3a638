/**
 * Brings manifests of older versions into the present form: one kind for each type of program, and
 * applications in another spelling.
 *
 * @module
 */
import {
  type ConvertedProgram,
  convertProgram,
  defined,
  joinPrograms,
  programData,
} from "./convert_program.ts";
import { lineAt, type Node, nodeOf, plainOf, textOf } from "./document.ts";
import { isOldDocument, OLD_PROGRAM_KINDS, OLD_STATE_KINDS } from "./old_kinds.ts";
import { ManifestError, type ManifestProblem, pathText, problemText } from "./problems.ts";
import { checkDoubles, findDocuments, type FoundDocument, readDocument } from "./read.ts";
import { type Note, Taker } from "./taker.ts";
import { type Manifest, MANIFEST_API, type ManifestFile } from "./types.ts";

/** Manifests in the present form. */
export interface ConvertedManifests {
  /** Plain data, for YAML and JSON. */
  readonly documents: readonly unknown[];
  /** What was lost or has another meaning now, as `FILE:LINE: …`. */
  readonly notes: readonly string[];
}

/** One conversion: collects what becomes of all files. */
class Conversion {
  readonly documents: unknown[] = [];
  readonly notes: ManifestProblem[] = [];
  readonly problems: ManifestProblem[];
  readonly manifests: Manifest[] = [];

  constructor(problems: readonly ManifestProblem[]) {
    this.problems = [...problems];
  }

  add(found: FoundDocument): void {
    if (!isOldDocument(found.node)) return this.#keep(found, plainOf(found.node));
    const note: Note = (line, path, message) => {
      const text = pathText([...found.path, ...path]);
      this.notes.push({ file: found.file.path, line, path: text, message });
    };
    const kind = textOf(found.node, "kind") ?? "";
    if (OLD_STATE_KINDS.includes(kind)) {
      const line = lineAt(found.node, ["kind"]);
      return note(line, ["kind"], `${kind} says what is on a node: there is nothing to convert`);
    }
    const document = this.#distinct(convertDocument(found.node, kind, note), found);
    // lines within are those of the file no more: problems have the one of the document
    this.#keep({ ...found, node: nodeOf(document, found.node.line) }, document);
  }

  #keep(found: FoundDocument, document: unknown): void {
    const manifest = readDocument(found, this.problems);
    if (manifest === undefined) return;
    this.documents.push(document);
    this.manifests.push(manifest);
  }

  /** Older kinds had names of their own each; now they share one list. */
  #distinct(document: OldResult, { file, node }: FoundDocument): OldResult {
    const { metadata, kind } = document;
    const nameOf = (name: unknown): string =>
      kind === "BpfApplication" ? `${metadata["namespace"] ?? "default"}/${name}` : String(name);
    const isTaken = (name: unknown): boolean =>
      this.manifests.some((manifest) => manifest.name === nameOf(name));
    if (!isTaken(metadata["name"])) return document;
    const suffix = (textOf(node, "kind") ?? "").replace(/(Ns)?(Program|Application)$/, "");
    const name = `${metadata["name"]}-${suffix.toLowerCase()}`;
    const line = lineAt(node, ["metadata", "name"]);
    const message = `is "${name}" now: "${metadata["name"]}" is the name of another one`;
    this.notes.push({ file: file.path, line, path: "metadata.name", message });
    return { ...document, metadata: { ...metadata, name } };
  }
}

/** A document in the present form. */
interface OldResult {
  readonly apiVersion: string;
  readonly kind: "BpfApplication" | "ClusterBpfApplication";
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly spec: Readonly<Record<string, unknown>>;
}

/** The metadata that people write. */
function metadataOf(taker: Taker | undefined, isNamespaced: boolean): Record<string, unknown> {
  if (taker === undefined) return {};
  if (!isNamespaced) taker.lose("namespace", "is gone: the application is of the whole cluster");
  const pick = (key: string): unknown => taker.plain(key);
  return defined({
    name: pick("name"),
    namespace: pick("namespace"),
    labels: pick("labels"),
    annotations: pick("annotations"),
  });
}

function byteCodeOf(taker: Taker | undefined): unknown {
  if (taker === undefined) return undefined;
  const image = taker.object("image");
  const byteCode = defined({
    image: image && defined({
      url: image.plain("url"),
      imagePullPolicy: image.plain("imagepullpolicy"),
      imagePullSecret: image.plain("imagepullsecret"),
    }),
    path: taker.plain("path"),
  });
  image?.finish();
  taker.finish();
  return byteCode;
}

/** Programs of the older spelling of applications. */
function memberPrograms(spec: Taker, note: Note): ConvertedProgram[] {
  const list = spec.take("programs");
  if (list?.value.kind !== "list") return [];
  return list.value.items.map((item, at) => {
    const path = [...spec.path, list.key, at];
    const taker = new Taker(item, path, note);
    const word = String(taker.plain("type") ?? "");
    const member = taker.object(word);
    const program = member && convertProgram(word, member);
    member?.finish();
    taker.finish();
    // incomplete on purpose: the check of the whole says what is missing
    return program ?? { name: undefined, type: word, config: null, links: [] };
  });
}

function programsOf(kind: string, spec: Taker, note: Note): ConvertedProgram[] {
  const word = Object.hasOwn(OLD_PROGRAM_KINDS, kind) ? OLD_PROGRAM_KINDS[kind] : undefined;
  if (word === undefined) return memberPrograms(spec, note);
  const program = convertProgram(word, spec);
  return program === undefined ? [] : [program];
}

/** Converts a document of an older kind. */
function convertDocument(node: Node, kind: string, note: Note): OldResult {
  const isNamespaced = kind.includes("Ns");
  const top = new Taker(node, [], note);
  const spec = top.object("spec") ?? new Taker(nodeOf({}, node.line), ["spec"], note);
  const nodeSelector = spec.plain("nodeselector") ?? {};
  const byteCode = byteCodeOf(spec.object("bytecode"));
  const globalData = spec.plain("globaldata");
  spec.lose("mapownerselector", "is gone: maps are shared within an application");
  const programs = joinPrograms(programsOf(kind, spec, note));
  spec.finish();
  if (kind === "BpfApplication") {
    note(
      lineAt(node, ["kind"]),
      ["kind"],
      "is ClusterBpfApplication now: BpfApplication is namespaced since version 0.6",
    );
  }
  return {
    apiVersion: MANIFEST_API,
    kind: isNamespaced ? "BpfApplication" : "ClusterBpfApplication",
    metadata: metadataOf(top.object("metadata"), isNamespaced),
    spec: defined({ nodeSelector, byteCode, globalData, programs: programs.map(programData) }),
  };
}

/**
 * Brings manifests of older versions into the present form. Those that have it stay as they are.
 *
 * @param files Names and texts: YAML with any number of documents, or JSON.
 * @returns Documents, and what was lost on the way.
 * @throws {ManifestError} `manifest-invalid` for what cannot be read, or is not complete.
 */
export function convertManifests(files: readonly ManifestFile[]): ConvertedManifests {
  const { documents, problems } = findDocuments(files);
  const conversion = new Conversion(problems);
  for (const document of documents) conversion.add(document);
  checkDoubles(conversion.manifests, conversion.problems);
  if (conversion.problems.length > 0) throw new ManifestError(conversion.problems);
  const order = new Map(files.map(({ path }, at) => [path, at]));
  const placeOf = ({ file }: ManifestProblem): number => order.get(file) ?? 0;
  const notes = conversion.notes.toSorted((a, b) => placeOf(a) - placeOf(b) || a.line - b.line);
  return { documents: conversion.documents, notes: notes.map(problemText) };
}
