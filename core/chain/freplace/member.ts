/**
 * A member of a chain as its object file has it.
 *
 * @module
 */
import { readObject } from "../../../bytecode-tools/object/object.ts";
import { notFound } from "../../errors.ts";
import { readBytecode } from "../../program/bytecode.ts";
import type { ProgramRecord } from "../../types.ts";
import type { ChainContext } from "../engine.ts";
import type { ChainMember } from "../model.ts";

/** A member with the object that its program was loaded from. */
export interface MemberObject {
  readonly member: ChainMember;
  readonly record: ProgramRecord;
  readonly bytes: Uint8Array;
  /** True when it takes packets in several parts (section `xdp.frags`). */
  readonly hasFrags: boolean;
  /** Programs that the object has. */
  readonly programCount: number;
}

/**
 * Reads a member's object from where the load left it.
 *
 * @throws {BpfmanError} When the program or its object is gone.
 */
export function readMember(context: ChainContext, member: ChainMember): MemberObject {
  const record = context.state.programs.get(member.programId);
  if (record === undefined) throw notFound("program", member.programId);
  const bytes = readBytecode(context.machine, record);
  const { programs } = readObject(bytes);
  const section = programs.find(({ name }) => name === record.name)?.section ?? "";
  const hasFrags = /^xdp\.frags(\/|$)/.test(section);
  return { member, record, bytes, hasFrags, programCount: programs.length };
}
