/**
 * Every command of the tool, as data.
 *
 * @module
 */
import type { CommandSpec } from "../command.ts";
import { ATTACH_COMMANDS } from "./attach.ts";
import { AUDIT_COMMANDS } from "./audit.ts";
import { BYTECODE_COMMANDS } from "./bytecode.ts";
import { COMPLETION_COMMANDS } from "./completion.ts";
import { DECLARED_COMMANDS } from "./declared.ts";
import { DELETE_COMMANDS } from "./delete.ts";
import { DISPATCHER_COMMANDS } from "./dispatcher.ts";
import { DOCTOR_COMMANDS } from "./doctor.ts";
import { GENERAL_COMMANDS } from "./general.ts";
import { IMAGE_COMMANDS } from "./image.ts";
import { KERNEL_COMMANDS } from "./kernel.ts";
import { LINK_COMMANDS } from "./link.ts";
import { LOAD_COMMANDS } from "./load.ts";
import { NEW_COMMANDS } from "./new.ts";
import { POLICY_COMMANDS } from "./policy.ts";
import { PRIVILEGE_COMMANDS } from "./privileges.ts";
import { PROGRAM_COMMANDS } from "./program.ts";
import { REPLACE_COMMANDS } from "./replace.ts";
import { RUN_COMMANDS } from "./run.ts";
import { SCHEMA_COMMANDS } from "./schema.ts";
import { STATUS_COMMANDS } from "./status.ts";
import { TRUST_COMMANDS } from "./trust.ts";
import { UNIT_COMMANDS } from "./units.ts";

/** Every command, in the order of help. */
export const COMMANDS: readonly CommandSpec[] = [
  ...DECLARED_COMMANDS,
  ...LOAD_COMMANDS,
  ...PROGRAM_COMMANDS,
  ...RUN_COMMANDS,
  ...REPLACE_COMMANDS,
  ...ATTACH_COMMANDS,
  ...LINK_COMMANDS,
  ...DISPATCHER_COMMANDS,
  ...IMAGE_COMMANDS,
  ...POLICY_COMMANDS,
  ...TRUST_COMMANDS,
  ...BYTECODE_COMMANDS,
  ...KERNEL_COMMANDS,
  ...DELETE_COMMANDS,
  ...AUDIT_COMMANDS,
  ...PRIVILEGE_COMMANDS,
  ...STATUS_COMMANDS,
  ...DOCTOR_COMMANDS,
  ...UNIT_COMMANDS,
  ...NEW_COMMANDS,
  ...SCHEMA_COMMANDS,
  ...COMPLETION_COMMANDS,
  ...GENERAL_COMMANDS,
];
