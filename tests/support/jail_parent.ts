/**
 * Jails itself and becomes another program:
 *
 *     deno run -A jail_parent.ts ORDER-AS-JSON
 *
 * @module
 */
import {
  confineFront,
  execJailed,
  type JailSpec,
  openPipe,
  type ProgramSpec,
} from "../../ffi/jail/mod.ts";
import { check, syscall } from "../../ffi/libc.ts";
import { NativeMemory } from "../../ffi/memory.ts";

/** What the parent is told. */
export interface JailOrder {
  readonly spec: JailSpec;
  readonly program: ProgramSpec;
  /** Text that the program can read from descriptor 3. */
  readonly message: string;
  /** True to narrow the thread first as it is done for a front. */
  readonly isBehindFront: boolean;
}

function main([text = ""]: readonly string[]): void {
  const { spec, program, message, isBehindFront }: JailOrder = JSON.parse(text);
  const { readEnd, writeEnd } = openPipe();
  using memory = new NativeMemory();
  const bytes = new TextEncoder().encode(message);
  const fd = BigInt(writeEnd.raw);
  check("write", syscall("write", fd, memory.bytes(bytes), BigInt(bytes.length)));
  writeEnd[Symbol.dispose]();
  if (isBehindFront) confineFront(spec.writable);
  execJailed(spec, program, new Map([[3, readEnd.raw]]));
}

if (import.meta.main) main(Deno.args);
