/**
 * Pins and folders that no row knows of: found, and removed where that takes nothing from anybody.
 *
 * @module
 */
import { HOOK_WORDS, type HookWord } from "../chain/model.ts";
import { parsePin, removeFolder } from "../chain/folder.ts";
import { partPins } from "../link/driver.ts";
import type { Machine } from "../machine.ts";
import { removeInternalMaps } from "../program/own_maps.ts";
import { removeTree } from "../program/publish.ts";
import { removeMapSet } from "../program/remove.ts";
import { mapSetOf, type StoreState } from "../store/state.ts";

/** Something that no row knows of. */
export type Litter =
  /** Maps that no program uses. */
  | { readonly kind: "maps" | "internal"; readonly id: number; readonly path: string }
  /** A revision of a chain that packets do not meet any more. */
  | { readonly kind: "revision"; readonly path: string }
  /** What a load had begun to write. */
  | { readonly kind: "staging"; readonly path: string }
  /** A link that runs on without a row. */
  | { readonly kind: "link"; readonly path: string }
  /** A chain that runs on without a row. */
  | {
    readonly kind: "chain";
    readonly path: string;
    readonly word: HookWord;
    readonly nsid: number;
    readonly ifindex: number;
  };

/** Folders of pins of links. */
const LINK_FOLDERS = ["links", "tcx-ingress", "tcx-egress"] as const;

function strayMaps({ kernel, layout }: Machine, state: StoreState): Litter[] {
  const rows = [...state.programs.values()];
  const sets = new Set(rows.map(mapSetOf));
  const owners = new Set(rows.map(({ programId }) => programId));
  const stray = (kind: "maps" | "internal", used: ReadonlySet<number>): Litter[] =>
    kernel.files.list(`${layout.bpffs}/${kind}`).map(Number)
      .filter((id) => Number.isSafeInteger(id) && !used.has(id))
      .map((id) => ({ kind, id, path: `${layout.bpffs}/${kind}/${id}` }));
  return [...stray("maps", sets), ...stray("internal", owners)];
}

function strayLinks({ kernel, layout }: Machine, state: StoreState): Litter[] {
  const known = new Set([...state.links.values()].flatMap((record) => {
    const pins = [record.pinPath, ...partPins(record)];
    // a move of a link has a second pin for a while
    return [...pins, ...pins.map((pin) => `${pin}_next`)];
  }));
  return LINK_FOLDERS.flatMap((folder) =>
    kernel.files.list(`${layout.bpffs}/${folder}`).map((name) =>
      `${layout.bpffs}/${folder}/${name}`
    )
  ).filter((path) => !known.has(path)).map((path) => ({ kind: "link", path }));
}

function strayChains({ kernel, layout }: Machine, state: StoreState): Litter[] {
  const chains = new Map<string, Litter>();
  const revisions: Litter[] = [];
  for (const word of HOOK_WORDS) {
    for (const name of kernel.files.list(`${layout.bpffs}/${word}`)) {
      const pin = parsePin(word, name);
      if (pin === null) continue;
      const path = `${layout.bpffs}/${word}/${name}`;
      const record = state.hooks.get(pin.key);
      const [nsid = 0, ifindex = 0] = name.split("_").slice(1).map(Number);
      if (record === undefined) {
        chains.set(pin.key, { kind: "chain", path, word, nsid, ifindex });
        continue;
      }
      const isKept = pin.revision === null ||
        [record.current?.revision, record.next?.revision].includes(pin.revision);
      if (!isKept) revisions.push({ kind: "revision", path });
    }
  }
  return [...revisions, ...chains.values()];
}

/** Everything that no row knows of. Reads only. */
export function findLitter(machine: Machine, state: StoreState): Litter[] {
  const { kernel, layout } = machine;
  const staged = kernel.files.list(layout.staging)
    .map((name): Litter => ({ kind: "staging", path: `${layout.staging}/${name}` }));
  return [
    ...staged,
    ...strayMaps(machine, state),
    ...strayChains(machine, state),
    ...strayLinks(machine, state),
  ];
}

/** Removes what nothing runs by; false for what still does something, and stays. */
export function removeLitter(machine: Machine, litter: Litter): boolean {
  switch (litter.kind) {
    case "maps":
      removeMapSet(machine, litter.id);
      return true;
    case "internal":
      removeInternalMaps(machine, litter.id);
      return true;
    case "revision":
      removeFolder(machine, litter.path);
      return true;
    case "staging":
      return removeTree(litter.path);
    case "link":
    case "chain":
      return false;
  }
}
