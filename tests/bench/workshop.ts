/**
 * Where the benchmarks work: runtime directories, a bpffs and a network namespace of their own, all
 * removed at the end.
 *
 * @module
 */

const ROOT = new URL("../../", import.meta.url).pathname;

/** The words that start the product. */
export const BPFMAN: readonly string[] = [Deno.execPath(), "run", "-A", "mod.ts"];

/** Runs a command that is not measured; gives what it printed. */
export async function run(
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const [command = "", ...args] = words;
  const child = new Deno.Command(command, { args, cwd: ROOT, env: { ...env, NO_COLOR: "1" } });
  const { success, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  if (success) return decoder.decode(stdout);
  throw new Error(`Cannot run "${words.join(" ")}": ${decoder.decode(stderr)}`);
}

/** A runtime directory with the programs in it. */
export class Runtime {
  readonly env: Readonly<Record<string, string>>;
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
    this.env = { BPFMAN_RUNTIME_DIR: path };
  }

  /** Runs the product, not measured. */
  bpfman(...words: string[]): Promise<string> {
    return run([...BPFMAN, ...words], this.env);
  }

  /** Ids of the programs or links, ascending. */
  async ids(noun: "programs" | "links"): Promise<string[]> {
    return (await this.bpfman("list", noun, "-q")).split("\n").filter((id) => id !== "");
  }

  /** Removes all programs and the directory. */
  async remove(): Promise<void> {
    const ids = await this.ids("programs");
    if (ids.length > 0) await this.bpfman("unload", ...ids);
    const mounts = Deno.readTextFileSync("/proc/self/mounts");
    if (mounts.includes(` ${this.#path}/fs `)) await run(["umount", `${this.#path}/fs`]);
  }
}

/** Everything that the benchmarks make. */
export class Workshop implements AsyncDisposable {
  readonly #folder: string;
  readonly #stack: AsyncDisposableStack;
  readonly #runtimes = new Map<string, Runtime>();
  /** Name of the network namespace; it has the interface `bench0`. */
  readonly namespace: string;

  private constructor(folder: string, namespace: string, stack: AsyncDisposableStack) {
    this.#folder = folder;
    this.namespace = namespace;
    this.#stack = stack;
  }

  /** Makes an empty workshop. */
  static async open(): Promise<Workshop> {
    await using stack = new AsyncDisposableStack();
    const folder = Deno.makeTempDirSync({ prefix: "bpfman-bench-" });
    stack.defer(() => Deno.remove(folder, { recursive: true }));
    const namespace = `bench-${crypto.randomUUID().slice(0, 8)}`;
    await run(["ip", "netns", "add", namespace]);
    stack.defer(async () => void await run(["ip", "netns", "delete", namespace]));
    const link = ["type", "veth", "peer", "name", "bench1"];
    await run(["ip", "-n", namespace, "link", "add", "bench0", ...link]);
    const workshop = new Workshop(folder, namespace, stack.move());
    await workshop.#mountBpffs();
    return workshop;
  }

  /** Folder for files, removed at the end. */
  get folder(): string {
    return this.#folder;
  }

  /** Path of the network namespace. */
  get netns(): string {
    return `/run/netns/${this.namespace}`;
  }

  /** Folder on a bpffs for the pins of other tools. */
  get pins(): string {
    return `${this.#folder}/pins`;
  }

  /** A runtime directory by name, made at the first call. */
  runtime(name: string): Runtime {
    const known = this.#runtimes.get(name);
    if (known !== undefined) return known;
    const runtime = new Runtime(`${this.#folder}/${name}`);
    this.#runtimes.set(name, runtime);
    this.#stack.defer(() => runtime.remove());
    return runtime;
  }

  async #mountBpffs(): Promise<void> {
    Deno.mkdirSync(this.pins);
    await run(["mount", "-t", "bpf", "bpf", this.pins]);
    this.#stack.defer(async () => void await run(["umount", this.pins]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}
