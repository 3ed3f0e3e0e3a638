/**
 * The command line of the virtual-machine harness.
 *
 * @module
 */
import { MEMORY_MIB } from "./boot.ts";
import { isKernelName, type KernelName, KERNELS } from "./kernels.ts";
import type { Share } from "./qemu.ts";

/** What the harness prints with `--help`. */
export const USAGE = `Run a command or test files in a virtual machine with one of Debian's kernels.

Usage:
  deno task vm [OPTIONS] KERNEL -- COMMAND...            # run any command
  deno task vm [OPTIONS] KERNEL FILE... [TEST OPTIONS]   # run deno test on files or directories
  deno task vm --fetch KERNEL...                         # only fetch kernels into the cache

Kernels: ${Object.keys(KERNELS).join(", ")}

Options:
  --share HOST:GUEST   make the existing directory HOST writable at GUEST (may be repeated)
  --env NAME[=VALUE]   set a variable, or pass the caller's one on (may be repeated)
  --timeout SECONDS    kill the machine after this time [default: 600]
  --memory MIB         memory of the machine [default: ${MEMORY_MIB}]
  --verbose            print how long it took, and the kernel's console
  --help               print this text

Exit code: the command's own; 124 after a time-out; 125 when the guest died; 2 for wrong usage.`;

/** A mistake in the command line. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** What a command line asks for. */
export interface VmArguments {
  readonly mode: "help" | "fetch" | "command" | "test";
  /** One kernel, or any number when mode is "fetch". */
  readonly kernels: readonly KernelName[];
  /** The command, or the arguments of `deno test` with the files first. */
  readonly rest: readonly string[];
  readonly shares: readonly Share[];
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number | undefined;
  readonly memoryMiB: number | undefined;
  readonly verbose: boolean;
}

/** Options with a value, and how they go into the result. */
type Draft = { -readonly [Key in keyof VmArguments]: VmArguments[Key] } & {
  shares: Share[];
  env: Record<string, string>;
};

/** Reads a command line; `lookUp` gives the caller's environment variables. */
export function parseVmArguments(
  args: readonly string[],
  lookUp: (name: string) => string | undefined,
): VmArguments {
  const draft: Draft = {
    ...{ mode: "command", kernels: [], rest: [], shares: [], env: {} },
    ...{ timeoutSeconds: undefined, memoryMiB: undefined, verbose: false },
  };
  let index = 0;
  for (; args[index]?.startsWith("-") === true; index++) {
    const option = args[index] ?? "";
    if (option === "--help" || option === "-h") return { ...draft, mode: "help" };
    if (option === "--verbose" || option === "-v") draft.verbose = true;
    else if (option === "--fetch") draft.mode = "fetch";
    else readOption(draft, { option, value: args[++index], lookUp });
  }
  const words = args.slice(index);
  if (draft.mode === "fetch") return { ...draft, kernels: words.map(kernelName) };
  const [kernel, first, ...more] = words;
  draft.kernels = [kernelName(kernel ?? "")];
  if (first === "--") draft.rest = more;
  else if (first !== undefined) Object.assign(draft, { mode: "test", rest: [first, ...more] });
  if (draft.rest.length === 0) throw new UsageError("Cannot start: a command or a file is missing");
  return draft;
}

interface OptionValue {
  readonly option: string;
  readonly value: string | undefined;
  readonly lookUp: (name: string) => string | undefined;
}

function readOption(draft: Draft, { option, value, lookUp }: OptionValue): void {
  if (!["--share", "--env", "--timeout", "--memory"].includes(option)) {
    throw new UsageError(`Cannot understand "${option}": no such option`);
  }
  if (value === undefined) {
    throw new UsageError(`Cannot understand "${option}": its value is missing`);
  }
  if (option === "--share") draft.shares.push(share(value));
  else if (option === "--env") Object.assign(draft.env, variable(value, lookUp));
  else if (option === "--timeout") draft.timeoutSeconds = positive(option, value);
  else draft.memoryMiB = positive(option, value);
}

function kernelName(text: string): KernelName {
  if (isKernelName(text)) return text;
  const known = Object.keys(KERNELS).join(", ");
  throw new UsageError(`Cannot find kernel "${text}": known are ${known}`);
}

function share(text: string): Share {
  const [host, guest, ...more] = text.split(":");
  if (host === undefined || host === "" || guest?.startsWith("/") !== true || more.length > 0) {
    throw new UsageError(`Cannot share "${text}": write HOST:GUEST with an absolute path GUEST`);
  }
  return { host, guest };
}

function variable(
  text: string,
  lookUp: (name: string) => string | undefined,
): Record<string, string> {
  const split = text.indexOf("=");
  if (split > 0) return { [text.slice(0, split)]: text.slice(split + 1) };
  const inherited = lookUp(text);
  return inherited === undefined ? {} : { [text]: inherited };
}

function positive(option: string, text: string): number {
  const number = Number(text);
  if (number > 0 && Number.isFinite(number)) return number;
  throw new UsageError(`Cannot understand "${option} ${text}": write a positive number`);
}

/** Splits the words of test mode: the files, and from the first option on the test arguments. */
export function splitTestWords(
  words: readonly string[],
): { readonly files: string[]; readonly testArguments: string[] } {
  const firstOption = words.findIndex((word) => word.startsWith("-"));
  const end = firstOption === -1 ? words.length : firstOption;
  return { files: words.slice(0, end), testArguments: words.slice(end) };
}
