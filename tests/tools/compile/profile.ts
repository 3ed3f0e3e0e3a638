/**
 * Writes the list of functions that are called early (early.ts), by running commands and asking V8
 * which functions they called:
 *
 *     deno run -A tests/tools/compile/profile.ts        (root)
 *
 * The processes of a change cannot be asked: they may not write, and become others. So the changes are
 * made in one process, and of the code between these processes every function counts as called.
 *
 * @module
 */
const ROOT = decodeURIComponent(new URL("../../../", import.meta.url).pathname);
const LIST = `${ROOT}tests/tools/compile/early_names.txt`;
const OBJECT = `${ROOT}tests/fixtures/xdp_counter.bpf.o`;
const CHANGES = `${ROOT}tests/tools/compile/profile_changes.ts`;
/** What has the code between the processes of a change. */
const BETWEEN = ["cli/prepare", "cli/stages", "core/handover", "ffi/jail"] as const;
const WIDTH = 100;

/** What V8 tells of one module. */
interface ModuleCoverage {
  readonly url: string;
  readonly functions: readonly {
    readonly functionName: string;
    readonly ranges: readonly { readonly count: number }[];
  }[];
}

/** A process of the profile. */
interface Start {
  readonly env: Readonly<Record<string, string>>;
  /** Folder for what V8 tells. @default nothing is told */
  readonly coverage?: string;
}

async function run(words: readonly string[], env: Start["env"]): Promise<string> {
  const [command = "", ...args] = words;
  const { code, stdout, stderr } = await new Deno.Command(command, {
    args,
    cwd: ROOT,
    env: { ...env, NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder();
  if (code === 0) return text.decode(stdout).trim();
  throw new Error(`Cannot run "${words.join(" ")}": ${text.decode(stderr).trim()}`);
}

/** Runs the tool from its sources. */
async function bpfman(args: readonly string[], { env, coverage }: Start): Promise<string> {
  const flags = coverage === undefined ? [] : [`--coverage=${coverage}`];
  return await run([Deno.execPath(), "run", "-A", ...flags, `${ROOT}mod.ts`, ...args], env);
}

/** Makes changes where no interface of this machine is seen. */
async function change(runtimeDirectory: string, coverage: string): Promise<void> {
  const flags = ["-A", "--unstable-kv", `--coverage=${coverage}`];
  const script = [Deno.execPath(), "run", ...flags, CHANGES, runtimeDirectory, OBJECT];
  await run(["unshare", "--net", ...script], {});
}

/** Names of the functions that modules below a folder declare, and the paths of the modules. */
function declaredNames(folder: string): string[] {
  return [...Deno.readDirSync(`${ROOT}${folder}`)].map(({ name }) => `${folder}/${name}`)
    .filter((path) => path.endsWith(".ts") && !path.endsWith("_test.ts"))
    .flatMap((path) => {
      const text = Deno.readTextFileSync(`${ROOT}${path}`);
      const names = text.matchAll(/^(?:export )?(?:async )?function\*? (\w+)/gm);
      return [path, ...[...names].map(([, name = ""]) => name)];
    });
}

/** Names of the functions that were called, and paths of the modules that were run. */
function calledNames(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name }) => {
    const module: ModuleCoverage = JSON.parse(Deno.readTextFileSync(`${folder}/${name}`));
    const path = decodeURIComponent(new URL(module.url).pathname);
    const called = module.functions
      .filter(({ ranges: [whole] }) => whole !== undefined && whole.count > 0)
      .map(({ functionName }) => functionName)
      .filter((name) => /^[\w$]+$/.test(name));
    return [...(path.startsWith(ROOT) ? [path.slice(ROOT.length)] : []), ...called];
  });
}

/** Words in lines; the order is that of their characters. */
function inLines(words: readonly string[]): string {
  const lines = [""];
  for (const word of words) {
    const line = lines.at(-1) ?? "";
    const longer = line === "" ? word : `${line} ${word}`;
    if (longer.length > WIDTH) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return `${lines.join("\n")}\n`;
}

async function profile(folder: string): Promise<string[]> {
  const env = { BPFMAN_RUNTIME_DIR: `${folder}/run` };
  await bpfman(["load", "file", OBJECT, "--programs", "xdp:xdp_count"], { env });
  const id = await bpfman(["list", "programs", "-q"], { env });
  try {
    const commands = [
      ["list", "programs"],
      ["list", "programs", "-o", "json"],
      ["list", "links"],
      ["get", "program", id],
    ];
    for (const [n, args] of commands.entries()) {
      await bpfman(args, { env, coverage: `${folder}/coverage-${n}` });
    }
    await change(env.BPFMAN_RUNTIME_DIR, `${folder}/coverage-${commands.length}`);
    return [
      ...[...commands, CHANGES].flatMap((_, n) => calledNames(`${folder}/coverage-${n}`)),
      ...BETWEEN.flatMap(declaredNames),
    ];
  } finally {
    await bpfman(["unload", id], { env });
    await new Deno.Command("umount", { args: [`${env.BPFMAN_RUNTIME_DIR}/fs`] }).output();
  }
}

if (import.meta.main) {
  const folder = await Deno.makeTempDir({ prefix: "bpfman-profile-" });
  try {
    await Deno.writeTextFile(LIST, inLines([...new Set(await profile(folder))].sort()));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
