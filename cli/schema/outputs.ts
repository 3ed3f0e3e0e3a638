/**
 * Every document that commands print with `-o json`, by the name of its schema.
 *
 * @module
 */
import { APPLIED, HISTORY, PLAN } from "./application.ts";
import { AUDIT_ENTRY, AUDIT_HEAD, AUDIT_LIST, AUDIT_VERIFIED } from "./audit.ts";
import { DISASSEMBLY, INSPECTION, KERNELS, OBJECT_DIFF, VALIDATION, VERDICTS } from "./bytecode.ts";
import { CONVERTED } from "./converted.ts";
import { DOCTOR } from "./doctor.ts";
import {
  ALL_PRIVILEGES,
  FAILURE,
  PRIVILEGES,
  PROJECT,
  REPAIR,
  STATUS,
  TIMING,
  UNITS,
  VERSIONS,
} from "./host.ts";
import {
  IMAGE_BUILD_ARGS,
  IMAGE_BUILT,
  IMAGE_DESCRIBED,
  IMAGE_DIFF,
  IMAGE_PULLED,
  IMAGE_TAGGED,
  IMAGES,
  IMAGES_COPIED,
  IMAGES_REMOVED,
} from "./image.ts";
import { DISPATCHER, DISPATCHER_DELETED, DISPATCHERS, LINK, LINKS } from "./link.ts";
import {
  FILE_SIGNED,
  IMAGE_SIGNED,
  IMAGE_VERIFIED,
  POLICY_CHECKED,
  POLICY_EXPLAINED,
  TRUST,
  TRUST_UPDATED,
} from "./policy.ts";
import {
  DETACHED,
  LINKS_DELETED,
  LOADED,
  PROGRAM,
  PROGRAMS,
  PROGRAMS_DELETED,
  RAN,
  REPLACED,
  UNLOADED,
} from "./program.ts";
import type { Shape } from "./shape.ts";

/** A kind of output. */
export interface OutputSpec {
  readonly shape: Shape;
  /** Grows when a field goes or changes; new fields change nothing. */
  readonly version: number;
  /** Ids of the commands that print it; none for what any command may print. */
  readonly commands: readonly string[];
}

function output(shape: Shape, ...commands: readonly string[]): OutputSpec {
  return { shape, version: 1, commands };
}

const ATTACHES = [
  "attach-xdp",
  "attach-tc",
  "attach-tcx",
  "attach-netkit",
  "attach-cgroup-skb",
  "attach-cgroup-sock-addr",
  "attach-tracepoint",
  "attach-raw-tracepoint",
  "attach-kprobe",
  "attach-uprobe",
  "attach-fentry",
  "attach-fexit",
  "attach-lsm",
  "attach-perf-event",
] as const;

/** Commands that print a plan with `--dry-run`. */
const APPLIES = ["apply", "rollback", "restore", "delete-applications"] as const;

/** Every kind of output. A command that may print one of several is named by each. */
export const OUTPUTS: Readonly<Record<string, OutputSpec>> = {
  applied: output(APPLIED, ...APPLIES),
  plan: output(PLAN, "plan", "diff-applications", ...APPLIES),
  history: output(HISTORY, "history"),
  converted: output(CONVERTED, "convert"),
  loaded: output(LOADED, "load-file", "load-image"),
  programs: output(PROGRAMS, "list-programs"),
  program: output(PROGRAM, "get-program"),
  unloaded: output(UNLOADED, "unload"),
  ran: output(RAN, "run"),
  replaced: output(REPLACED, "replace-program"),
  "programs-deleted": output(PROGRAMS_DELETED, "delete-program"),
  link: output(LINK, ...ATTACHES, "get-link", "update-link"),
  links: output(LINKS, "list-links"),
  detached: output(DETACHED, "detach"),
  "links-deleted": output(LINKS_DELETED, "delete-link"),
  dispatchers: output(DISPATCHERS, "list-dispatchers"),
  dispatcher: output(DISPATCHER, "get-dispatcher"),
  "dispatcher-deleted": output(DISPATCHER_DELETED, "delete-dispatcher"),
  "image-built": output(IMAGE_BUILT, "image-build"),
  "image-build-args": output(IMAGE_BUILD_ARGS, "image-generate-build-args"),
  "image-pulled": output(IMAGE_PULLED, "image-pull"),
  "images-copied": output(IMAGES_COPIED, "image-push", "image-copy", "image-load"),
  images: output(IMAGES, "image-list"),
  image: output(IMAGE_DESCRIBED, "image-inspect"),
  "image-signed": output(IMAGE_SIGNED, "image-sign"),
  "file-signed": output(FILE_SIGNED, "sign"),
  "image-verified": output(IMAGE_VERIFIED, "image-verify"),
  "image-tagged": output(IMAGE_TAGGED, "image-tag"),
  "images-removed": output(IMAGES_REMOVED, "image-remove", "image-prune"),
  "image-diff": output(IMAGE_DIFF, "image-diff"),
  "policy-checked": output(POLICY_CHECKED, "policy-check"),
  "policy-explained": output(POLICY_EXPLAINED, "policy-why"),
  trust: output(TRUST, "trust-show"),
  "trust-updated": output(TRUST_UPDATED, "trust-update"),
  inspection: output(INSPECTION, "inspect"),
  validation: output(VALIDATION, "validate"),
  disassembly: output(DISASSEMBLY, "disasm"),
  verdicts: output(VERDICTS, "check"),
  "object-diff": output(OBJECT_DIFF, "diff"),
  kernels: output(KERNELS, "kernel-list"),
  "audit-list": output(AUDIT_LIST, "audit-list"),
  "audit-verified": output(AUDIT_VERIFIED, "audit-verify"),
  "audit-head": output(AUDIT_HEAD, "audit-head"),
  privileges: output(PRIVILEGES, "privileges"),
  "all-privileges": output(ALL_PRIVILEGES, "privileges"),
  status: output(STATUS, "status"),
  repair: output(REPAIR, "repair"),
  units: output(UNITS, "install-unit", "uninstall-unit"),
  doctor: output(DOCTOR, "doctor"),
  project: output(PROJECT, "new"),
  versions: output(VERSIONS, "version"),
  failure: output(FAILURE),
  timing: output(TIMING),
  audit: output(AUDIT_ENTRY),
};
