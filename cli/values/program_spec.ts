/**
 * Reader of `TYPE:NAME[:ATTACH]`.
 *
 * @module
 */
import type { ProgramRequest, ProgramType } from "../../core/types.ts";
import { ValueProblem } from "./problem.ts";
import { readProgramType } from "./word.ts";

/** What the third part names, for the types that need one. */
const ATTACH_PART: Partial<Record<ProgramType, { readonly what: string; readonly word: string }>> =
  {
    fentry: { what: "the kernel function to attach to", word: "FUNCTION" },
    fexit: { what: "the kernel function to attach to", word: "FUNCTION" },
    lsm: { what: "the LSM hook to attach to", word: "HOOK" },
  };

/** Types whose third part may be left out: the section names it as well. */
const OPTIONAL_PART: readonly ProgramType[] = ["cgroup_sock_addr"];

function readType(word: string): ProgramType {
  try {
    return readProgramType(word);
  } catch (error) {
    if (!(error instanceof ValueProblem)) throw error;
    throw new ValueProblem(`unknown type "${word}": the type ${error.message}`, error.hint);
  }
}

/** Reads one program of a load. */
export function readProgramSpec(input: string): ProgramRequest {
  const [typeWord = "", name, ...others] = input.split(":");
  if (name === undefined || typeWord === "") {
    throw new ValueProblem("must be TYPE:NAME, such as xdp:my_program");
  }
  const type = readType(typeWord);
  if (name === "") throw new ValueProblem(`the name after "${typeWord}:" is missing`);
  if (others.length > 1) throw new ValueProblem("must have three parts at most");
  const attachFunction = others[0];
  const part = ATTACH_PART[type];
  if (part === undefined) {
    if (attachFunction === undefined) return { type, name };
    if (attachFunction !== "" && OPTIONAL_PART.includes(type)) {
      return { type, name, attachFunction };
    }
    throw new ValueProblem(`${type} takes no third part: write ${type}:${name}`);
  }
  if (attachFunction === undefined || attachFunction === "") {
    throw new ValueProblem(`${type} needs ${part.what}: write ${type}:${name}:${part.word}`);
  }
  return { type, name, attachFunction };
}
