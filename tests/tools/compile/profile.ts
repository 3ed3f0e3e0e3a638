/**
 * Writes the list of functions that are called early (early.ts), by running commands and asking V8
 * which functions they called:
 *
 *     deno run -A tests/tools/compile/profile.ts        (root)
 *
 * @module
 */
const ROOT = decodeURIComponent(new URL("../../../", import.meta.url).pathname);
const LIST = `${ROOT}tests/tools/compile/early_names.txt`;
const OBJECT = `${ROOT}tests/fixtures/xdp_counter.bpf.o`;
const WIDTH = 100;

/** What V8 tells of one module. */
interface ModuleCoverage {
  readonly url: string;
  readonly functions: readonly {
    readonly functionName: string;
    readonly ranges: readonly { readonly count: number }[];
  }[];
}

async function bpfman(
  args: readonly string[],
  { env, coverage }: { env: Readonly<Record<string, string>>; coverage?: string },
): Promise<string> {
  const flags = coverage === undefined ? [] : [`--coverage=${coverage}`];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", ...flags, `${ROOT}mod.ts`, ...args],
    cwd: ROOT,
    env: { ...env, NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder();
  if (code === 0) return text.decode(stdout).trim();
  throw new Error(`Cannot profile "${args.join(" ")}": ${text.decode(stderr).trim()}`);
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
    return commands.flatMap((_, n) => calledNames(`${folder}/coverage-${n}`));
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
