/**
 * The audit log: one line for every attempt to change something. The words of a line are those of
 * these types, so a line is what `JSON.stringify` makes of an entry.
 *
 * @module
 */

/** How an attempt ended. `begun`: it was about to begin, see `required` in docs/audit.md. */
export const AUDIT_RESULTS = ["begun", "done", "refused", "failed"] as const;

/** How an attempt ended. */
export type AuditResult = typeof AUDIT_RESULTS[number];

/** Who asked for a change. */
export interface AuditWho {
  /** Real user id of the process; null where /proc does not tell. */
  readonly uid: number | null;
  readonly user: string | null;
  /** Who became root with sudo or pkexec, as these tell; believed of root only. */
  readonly via: {
    readonly tool: "sudo" | "pkexec";
    readonly uid: number;
    readonly user: string | null;
  } | null;
  /** The user that logged in, which a change of user does not change; null for none. */
  readonly login: number | null;
  /** Kubernetes service account `namespace/name`, as the environment tells; believed of root only. */
  readonly account: string | null;
}

/** Where an object came from. */
export type AuditSource =
  /** A file or image of which nothing is known but its name. */
  | { readonly kind: "named"; readonly name: string }
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "layout"; readonly path: string; readonly digest: string }
  | { readonly kind: "image"; readonly reference: string; readonly digest: string };

/** What decided about an attempt. */
export interface AuditRule {
  readonly allowed: boolean;
  readonly scope: string;
  /** Path of the value within the policy. */
  readonly path: string;
  /** `FILE:LINE`. */
  readonly where: string;
}

/** How long a capability was held. */
export interface AuditCapability {
  readonly name: string;
  /** Milliseconds in which it was in effect, all windows together. */
  readonly ms: number;
  /** How often it was raised. */
  readonly times: number;
}

/** What is known of an attempt when it is over. */
export interface AuditAttempt {
  /** RFC 3339 with milliseconds, UTC. */
  readonly time: string;
  readonly who: AuditWho;
  /** Words of the command, such as `load file`. */
  readonly verb: string;
  /** `sha256:…` of the arguments, as JSON text of their list. */
  readonly command: string;
  readonly source: AuditSource | null;
  /** `sha256:…` of the object's bytes. */
  readonly object: string | null;
  /** Who signed: a certificate's identity, or a key; null where nobody was asked for. */
  readonly signer: string | null;
  readonly rule: AuditRule | null;
  readonly result: AuditResult;
  /** Code of the error, as in docs/errors.md. */
  readonly error: string | null;
  /** Kernel ids of the programs that came, changed or went. */
  readonly programs: readonly number[];
  /** Our ids of the links that came, changed or went. */
  readonly links: readonly number[];
  readonly capabilities: readonly AuditCapability[];
}

/** What was found behind the entry before, see docs/audit.md. */
export interface TornNote {
  readonly bytes: number;
  /** `sha256:…` of these bytes. */
  readonly digest: string;
}

/** Place in a chain. */
export interface ChainPoint {
  /** Number of the entry, from 1. */
  readonly sequence: number;
  /** Hash of the entry, 64 hex digits. */
  readonly hash: string;
}

/** One line. */
export interface AuditEntry extends AuditAttempt {
  readonly version: 1;
  /** Random id of the log, 32 hex digits. */
  readonly log: string;
  readonly sequence: number;
  /** Bytes of a write that was cut short, found before this entry. */
  readonly torn?: TornNote;
  /** The entry that the head record told of and that was not in the log any more. */
  readonly lost?: ChainPoint;
  /** Hash of the entry before; of the log's id for the first. */
  readonly previous: string;
  /** Hash of this entry. */
  readonly hash: string;
}

/** What is remembered in a second place: how far the log had come. */
export interface AuditHead extends ChainPoint {
  readonly version: 1;
  readonly log: string;
}

/** Where a log is. */
export interface AuditPlace {
  /** Path of the file that is written to; full files stand beside it with a number. */
  readonly file: string;
  /** Path of the head record. */
  readonly head: string;
  /** Size from which the next entry begins a new file. @default 16 MiB */
  readonly maxBytes?: number;
}
