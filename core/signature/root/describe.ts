/**
 * What a trusted root holds: authorities and logs with the times in which they count.
 *
 * @module
 */
import type { TrustedRoot } from "../trusted_root.ts";

/** Kinds of members. */
export type RootMemberKind =
  | "certificate-authority"
  | "certificate-log"
  | "transparency-log"
  | "time-stamp-authority";

/** One authority or log. */
export interface RootMember {
  readonly kind: RootMemberKind;
  /** Its address, or its name where it has none. */
  readonly name: string;
  /** Since when it counts, null when nothing is said. */
  readonly start: Date | null;
  /** Until when it counts, null while it does. */
  readonly end: Date | null;
}

type Period = { readonly start?: Date | undefined; readonly end?: Date | undefined } | undefined;

function member(kind: RootMemberKind, name: string, period: Period): RootMember {
  return { kind, name, start: period?.start ?? null, end: period?.end ?? null };
}

type Authority = TrustedRoot["certificateAuthorities"][number];
type Log = TrustedRoot["tlogs"][number];

function authorities(kind: RootMemberKind, list: readonly Authority[]): RootMember[] {
  return list.map(({ uri, subject, validFor }) =>
    member(kind, uri || subject?.commonName || "unnamed", validFor)
  );
}

function logs(kind: RootMemberKind, list: readonly Log[]): RootMember[] {
  return list.map(({ baseUrl, publicKey }) =>
    member(kind, baseUrl || "unnamed", publicKey?.validFor)
  );
}

/** The members of a root, by kind. */
export function rootMembers(root: TrustedRoot): RootMember[] {
  return [
    ...authorities("certificate-authority", root.certificateAuthorities),
    ...logs("certificate-log", root.ctlogs),
    ...logs("transparency-log", root.tlogs),
    ...authorities("time-stamp-authority", root.timestampAuthorities),
  ];
}
