/**
 * The words of manifests that code needs by name.
 *
 * @module
 */
import type { ManifestType } from "./types.ts";

/** The member of a program by its type. */
export const MEMBERS: Readonly<Record<ManifestType, Lowercase<ManifestType>>> = {
  XDP: "xdp",
  TC: "tc",
  TCX: "tcx",
  FEntry: "fentry",
  FExit: "fexit",
  KProbe: "kprobe",
  KRetProbe: "kretprobe",
  UProbe: "uprobe",
  URetProbe: "uretprobe",
  TracePoint: "tracepoint",
};

/** What XDP programs may proceed on. */
export const XDP_ACTIONS = [
  "Aborted",
  "Drop",
  "Pass",
  "TX",
  "ReDirect",
  "DispatcherReturn",
] as const;

/** What TC programs may proceed on. */
export const TC_ACTIONS = [
  "UnSpec",
  "OK",
  "ReClassify",
  "Shot",
  "Pipe",
  "Stolen",
  "Queued",
  "Repeat",
  "ReDirect",
  "Trap",
  "DispatcherReturn",
] as const;
