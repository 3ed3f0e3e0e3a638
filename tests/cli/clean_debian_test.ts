// A new Debian 12 without Deno, Node and network: the package goes in, works, and goes again.
import {
  deepStrictEqual,
  doesNotMatch,
  match,
  notStrictEqual,
  strictEqual,
} from "node:assert/strict";
import { compile, parseOptions } from "../tools/compile/main.ts";
import { install } from "../tools/package/install.ts";
import { makeDeb } from "../tools/package/make_deb.ts";
import { uninstall } from "../tools/package/uninstall.ts";
import { CleanHost } from "../support/clean_host.ts";
import { ensureDebianTree } from "../support/debian_tree.ts";
import { mustRun } from "../support/must.ts";
import { kernelTest } from "../support/requires.ts";

const NEEDS = ["root", "bpffs", "command:debootstrap", "command:zstd"] as const;
const EXAMPLES = "/usr/share/doc/bpfman/examples";
const CONFIGURATION = "/etc/bpfman/bpfman.toml";

/** The program and its package, in a folder of their own. */
class Built implements AsyncDisposable {
  readonly folder: string = Deno.makeTempDirSync({ prefix: "bpfman-built-" });
  readonly program: string = `${this.folder}/bpfman`;

  async build(): Promise<string> {
    const options = parseOptions(["--out", this.program]);
    await compile(options);
    const { target } = options;
    const { program, folder: out } = this;
    return await makeDeb({ target, program, out, isFast: true, epoch: 1_700_000_000 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }
}

/** What bash offers for a line with the cursor at its end, as the completions of the system say. */
async function completions(host: CleanHost, line: string): Promise<string[]> {
  const script = `. /usr/share/bash-completion/bash_completion
_completion_loader bpfman
read -r _ _ _ _ function _ < <(complete -p bpfman)
# outside of a line that is typed there are no options of completion to change
compopt() { :; }
COMP_LINE=$1 COMP_POINT=\${#1} COMP_TYPE=9
read -ra COMP_WORDS <<<"$1"
[[ $1 == *" " ]] && COMP_WORDS+=("")
COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
$function bpfman "\${COMP_WORDS[COMP_CWORD]}" "\${COMP_WORDS[COMP_CWORD - 1]}"
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const offered = (await host.must("bash", "-c", script, "bash", line)).trimEnd().split("\n");
  // what a word means stands behind it
  return offered.map((text) => text.replace(/ .*/, "")).sort();
}

async function isBare(host: CleanHost): Promise<void> {
  for (const name of ["deno", "node", "npm", "curl", "ip"]) {
    const { code } = await host.run("sh", "-c", 'command -v "$1"', "sh", name);
    notStrictEqual(code, 0, `the tree has ${name}`);
  }
  match(await host.must("cat", "/etc/os-release"), /^VERSION_CODENAME=bookworm$/m);
  const interfaces = (await host.must("cat", "/proc/net/dev")).trimEnd().split("\n").slice(2);
  deepStrictEqual(interfaces.map((row) => row.split(":")[0]?.trim()), ["lo"]);
}

async function worksWithoutNetwork(host: CleanHost): Promise<void> {
  match(
    await host.must("bpfman", "version"),
    /^bpfman \d+\.\d+\.\d+\n[^]*^ {2}builder +(single-file|deno-compile)$/m,
  );
  const doctor = JSON.parse(await host.must("bpfman", "doctor", "-o", "json"));
  const states = new Map<string, string>(
    doctor.checks.map(({ id, state }: { id: string; state: string }) => [id, state]),
  );
  for (const id of ["libraries.libbpf", "libraries.libxdp"]) strictEqual(states.get(id), "ok", id);
  const session = await host.must("sh", `${EXAMPLES}/first-steps.sh`);
  match(session, /^PROGRAM ID +APPLICATION .*\n\d+ +first-steps +xdp +xdp_pass +1\b/m);
  match(session, /^1 +\d+ +xdp +\d+ +first-steps +xdp_pass +lo /m);
  strictEqual(await host.must("bpfman", "list", "programs", "-q"), "");
}

async function helps(host: CleanHost): Promise<void> {
  deepStrictEqual(await completions(host, "bpfman un"), ["uninstall-unit", "unload"]);
  deepStrictEqual(await completions(host, "bpfman attach xdp 1 --iface "), ["lo"]);
  match(
    await host.must("man", "5", "bpfman-policy"),
    /^SYNOPSIS\n {7}\/etc\/bpfman\/policy\.json$/m,
  );
  match(await host.must("man", "bpfman"), /^BPFMAN\(1\)[^]*^NAME\n {7}bpfman [^]*^EXIT STATUS$/m);
  match(await host.must("man", "bpfman-load-file"), /--programs/);
  strictEqual(await host.must("dpkg", "--verify", "bpfman"), "");
}

async function staysAndGoes(host: CleanHost, deb: string): Promise<void> {
  const refused = await host.run("dpkg", "--remove", "libbpf1", "libxdp1");
  match(refused.stderr, /bpfman depends on libbpf1/);
  match(refused.stderr, /bpfman depends on libxdp1/);
  await host.must("sh", "-c", 'echo "# mine" >>"$1"', "sh", CONFIGURATION);
  await host.must("dpkg", "-i", deb);
  match(await host.must("cat", CONFIGURATION), /^# mine$/m);
  await host.must("dpkg", "-r", "bpfman");
  notStrictEqual((await host.run("test", "-e", "/usr/bin/bpfman")).code, 0);
  match(await host.must("cat", CONFIGURATION), /^# mine$/m);
  await host.must("dpkg", "-P", "bpfman");
}

/** What the runtime keeps for each user to start faster: no package touches what is in a home. */
function isCache(path: string): boolean {
  return path === "/root/.cache" || /^\/root\/\.cache\/deno(\/|$)/.test(path);
}

/** What `deno task install` and `uninstall` do, with the same program. */
async function installsElsewhere({ folder, program }: Built): Promise<void> {
  const root = `${folder}/root`;
  await Deno.mkdir(root);
  const words = ["--root", root, "--program", program];
  const plan = (await install([...words, "--dry-run"])).trimEnd().split("\n");
  deepStrictEqual([...Deno.readDirSync(root)], []);
  const written = (await install(words)).trimEnd().split("\n");
  strictEqual(written.length, plan.length);
  match(await mustRun(`${root}/usr/local/bin/bpfman`, ["version"]), /^bpfman \d+\.\d+\.\d+\n/);
  await uninstall(["--root", root]);
  deepStrictEqual([...Deno.readDirSync(root)], []);
}

kernelTest("the Debian package works on a new Debian 12 without network", NEEDS, async () => {
  await using built = new Built();
  const [tree, deb] = await Promise.all([ensureDebianTree(), built.build()]);
  await installsElsewhere(built);
  await using host = await CleanHost.start(tree, [deb, ...tree.packages]);
  await isBare(host);
  await host.must("sh", "-c", "dpkg -i /root/lib*.deb");
  const before = await host.paths();
  const inside = `/root/${deb.slice(deb.lastIndexOf("/") + 1)}`;
  const said = await host.must("dpkg", "-i", inside);
  doesNotMatch(said, /warning/i);
  await worksWithoutNetwork(host);
  await helps(host);
  await staysAndGoes(host, inside);
  const after = await host.paths();
  deepStrictEqual(after.filter((path) => !isCache(path)), before);
});
