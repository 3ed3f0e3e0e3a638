/**
 * The bare question for the version of Landlock, for a feature probe: it shares nothing with `ffi/`.
 *
 * @module
 */

/** landlock_create_ruleset(2) has one number on all architectures. */
const CREATE_RULESET = 444n;
const VERSION = 1n;

/** Version of Landlock in this kernel; 0 or less where there is none. */
export function landlockVersion(): number {
  const { symbols } = Deno.dlopen("libc.so.6", {
    // long syscall(long number, ...)
    syscall: { parameters: ["i64", "usize", "usize", "u64"], result: "i64" },
  });
  return Number(symbols.syscall(CREATE_RULESET, 0n, 0n, VERSION));
}
