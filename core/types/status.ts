/**
 * Whether store, pins and kernel agree, and what was done about it.
 *
 * @module
 */
import type { LinkId, ProgramId } from "./words.ts";

/** What a difference is about. */
export type FindingCode =
  | "booted"
  | "database-corrupt"
  | "database-missing"
  | "filter-gone"
  | "foreign-edit"
  | "foreign-pin"
  | "forgotten-chain"
  | "half-load"
  | "interface-gone"
  | "interrupted-apply"
  | "interrupted-attach"
  | "interrupted-change"
  | "interrupted-load"
  | "interrupted-replace"
  | "interrupted-run"
  | "link-adopted"
  | "link-detached"
  | "link-gone"
  | "netns-gone"
  | "cgroup-gone"
  | "process-gone"
  | "killed-command"
  | "orphan-folder"
  | "orphan-pin"
  | "pin-gone"
  | "program-gone"
  | "snapshot-corrupt"
  | "snapshot-missing"
  | "snapshot-stale"
  | "stale-row"
  | "state-version";

/** One difference. */
export interface StatusFinding {
  /** Stable word. */
  readonly code: FindingCode;
  /** `drift`: not as it should be; `note`: worth knowing, and all is well. */
  readonly severity: "drift" | "note";
  /** What it is about, such as `program 63`; the same for the same difference, at any time. */
  readonly subject: string;
  /** What was found. */
  readonly message: string;
  /** Command that mends it; null when no command can. */
  readonly mend: string | null;
}

/** A process that changes something. */
export interface StatusHolder {
  /** Process id. */
  readonly pid: number;
  /** What it does, such as `attach 63 xdp`. */
  readonly verb: string;
  /** Since when: ISO 8601, UTC. */
  readonly since: string;
}

/** Store, pins and kernel compared. */
export interface StatusReport {
  /** When: ISO 8601, UTC. */
  readonly checkedAt: string;
  /** The runtime directory. */
  readonly runtimeDirectory: string;
  /** The boot. */
  readonly bootId: string;
  /** How many rows there are. */
  readonly counts: {
    readonly programs: number;
    readonly links: number;
    readonly hooks: number;
  };
  /** Who changes something at this moment; while somebody does, not all differences are drift. */
  readonly holder: StatusHolder | null;
  /** Every difference, those of the store first. */
  readonly findings: readonly StatusFinding[];
  /** True when nothing drifted. */
  readonly isFine: boolean;
}

/** How a repair is made. */
export interface RepairOptions {
  /** Only tell what would be done. @default false */
  readonly dryRun?: boolean;
  /**
   * Make rows anew from pins, files and kernel where the store lost them; a damaged database is
   * kept aside. @default false
   */
  readonly rebuildStore?: boolean;
}

/** One step of a repair. */
export interface RepairStep {
  /** What the step is about, as in a finding. */
  readonly code: string;
  /** What was done, or would be. */
  readonly message: string;
}

/** What a repair did. */
export interface RepairReport {
  /** True when nothing was done, and `steps` are what would be. */
  readonly isDryRun: boolean;
  /** In their order. */
  readonly steps: readonly RepairStep[];
  /** Programs whose rows were made anew. */
  readonly recoveredPrograms: readonly ProgramId[];
  /** Links whose rows were made anew. */
  readonly recoveredLinks: readonly LinkId[];
  /** What is left afterwards, and what to do about it. */
  readonly left: readonly StatusFinding[];
}
