/**
 * Rows of the store for unit tests.
 *
 * @module
 */
import type { StoreState } from "../../core/store/state.ts";
import type { LinkDetails, LinkRecord, ProgramRecord } from "../../core/types.ts";

const CREATED = "2026-01-02T03:04:05.000Z";

/** A program's row. */
export function programRecord(
  programId: number,
  changes: Partial<ProgramRecord> = {},
): ProgramRecord {
  return {
    version: 1,
    programId,
    name: `program_${programId}`,
    type: "xdp",
    attachFunction: null,
    source: { kind: "file", path: "a.o" },
    objectDigest: "sha256:00",
    globals: {},
    metadata: {},
    license: "GPL",
    gplCompatible: true,
    mapOwnerId: null,
    createdAt: CREATED,
    ...changes,
  };
}

const TRACEPOINT: LinkDetails = { kind: "tracepoint", group: "sched", name: "sched_switch" };

/** A link's row. */
export function linkRecord(
  id: number,
  programId: number,
  changes: Partial<LinkRecord> = {},
): LinkRecord {
  return {
    version: 1,
    id,
    programId,
    kernelLinkId: id + 100,
    pinPath: `/run/bpfman/fs/links/${id}`,
    details: TRACEPOINT,
    metadata: {},
    createdAt: CREATED,
    ...changes,
  };
}

/** A store's state. */
export function storeState(
  programs: readonly ProgramRecord[],
  links: readonly LinkRecord[] = [],
): StoreState {
  return {
    programs: new Map(programs.map((record) => [record.programId, record])),
    links: new Map(links.map((record) => [record.id, record])),
    hooks: new Map(),
    nextLinkId: Math.max(0, ...links.map(({ id }) => id)) + 1,
  };
}
