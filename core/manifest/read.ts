/**
 * Reads manifests.
 *
 * @module
 */
import { nearest } from "../suggest.ts";
import { applicationShape } from "./application_shape.ts";
import { Checker } from "./check.ts";
import { entryOf, lineAt, type Node, readDocuments, textOf } from "./document.ts";
import { isOldDocument } from "./old_kinds.ts";
import { ManifestError, type ManifestProblem, pathText } from "./problems.ts";
import { checkRules } from "./rules.ts";
import {
  type Manifest,
  MANIFEST_API,
  MANIFEST_KINDS,
  type ManifestFile,
  type ManifestKind,
  type ManifestPath,
  type ManifestSpec,
} from "./types.ts";
import type { Metadata } from "../types.ts";

/** A document with its file. */
export interface FoundDocument {
  readonly file: ManifestFile;
  readonly node: Node;
  /** Where it is within its file: behind `items` of a list, else empty. */
  readonly path: ManifestPath;
}

/** What a document holds, once it fits its shape. */
interface CheckedDocument {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Metadata;
  };
  readonly spec: ManifestSpec;
}

const CONVERT = "Bring older kinds into the present form: bpfman convert -f FILE";

/** The items of a `kind: List`; any other document is its only item. */
function itemsOf(file: ManifestFile, node: Node): FoundDocument[] {
  if (textOf(node, "kind") !== "List" || textOf(node, "apiVersion") !== "v1") {
    return [{ file, node, path: [] }];
  }
  const items = entryOf(node, "items")?.value;
  if (items?.kind !== "list") return [{ file, node, path: [] }];
  return items.items.map((item, at) => ({ file, node: item, path: ["items", at] }));
}

/** The documents of some files, with what keeps files from being read. */
export function findDocuments(files: readonly ManifestFile[]): {
  readonly documents: readonly FoundDocument[];
  readonly problems: readonly ManifestProblem[];
} {
  const read = files.map((file) => {
    const { documents, problems } = readDocuments(file);
    const found = documents.flatMap((node) => itemsOf(file, node));
    // a file that was emptied by mistake must not mean that everything is to go
    const empty = { file: file.path, line: 1, path: "", message: "there is no manifest in it" };
    const isEmpty = found.length === 0 && problems.length === 0;
    return { documents: found, problems: isEmpty ? [empty] : problems };
  });
  return {
    documents: read.flatMap(({ documents }) => documents),
    problems: read.flatMap(({ problems }) => problems),
  };
}

function isKind(text: string | undefined): text is ManifestKind {
  return MANIFEST_KINDS.some((kind) => kind === text);
}

/** Why a document is of no kind that is applied; undefined when it is. */
function kindProblem(node: Node): readonly [path: ManifestPath, message: string] | undefined {
  if (node.kind !== "object") return [[], "must be an object with apiVersion, kind and spec"];
  const kind = textOf(node, "kind");
  const api = textOf(node, "apiVersion");
  if (isOldDocument(node)) return [["kind"], `${kind} of ${api} is an older form`];
  if (api !== MANIFEST_API) {
    return [["apiVersion"], `must be "${MANIFEST_API}": this is ${JSON.stringify(api ?? null)}`];
  }
  if (isKind(kind)) return undefined;
  const [near] = nearest(kind ?? "", MANIFEST_KINDS);
  const hint = near === undefined ? "" : `; did you mean "${near}"?`;
  return [
    ["kind"],
    `must be one of ${MANIFEST_KINDS.join(", ")}: this is ${JSON.stringify(kind ?? null)}${hint}`,
  ];
}

/** Reads one document; adds what is wrong to the problems, and returns undefined then. */
export function readDocument(
  { file, node, path: base }: FoundDocument,
  problems: ManifestProblem[],
): Manifest | undefined {
  const before = problems.length;
  const report = (line: number, path: ManifestPath, message: string): void => {
    problems.push({ file: file.path, line, path: pathText([...base, ...path]), message });
  };
  const wrongKind = kindProblem(node);
  const kind = textOf(node, "kind");
  if (wrongKind !== undefined || !isKind(kind)) {
    const [path, message] = wrongKind ?? [["kind"], "is unknown"];
    report(lineAt(node, path), path, message);
    return undefined;
  }
  const checked = new Checker(report).check(applicationShape(kind), node, []) as CheckedDocument;
  if (problems.length > before) return undefined;
  checkRules(checked.spec, (path, message) => report(lineAt(node, path), path, message));
  if (problems.length > before) return undefined;
  const { name, namespace = "default", labels = {} } = checked.metadata;
  return {
    kind,
    name: kind === "BpfApplication" ? `${namespace}/${name}` : name,
    labels,
    spec: checked.spec,
    path: file.path,
    lineOf: (path) => lineAt(node, path),
  };
}

/** Refuses a second manifest of the same name. */
export function checkDoubles(manifests: readonly Manifest[], problems: ManifestProblem[]): void {
  const first = new Map<string, Manifest>();
  for (const manifest of manifests) {
    const before = first.get(manifest.name);
    if (before === undefined) {
      first.set(manifest.name, manifest);
      continue;
    }
    const path = ["metadata", "name"];
    const place = `${before.path}:${before.lineOf(path)}`;
    problems.push({
      file: manifest.path,
      line: manifest.lineOf(path),
      path: pathText(path),
      message: `the application "${manifest.name}" is at ${place} already`,
    });
  }
}

/**
 * Reads manifests from files: YAML with any number of documents, or JSON; lists are taken apart.
 *
 * @param files Names and texts.
 * @returns The manifests in the order of the files, with defaults filled in.
 * @throws {ManifestError} `manifest-invalid`, with everything that is wrong in any file.
 *
 * @example
 * ```ts
 * import { throws } from "node:assert/strict";
 *
 * const file = { path: "app.yaml", text: "kind: Nothing" };
 * throws(() => readManifests([file]), { code: "manifest-invalid" });
 * ```
 */
export function readManifests(files: readonly ManifestFile[]): Manifest[] {
  const found = findDocuments(files);
  const problems = [...found.problems];
  const manifests = found.documents
    .map((document) => readDocument(document, problems))
    .filter((manifest) => manifest !== undefined);
  checkDoubles(manifests, problems);
  if (problems.length === 0) return manifests;
  const hasOld = found.documents.some(({ node }) => isOldDocument(node));
  throw new ManifestError(problems, hasOld ? CONVERT : undefined);
}
