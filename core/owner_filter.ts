/**
 * Filters that look at a program's own row, for lists of programs and of links.
 *
 * @module
 */
import { matchesSelector, parseSelector } from "./selector.ts";
import { APPLICATION_KEY, type Metadata, type ProgramRecord, type ProgramType } from "./types.ts";

/** Application of a program, empty when it has none. */
export function applicationOf(record: ProgramRecord | undefined): string {
  return record?.metadata[APPLICATION_KEY] ?? "";
}

function hasMetadata(record: ProgramRecord | undefined, wanted: Metadata): boolean {
  return Object.entries(wanted).every(([key, value]) => record?.metadata[key] === value);
}

/** The filters that look at a program's own row. */
export interface OwnerFilter {
  readonly types?: readonly ProgramType[];
  readonly application?: string;
  readonly metadata?: Metadata;
  readonly selector?: string;
}

/** True when a program passes the filter. */
export function isWantedOwner(record: ProgramRecord | undefined, filter: OwnerFilter): boolean {
  const { types, application, metadata, selector } = filter;
  if (types !== undefined && (record === undefined || !types.includes(record.type))) return false;
  if (application !== undefined && applicationOf(record) !== application) return false;
  if (metadata !== undefined && !hasMetadata(record, metadata)) return false;
  return selector === undefined ||
    matchesSelector(parseSelector(selector), record?.metadata ?? {});
}
