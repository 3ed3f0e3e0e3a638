/**
 * seccomp(2): hands a filter to the kernel.
 *
 * @module
 */
import { check, syscall } from "../libc.ts";
import { NativeMemory, Struct } from "../memory.ts";
import { compileRules, encodeFilter, type Rule } from "./filter.ts";

const SET_MODE_FILTER = 1n;
const FLAG_TSYNC = 1n;

/**
 * Installs a filter; no_new_privs is set already, and then is in every thread that gets it.
 *
 * @param rules The rules.
 * @param scope This thread with what it starts from here on, or every thread of the process.
 */
export function installFilter(rules: readonly Rule[], scope: "thread" | "process"): void {
  const program = compileRules(rules, Deno.build.arch);
  using memory = new NativeMemory();
  // struct sock_fprog
  const fprog = new Struct(16).u16(0, program.length)
    .u64(8, memory.bytes(encodeFilter(program))).in(memory);
  const flags = scope === "process" ? FLAG_TSYNC : 0n;
  const result = check("seccomp", syscall("seccomp", SET_MODE_FILTER, flags, fprog));
  // with TSYNC the number of a thread that could not follow
  if (result === 0) return;
  throw new TypeError(`Cannot filter thread ${result}: all threads must have the same filters`);
}
