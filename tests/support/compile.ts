/**
 * Compiles BPF programs for tests, for either byte order.
 *
 * @module
 */

/** How a program is compiled. */
export interface CompileOptions {
  /** @default "bpfel" */
  readonly target?: "bpfel" | "bpfeb";
  /** Instruction set. @default "v3" */
  readonly cpu?: "v1" | "v2" | "v3" | "v4";
  /** Language of the source. @default "c" */
  readonly language?: "c" | "assembler";
  /** Further arguments of clang. @default none */
  readonly args?: readonly string[];
}

const TOOL = "clang-19";

/** Runs a tool over a text and returns what it wrote; its error output is the error. */
export function runTool(
  tool: string,
  args: readonly string[],
  input = "",
): Uint8Array<ArrayBuffer> {
  const folder = Deno.makeTempDirSync({ prefix: "bytecode-tools-" });
  try {
    Deno.writeTextFileSync(`${folder}/input`, input);
    const { success, stdout, stderr } = new Deno.Command(tool, {
      args: args.map((argument) => argument.replace("@FOLDER@", folder)),
      stdout: "piped",
      stderr: "piped",
    }).outputSync();
    if (!success) {
      throw new Error(`Cannot run ${tool}: ${new TextDecoder().decode(stderr)}`);
    }
    return args.includes("@FOLDER@/output") ? Deno.readFileSync(`${folder}/output`) : stdout;
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/**
 * Compiles a source with clang.
 *
 * @param source C, or LLVM's BPF assembler.
 * @returns The object.
 */
export function compile(source: string, options: CompileOptions = {}): Uint8Array<ArrayBuffer> {
  const { target = "bpfel", cpu = "v3", language = "c", args = [] } = options;
  return runTool(TOOL, [
    `--target=${target}`,
    `-mcpu=${cpu}`,
    "-g",
    "-O2",
    `-I/usr/include/${Deno.build.arch}-linux-gnu`,
    ...args,
    "-x",
    language,
    "-c",
    "@FOLDER@/input",
    "-o",
    "@FOLDER@/output",
  ], source);
}
