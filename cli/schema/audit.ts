/**
 * The audit log in JSON.
 *
 * @module
 */
import { AUDIT_RESULTS } from "../../core/audit/types.ts";
import {
  boolean,
  digest,
  either,
  type Infer,
  instant,
  integer,
  list,
  named,
  number,
  object,
  optional,
  orNull,
  text,
  word,
} from "./shape.ts";
import { LINK_ID, PROGRAM_ID } from "./words.ts";

const HASH = text("Hash of an entry, hex", { pattern: "^[0-9a-f]{64}$" });
const LOG = text("Random id of the log", { pattern: "^[0-9a-f]{32}$" });
const SEQUENCE = integer("Number of the entry, from 1", { min: 1 });
const UID = orNull(integer("User id, null where /proc does not tell"));
const USER = orNull(text("Name of the user, null when unknown"));

const WHO = object({
  uid: UID,
  user: USER,
  via: orNull(object({
    tool: word(["sudo", "pkexec"], "What made root of the user"),
    uid: integer("User id"),
    user: USER,
  }, "Who became root")),
  login: orNull(integer("User id that logged in")),
  account: orNull(text("Kubernetes service account, NAMESPACE/NAME")),
}, "Who asked");

const SOURCE = either([
  object({ kind: word(["named"], "Only a name"), name: text("File or image") }, "A name"),
  object({ kind: word(["file"], "A file"), path: text("Path") }, "A file"),
  object(
    { kind: word(["layout"], "A layout"), path: text("Path"), digest: text("Of the image") },
    "A layout on the disk",
  ),
  object(
    { kind: word(["image"], "An image"), reference: text("Name"), digest: text("Of the image") },
    "An image",
  ),
], "Where the object came from");

/** A line of the audit log. */
export const AUDIT_ENTRY = named("AuditEntry", {
  version: integer("Version of the form of entries", { min: 1, max: 1 }),
  log: LOG,
  sequence: SEQUENCE,
  time: instant("When the attempt was over"),
  who: WHO,
  verb: text("Words of the command, such as load file"),
  command: digest("Digest of the arguments as JSON text of their list"),
  source: orNull(SOURCE),
  object: orNull(digest("Digest of the object's bytes")),
  signer: orNull(text("Who signed, null where nobody was asked for")),
  rule: orNull(object({
    allowed: boolean("True when the policy allows it"),
    scope: text("Scope that decided"),
    path: text("Path of the value within the policy"),
    where: text("FILE:LINE"),
  }, "What decided")),
  result: word(AUDIT_RESULTS, "How the attempt ended"),
  error: orNull(text("Code of the error")),
  programs: list(PROGRAM_ID, "Programs that came, changed or went"),
  links: list(LINK_ID, "Links that came, changed or went"),
  capabilities: list(
    object({
      name: text("Capability"),
      ms: number("Milliseconds in which it was in effect"),
      times: integer("How often it was raised"),
    }, "A capability"),
    "How long each capability was held",
  ),
  torn: optional(object({
    bytes: integer("Number of bytes", { min: 1 }),
    digest: digest("Digest of these bytes"),
  }, "Bytes of a write that was cut short, found before this entry")),
  lost: optional(object({
    sequence: SEQUENCE,
    hash: HASH,
  }, "The entry that the head record told of and that was not in the log any more")),
  previous: HASH,
  hash: HASH,
}, "An entry of the audit log");

/** Answer of `audit list`. */
export const AUDIT_LIST = object({ entries: list(AUDIT_ENTRY, "Entries") }, "Entries of the log");

const POINT_FIELDS = { log: LOG, sequence: SEQUENCE, hash: HASH };

/** Answer of `audit head`. */
export const AUDIT_HEAD = object(POINT_FIELDS, "What is to be kept elsewhere");

const PLACE_FIELDS = { file: text("File of the log"), line: integer("Line, from 1", { min: 1 }) };

/** Answer of `audit verify`. */
export const AUDIT_VERIFIED = object({
  holds: boolean("True when every entry is good"),
  files: list(text("Path"), "Files of the log"),
  entries: integer("Entries that hold, up to the first bad one"),
  last: orNull(object(POINT_FIELDS, "The last entry that holds, null for none")),
  bad: orNull(object({
    ...PLACE_FIELDS,
    sequence: SEQUENCE,
    reason: text("What is wrong"),
  }, "The first bad entry")),
  torn: list(
    object({ ...PLACE_FIELDS, bytes: integer("Number of bytes") }, "A write that was cut short"),
    "Writes that were cut short and are accounted for",
  ),
  notes: list(text("Note"), "What keeps the answer from being more certain"),
}, "Whether the log holds");

/** What was found in the log. */
export type AuditVerifiedJson = Infer<typeof AUDIT_VERIFIED>;
