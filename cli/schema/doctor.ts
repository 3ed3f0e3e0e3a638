/**
 * What the doctor found in JSON.
 *
 * @module
 */
import { CHECK_GROUPS, CHECK_STATES } from "../../core/doctor/types.ts";
import {
  boolean,
  type Infer,
  instant,
  integer,
  list,
  object,
  orNull,
  text,
  word,
} from "./shape.ts";
import { PROGRAM_TYPE } from "./words.ts";

/** Answer of `doctor`. */
export const DOCTOR = object({
  checked_at: instant("When the host was looked at"),
  kernel: object({
    release: text("Release, such as 6.12.57"),
    architecture: text("Such as x86_64"),
  }, "The kernel that runs"),
  is_fine: boolean("True when no check is a problem"),
  counts: object({
    ok: integer("All is well"),
    not_applicable: integer("It does not matter here"),
    unknown: integer("It could not be found out"),
    warning: integer("Something is missing or could be better"),
    problem: integer("bpfman cannot do its work"),
  }, "Number of checks by answer"),
  checks: list(
    object({
      id: text("Stable name, which begins with the group"),
      group: word(CHECK_GROUPS, "What it is about"),
      title: text("What was looked at"),
      state: word(CHECK_STATES, "The answer"),
      found: text("What there is"),
      wanted: orNull(text("What there should be, null where nothing is missing")),
      hint: orNull(text("What mends it, null where nothing is to be done")),
    }, "A check"),
    "Checks by group",
  ),
  program_types: list(
    object({
      type: PROGRAM_TYPE,
      state: word(["works", "missing", "refused", "unknown"], "Whether it can be used"),
      is_probed: boolean("True when the kernel was asked, false when the answer is deduced"),
      attach: text("How it would be attached here"),
      since: text("First kernel that has it, such as 6.6"),
      why: orNull(text("Why it does not work or is not known, null where it works")),
    }, "A type of programs"),
    "One answer for each type of programs",
  ),
}, "What the host can do");

/** What the doctor found. */
export type DoctorJson = Infer<typeof DOCTOR>;
