import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { isThere } from "../../core/files/if_there.ts";
import { Cli, fixture, PROGRAM } from "../support/cli.ts";
import { must, type ProgramResult, runProgram } from "../support/must.ts";
import { kernelTest } from "../support/requires.ts";
import { Workspace } from "../support/workspace.ts";

const NEEDS = ["root", "bpffs", "command:setpriv", "command:unshare"] as const;
const LOAD_XDP = ["load", "file", fixture("xdp_pass"), "--programs", "xdp:xdp_pass"];
const LOAD_TRACEPOINT = [
  ...["load", "file", fixture("tracepoint_counter")],
  ...["--programs", "tracepoint:count_openat"],
];

/** Runs a command of the tool by way of another program, such as setpriv. */
function runBy(
  wrapper: readonly string[],
  workspace: Workspace,
  args: readonly string[],
): Promise<ProgramResult> {
  const [program, ...words] = wrapper;
  const cli = new Cli(workspace, "process");
  const all = [...words, PROGRAM, ...cli.denoArguments(args)];
  return runProgram(must(program, "program"), all, { env: { TMPDIR: workspace.path } });
}

function without(...capabilities: readonly string[]): string[] {
  return ["setpriv", "--bounding-set", capabilities.map((name) => `-${name}`).join(",")];
}

/** What is missing, what is tried, and the capability that the message must name. */
const POOR: readonly {
  readonly lacks: readonly string[];
  readonly args: readonly string[];
  readonly missing: RegExp;
}[] = [
  {
    lacks: ["bpf", "sys_admin"],
    args: LOAD_XDP,
    missing: /Cannot load program "xdp_pass": missing capability CAP_BPF[:\n]/,
  },
  {
    lacks: ["net_admin", "sys_admin"],
    args: LOAD_XDP,
    missing: /Cannot load program "xdp_pass": missing capability CAP_NET_ADMIN[:\n]/,
  },
  {
    lacks: ["perfmon", "sys_admin"],
    args: LOAD_TRACEPOINT,
    missing: /Cannot load program "count_openat": missing capability CAP_PERFMON[:\n]/,
  },
  {
    lacks: ["sys_admin"],
    args: ["list", "programs", "--all"],
    missing: /Cannot list .*: missing capability CAP_SYS_ADMIN[:\n]/,
  },
];

for (const { lacks, args, missing } of POOR) {
  kernelTest(`${args[0]} ${args[1]} without ${lacks.join(", ")} names it`, NEEDS, async () => {
    await using workspace = await Workspace.make();
    await new Cli(workspace).must(["detach", "1", "--ignore-missing"]);

    const { code, stdout, stderr } = await runBy(without(...lacks), workspace, args);

    match(stderr, missing);
    match(stderr, /\nhint: Run as root, or grant CAP_/);
    strictEqual(code, 5);
    strictEqual(stdout, "");
    deepStrictEqual(workspace.litter(), []);
  });
}

kernelTest("the first command without the right to mount names the capability", NEEDS, async () => {
  await using workspace = await Workspace.make();
  const { code, stderr } = await runBy(without("sys_admin"), workspace, LOAD_XDP);
  match(stderr, /Cannot mount a bpffs at ".*\/fs": missing capability CAP_SYS_ADMIN[:\n]/);
  strictEqual(code, 5);
});

const LIBRARY_PLACES = [
  "/usr/lib/x86_64-linux-gnu",
  "/usr/lib/aarch64-linux-gnu",
  "/usr/lib64",
] as const;

/** Puts a folder of links to everything but one file in the folder's place, in a namespace. */
const HIDE = `set -e
all=$(mktemp -d); most=$(mktemp -d); folder=$1; file=$2; shift 2
mount --bind "$folder" "$all"
ln -s "$all"/* "$most"; rm "$most/$file"
mount --bind "$most" "$folder"
exec "$@"`;

/** A shell that hides a library from itself and from what it starts. */
function hiding(library: string): string[] {
  const folder = LIBRARY_PLACES.find((place) => isThere(`${place}/${library}`));
  return ["unshare", "--mount", "sh", "-c", HIDE, "sh", must(folder, library), library];
}

kernelTest("a load without libbpf names the package", NEEDS, async () => {
  await using workspace = await Workspace.make();
  const wrapper = hiding("libbpf.so.1");

  const { code, stderr } = await runBy(wrapper, workspace, LOAD_XDP);

  match(stderr, /Cannot find "libbpf\.so\.1": it is in none of /);
  match(stderr, /\nhint: .*apt-get install libbpf1/);
  strictEqual(code, 1);
  deepStrictEqual(workspace.litter(), []);
  // what needs no libbpf works without it
  strictEqual((await runBy(wrapper, workspace, ["list", "programs"])).code, 0);
});
