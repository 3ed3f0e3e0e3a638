/**
 * Programs as text.
 *
 * @module
 */
import type { LinkView, MapView, ProgramView } from "../../core/types.ts";
import { pairsText, rfc3339 } from "./format.ts";
import { attachmentText } from "./place_text.ts";
import type { TableOptions } from "./table.ts";
import { block, type Entry, leaf, renderTree } from "./tree.ts";
import { mapTypeWord, programTypeWord } from "./words.ts";

type ProgramInfo = NonNullable<ProgramView["kernel"]>;

/** Base64 of the record to hex, as it was typed. */
function globalsText(globals: Readonly<Record<string, string>>): string {
  return pairsText(Object.fromEntries(
    Object.entries(globals).map((
      [name, value],
    ) => [name, `0x${Uint8Array.fromBase64(value).toHex()}`]),
  ));
}

function sourceEntries(source: ProgramView["record"]["source"]): Entry[] {
  if (source.kind === "file") return [leaf("Path", source.path)];
  return [
    leaf("Image Digest", source.digest),
    leaf("Image URL", source.reference),
    leaf("Pull Policy", source.pullPolicy),
  ];
}

function specEntries(view: ProgramView): Entry[] {
  const { record } = view;
  return [
    ...(record.attachFunction === null ? [] : [leaf("Attach To", record.attachFunction)]),
    leaf("GPL Compatible", record.gplCompatible),
    leaf("Global", globalsText(record.globals)),
    leaf("License", record.license),
    leaf("Map Owner ID", record.mapOwnerId ?? "None"),
    leaf("Map Pin Path", view.mapDirectory),
    leaf("Metadata", pairsText(record.metadata)),
    leaf("Name", record.name),
    ...sourceEntries(record.source),
    leaf("Type", record.type),
  ];
}

function kernelEntries(info: ProgramInfo, loadedAt: Date | null): Entry[] {
  return [
    leaf("BTF ID", info.btfId),
    leaf("Instructions", info.verifiedInsns),
    leaf("Kernel Type", programTypeWord(info.type)),
    leaf("Loaded At", loadedAt === null ? "unknown" : rfc3339(loadedAt)),
    leaf("Memory", info.memlock === null ? "unknown" : `${info.memlock} bytes`),
    leaf("Size JITted", `${info.jitedSize} bytes`),
    leaf("Size Translated", info.isRestricted ? "(restricted)" : `${info.xlatedSize} bytes`),
    leaf("Tag", info.tag),
  ];
}

function mapEntry(map: MapView): Entry {
  const { info } = map;
  return block(String(info?.id ?? map.id ?? "gone"), [
    leaf("Name", map.name),
    leaf(
      "Pin",
      map.pinPath === null ? "None" : `${map.pinPath}${map.isPinned ? "" : " (missing)"}`,
    ),
    ...(info === null ? [] : [
      leaf("Key Size", `${info.keySize}B`),
      leaf("Max Entries", info.maxEntries),
      leaf("Type", mapTypeWord(info.type)),
      leaf("Value Size", `${info.valueSize}B`),
    ]),
  ]);
}

function linkEntry(view: LinkView): Entry {
  return block(String(view.record.id), [
    leaf("Attach", attachmentText(view)),
    leaf("Kind", view.record.details.kind),
    leaf("Pin", view.record.pinPath === "" ? "None" : view.record.pinPath),
  ]);
}

function listEntry(label: string, entries: readonly Entry[]): Entry {
  return entries.length === 0 ? leaf(label, "None") : block(label, entries);
}

function statusEntries(view: ProgramView): Entry[] {
  return [
    leaf("Bytecode", view.bytecodePath),
    leaf("Map Dir", view.mapDirectory),
    leaf("Maps Used By", view.mapUsedBy.join(", ") || "None"),
    leaf("Prog Pin", `${view.programPin}${view.isPinned ? "" : " (missing)"}`),
    ...(view.kernel === null
      ? [leaf("Kernel", "gone")]
      : kernelEntries(view.kernel, view.loadedAt)),
    listEntry("Links", view.links.map(linkEntry)),
    listEntry("Maps", view.maps.map(mapEntry)),
  ];
}

function statsEntries(info: ProgramInfo | null): Entry[] {
  if (info === null) return [leaf("", "(none; the program is not in the kernel any more)")];
  if (info.runCount === 0n) {
    return [leaf("", "(none; the kernel counts when sysctl kernel.bpf_stats_enabled is 1)")];
  }
  return [
    leaf("Recursion Misses", String(info.recursionMisses)),
    leaf("Run Count", String(info.runCount)),
    leaf("Runtime", `${info.runTimeNs} ns`),
  ];
}

/** One program in full. */
export function programText(view: ProgramView, options: TableOptions): string {
  const entries = [
    block("Spec", specEntries(view)),
    block("Status", statusEntries(view)),
    block("Stats", statsEntries(view.kernel)),
  ];
  return renderTree({ title: "Program ID", id: view.record.programId, entries }, options);
}

/** Several programs, by id, an empty line between. */
export function programsText(views: readonly ProgramView[], options: TableOptions): string {
  return views.toSorted((a, b) => a.record.programId - b.record.programId)
    .map((view) => programText(view, options)).join("\n");
}
