/**
 * Older kinds of manifests, which are known so that they can be brought into the present form.
 *
 * @module
 */
import { entryOf, type Node, textOf } from "./document.ts";

/** Groups that older versions had, and the present one. */
const GROUPS = ["bpfd.io", "bpfd.dev", "bpfman.io"] as const;

/** Kinds with one program, by the word for its type. */
export const OLD_PROGRAM_KINDS: Readonly<Record<string, string>> = {
  XdpProgram: "xdp",
  TcProgram: "tc",
  TcxProgram: "tcx",
  TracepointProgram: "tracepoint",
  KprobeProgram: "kprobe",
  UprobeProgram: "uprobe",
  FentryProgram: "fentry",
  FexitProgram: "fexit",
  XdpNsProgram: "xdp",
  TcNsProgram: "tc",
  TcxNsProgram: "tcx",
  UprobeNsProgram: "uprobe",
};

/** Kinds that said what was on a node. */
export const OLD_STATE_KINDS: readonly string[] = ["BpfProgram", "BpfNsProgram"];

/** Keys of `spec` that only the older spelling of applications has. */
const OLD_KEYS = ["nodeselector", "bytecode", "globaldata", "mapownerselector"] as const;

/** Keys that only the present spelling has. */
const NEW_KEYS = ["nodeSelector", "byteCode", "globalData", "mapOwnerSelector"] as const;

function isOldApplication(node: Node): boolean {
  const kind = textOf(node, "kind");
  if (kind === "BpfNsApplication") return true;
  const spec = entryOf(node, "spec")?.value;
  if (kind !== "BpfApplication" || spec === undefined) return false;
  const has = (key: string): boolean => entryOf(spec, key) !== undefined;
  return OLD_KEYS.some(has) && !NEW_KEYS.some(has);
}

/** True for a document of an older kind or spelling. */
export function isOldDocument(node: Node): boolean {
  const kind = textOf(node, "kind") ?? "";
  const [group = ""] = (textOf(node, "apiVersion") ?? "").split("/");
  if (!GROUPS.some((known) => known === group)) return false;
  return Object.hasOwn(OLD_PROGRAM_KINDS, kind) || OLD_STATE_KINDS.includes(kind) ||
    isOldApplication(node);
}
