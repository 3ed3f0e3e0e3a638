/**
 * Images as text for people.
 *
 * @module
 */
import type {
  BuiltImage,
  ImageDescription,
  ImageDiff,
  ImageRow,
  ManifestDescription,
  PruneResult,
  ReferrerDescription,
} from "../../core/image/api.ts";
import { foldValue } from "./fold.ts";
import { rfc3339 } from "./format.ts";
import { platformText } from "./image_json.ts";
import { sizeText } from "./size_text.ts";
import { type Column, renderTable, type TableOptions } from "./table.ts";

const SHORT_DIGEST = 12;

/** A digest that is short enough for a table. */
function shortDigest(digest: string): string {
  return digest.replace(/^sha\d+:/, "").slice(0, SHORT_DIGEST);
}

/** `name@digest`, with the digest once; a file has its name alone. */
export function pinnedName(name: string, digest: string): string {
  return name.includes("@") || name.startsWith("file:") ? name : `${name}@${digest}`;
}

/** The reference of a row: by its tag, or by its digest where it has none. */
export function rowName({ repository, tag, digest }: ImageRow): string {
  return tag === null ? `${repository}@${digest}` : `${repository}:${tag}`;
}

/** A built image: one line for scripts, and one for each thing that is said of it. */
export function builtText(image: BuiltImage, isPublished: boolean): string {
  const { name, descriptor, signature, attestations } = image;
  const said = attestations.map(({ predicateType, digest, isSigned }) =>
    `  ${isSigned ? "signed" : "unsigned"} statement: ${predicateType} ${digest}`
  );
  return [
    `${isPublished ? "published" : "built"}: ${pinnedName(name, descriptor.digest)}`,
    ...signature === null ? [] : [`  signature: ${signature}`],
    ...said,
    "",
  ].join("\n");
}

/** Images of the store as a table. */
export function imageTable(rows: readonly ImageRow[], options: TableOptions): string {
  const columns: Column[] = [
    { header: "REPOSITORY", least: 16, keep: "end" },
    { header: "TAG", least: 8 },
    { header: "DIGEST", isId: true, rank: 1 },
    { header: "PLATFORMS", rank: 4, least: 11 },
    { header: "SIZE", rank: 3 },
    { header: "STORED", rank: 5 },
    { header: "PROGRAMS", rank: 2, least: 8 },
  ];
  const cells = rows.map((row) => [
    row.repository,
    row.tag ?? "none",
    shortDigest(row.digest),
    row.platforms.join(" "),
    sizeText(row.size),
    row.storedAt === null ? "unknown" : rfc3339(row.storedAt),
    [...row.usedBy, ...row.neededBy].join(" "),
  ]);
  return renderTable(columns, cells, options);
}

type Rows = readonly (readonly [label: string, value: string])[];

function labelled(rows: Rows, room: number | null, indent = ""): string[] {
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.flatMap(([label, value]) =>
    foldValue(`${indent}${`${label}:`.padEnd(width + 1)} `, value, room)
  );
}

function wordsText(words: Readonly<Record<string, string>> | undefined): string {
  const list = Object.entries(words ?? {}).map(([name, type]) => `${name} (${type})`);
  return list.length === 0 ? "none" : list.join(", ");
}

function manifestLines(manifest: ManifestDescription, { style, width }: TableOptions): string[] {
  const { descriptor, platform, form, statement, layers } = manifest;
  const size = layers.reduce((total, layer) => total + layer.size, 0);
  const rows: Rows = [
    ["Digest", descriptor.digest],
    ["Form", form ?? "not at hand, or no bytecode"],
    ["Programs", statement === null ? "unknown" : wordsText(statement.programs)],
    ["Maps", statement === null ? "unknown" : wordsText(statement.maps)],
    ["Layers", layers.length === 0 ? "none" : `${layers.length} (${sizeText(size)})`],
  ];
  const title = platformText(platform) ?? "any platform";
  return ["", style.header(title), ...labelled(rows, width, "  ")];
}

function referrerTable(referrers: readonly ReferrerDescription[], options: TableOptions) {
  if (referrers.length === 0) return [];
  const columns: Column[] = [{ header: "TYPE", wraps: true, least: 16 }, { header: "DIGEST" }, {
    header: "OF",
  }];
  const rows = referrers.map(({ artifactType, descriptor, subject }) => [
    artifactType,
    shortDigest(descriptor.digest),
    shortDigest(subject),
  ]);
  const table = renderTable(columns, rows, options).trimEnd();
  return ["", options.style.header("What belongs to it"), table];
}

function annotationLines(annotations: Readonly<Record<string, string>>, options: TableOptions) {
  const rows = Object.entries(annotations);
  if (rows.length === 0) return [];
  return ["", options.style.header("Annotations"), ...labelled(rows, options.width, "  ")];
}

/** An inspected image. */
export function descriptionText(description: ImageDescription, options: TableOptions): string {
  const { name, descriptor, isLocal, annotations, manifests, referrers } = description;
  return [
    ...labelled([
      ["Image", name],
      ["Digest", descriptor.digest],
      ["Kind", manifests.length > 1 ? `index of ${manifests.length} manifests` : "one manifest"],
      ["Stored", isLocal ? "yes" : "no"],
    ], options.width),
    ...annotationLines(annotations, options),
    ...manifests.flatMap((manifest) => manifestLines(manifest, options)),
    ...referrerTable(referrers, options),
    "",
  ].join("\n");
}

/** What was removed, one line each, and what that freed. */
export function pruneText(result: PruneResult, isDryRun: boolean): string {
  const { removed, kept, freed } = result;
  const verb = isDryRun ? "would remove" : "removed";
  const sum = isDryRun ? "would free" : "freed";
  return [
    ...removed.map((name) => `${verb}: ${name}`),
    ...kept.map((name) => `kept: ${name}: programs came from it`),
    ...(removed.length === 0 ? [] : [`${sum}: ${sizeText(freed)}`]),
    "",
  ].join("\n");
}

/** Names, digests and sizes above what differs. */
export function imageDiffText({ before, after }: ImageDiff, differences: string): string {
  const line = (sign: string, { name, digest, objectSize }: ImageDiff["before"]) =>
    `${sign} ${pinnedName(name, digest)}: object of ${sizeText(objectSize)}`;
  return `${line("-", before)}\n${line("+", after)}\n${differences}`;
}
