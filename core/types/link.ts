/**
 * Links: a program on a hook.
 *
 * @module
 */
import type { LinkInfo } from "../../ffi/kernel.ts";
import type { EngineChoice, EngineName } from "../chain/model.ts";
import type { DeclaredBy } from "../declared/types.ts";
import type { LinkDetails } from "./places.ts";
import type { LinkId, Metadata, ProgramId } from "./words.ts";

/** Why a link does nothing any more, although we remember it. */
export type LinkProblem =
  | "interface-gone"
  | "netns-gone"
  | "cgroup-gone"
  | "process-gone"
  | "program-gone"
  | "pin-gone"
  | "link-gone";

/** What we remember of a link. */
export interface LinkRecord {
  /** Version of this record's shape. */
  readonly version: 1;
  /** Our id. */
  readonly id: LinkId;
  /** The program that is attached. */
  readonly programId: ProgramId;
  /** The kernel's id; null while the attach is not finished, and for TC filters. */
  readonly kernelLinkId: number | null;
  /** Where the link is pinned; empty for TC filters, which have no pin. */
  readonly pinPath: string;
  /** Where the link sits. */
  readonly details: LinkDetails;
  /** Metadata as it was given. */
  readonly metadata: Metadata;
  /** The application that it belongs to; left out for what was attached by hand. */
  readonly declared?: DeclaredBy;
  /** When it was attached: ISO 8601, UTC. */
  readonly createdAt: string;
}

/** The chain that a link is a member of. */
export interface ChainView {
  /** The engine that was asked for. */
  readonly choice: EngineChoice;
  /** The engine that runs it. */
  readonly engine: EngineName;
  /** Why this engine. */
  readonly reason: string;
  /** Grows by one with each change of the hook. */
  readonly revision: number;
  /** The kernel's id of the program that the hook calls, 0 where the engine has its own. */
  readonly mainProgramId: ProgramId;
  /** How many programs of ours run on the hook. */
  readonly length: number;
  /** How often this program ran since it joined; null where nobody counts, or nobody asked. */
  readonly runs: bigint | null;
}

/** A link with what the kernel says of it now. */
export interface LinkView {
  /** What we remember. */
  readonly record: LinkRecord;
  /** Position in the chain of its hook, from 0; null where the kind has none. */
  readonly position: number | null;
  /** The chain of its hook; null for kinds without. */
  readonly chain: ChainView | null;
  /** Name of the owning program, empty when that is gone. */
  readonly functionName: string;
  /** Application of the owning program, empty when it has none. */
  readonly application: string;
  /** The kernel's facts, null when it does not have the link any more. */
  readonly kernel: LinkInfo | null;
  /** True when the kernel has the link. */
  readonly isKernelSeen: boolean;
  /** True when the pin exists, or the kind has none. */
  readonly isPinPresent: boolean;
  /** What is wrong with it, null when it is as it should be. */
  readonly problem: LinkProblem | null;
}
