import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { makeBadObjects } from "../support/bad_objects.ts";
import { Cli, fixture } from "../support/cli.ts";
import { compile } from "../support/compile.ts";
import { must } from "../support/must.ts";
import { Wire } from "../support/netns.ts";
import { kernelTest, type Need } from "../support/requires.ts";
import { Workspace } from "../support/workspace.ts";
import { lookAt, type World } from "../support/world.ts";

const NEEDS: readonly Need[] = ["root", "bpffs", "command:bpftool", "command:ip", "command:tc"];
const MIB = 1024 * 1024;
const PASS = '__attribute__((section("xdp"), used)) int xdp_pass(void *ctx) { return 2; }';

/** Ids that stay when the program that made them has ended; the kernel frees the rest in a moment. */
async function settled(look: () => Promise<World>, wanted: World): Promise<World> {
  let now = await look();
  const end = Date.now() + 60_000;
  while (now.programs.length > wanted.programs.length && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    now = await look();
  }
  return now;
}

interface Refusal {
  readonly args: readonly string[];
  readonly code: number;
  readonly says: RegExp;
}

/** Runs a command that must fail, and compares everything before and after. */
async function refuses(
  { cli, look }: { cli: Cli; look: () => Promise<World> },
  { args, code, says }: Refusal,
): Promise<void> {
  const before = await look();
  const result = await cli.run(args);
  strictEqual(result.code, code, `${args.join(" ")}: ${result.stderr}`);
  strictEqual(result.stdout, "", "standard output");
  match(result.stderr, says, args.join(" "));
  const after = await settled(look, before);
  deepStrictEqual({ ...after, programs: [] }, { ...before, programs: [] }, args.join(" "));
  ok(after.programs.length <= before.programs.length, `left in the kernel: ${after.programs}`);
}

const WITH_CLANG: readonly Need[] = [...NEEDS, "command:clang-19"];

kernelTest(
  "files that are no usable objects are refused and change nothing",
  WITH_CLANG,
  async (t) => {
    await using workspace = await Workspace.make();
    await using bad = await makeBadObjects();
    const cli = new Cli(workspace);
    const look = () => lookAt(workspace, ["xdp_pass"]);
    const big = `${bad.folder}/big.o`;
    await Deno.writeFile(big, await Deno.readFile(fixture("xdp_pass")));
    await Deno.truncate(big, 200 * MIB);
    const bigEndian = `${bad.folder}/bigEndian.o`;
    await Deno.writeFile(bigEndian, compile(PASS, { target: "bpfeb" }));
    const files: readonly (readonly [path: string, code: number, says: RegExp])[] = [
      [bad.path("empty"), 1, /Cannot load ".*empty\.o": the file is empty/],
      [bad.folder, 1, /it is a directory/],
      [big, 1, /209715200 bytes: at most 16777216 are read/],
      ["/dev/zero", 1, /it is not an ordinary file/],
      [bigEndian, 1, /it is big-endian, this machine is little-endian/],
      [bad.path("otherMachine"), 1, /machine is 62/],
      [bad.path("text"), 1, /not an ELF/],
      [bad.path("truncated"), 1, /Cannot load/],
      [`${bad.folder}/none.o`, 3, /does not exist/],
    ];
    for (const [path, code, says] of files) {
      await t.step(path.slice(path.lastIndexOf("/") + 1), () =>
        refuses({ cli, look }, {
          args: ["load", "file", path, "--programs", "xdp:xdp_pass"],
          code,
          says,
        }));
    }
  },
);

kernelTest("loads that cannot be are refused and change nothing", NEEDS, async (t) => {
  await using workspace = await Workspace.make();
  const cli = new Cli(workspace);
  const names = ["xdp_count", "xdp_unlicensed", "xdp_unchecked", "xdp_good", "xdp_pass"];
  const look = () => lookAt(workspace, names);
  const cases: readonly (readonly [name: string, fixture: string, more: string[], Refusal])[] = [
    ["wrong section type", "xdp_counter", ["tcx:xdp_count"], {
      args: [],
      code: 1,
      says: /program type mismatch/,
    }],
    ["a GPL-only function without a licence", "gpl_missing", ["xdp:xdp_unlicensed"], {
      args: [],
      code: 5,
      says: /GPL/,
    }],
    ["the verifier", "bad_verifier", ["xdp:xdp_unchecked"], {
      args: [],
      code: 5,
      says: /invalid access to packet[^]*processed/,
    }],
    ["a second program that the verifier refuses", "sibling", ["xdp:xdp_good,xdp:xdp_broken"], {
      args: [],
      code: 5,
      says: /invalid access to packet/,
    }],
    ["a map owner that does not exist", "xdp_pass", ["xdp:xdp_pass", "--map-owner-id", "999999"], {
      args: [],
      code: 3,
      says: /map_owner_id 999999 does not exist/,
    }],
    ["an unknown global", "xdp_counter", ["xdp:xdp_count", "-g", "colour=1"], {
      args: [],
      code: 3,
      says: /"colour" not found in program; available: \[/,
    }],
    ["a global that is too large", "xdp_counter", ["xdp:xdp_count", "-g", "GLOBAL_u8=300"], {
      args: [],
      code: 2,
      says: /GLOBAL_u8/,
    }],
    ["metadata that no record holds", "xdp_pass", [
      ...["xdp:xdp_pass", "--metadata", `long=${"x".repeat(70_000)}`],
    ], {
      args: [],
      code: 1,
      says: /too large[^]*at most 64 KB/,
    }],
    ["an ambiguous global", "xdp_counter", ["xdp:xdp_count", "-g", "GLOBAL_u8=10"], {
      args: [],
      code: 2,
      says: /the bytes 0a, or the bytes 10 themselves/,
    }],
  ];
  for (const [name, object, more, refusal] of cases) {
    const args = ["load", "file", fixture(object), "--programs", ...more];
    await t.step(name, () => refuses({ cli, look }, { ...refusal, args }));
  }
});

kernelTest("attaches that cannot be are refused and change nothing", NEEDS, async (t) => {
  await using workspace = await Workspace.make();
  await using wire = await Wire.make();
  const cli = new Cli(workspace);
  const [uprobe] = await cli.load("uprobe_counter", "uprobe:uprobe_count");
  const [xdp] = await cli.load("xdp_counter", "xdp:xdp_count");
  const [cgroup] = await cli.load("cgroup_counter", "cgroup_skb:cgroup_out");
  const [sampler] = await cli.load("sampler", "perf_event:sample_count");
  const [probe, packet, group, sample] = [uprobe, xdp, cgroup, sampler]
    .map((program) => String(must(program, "program").record.program_id));
  const look = () => lookAt(workspace, [], wire);
  const onWire = ["--netns", wire.near.netns, "-p", "1"];
  const cases: Readonly<Record<string, Refusal>> = {
    "an offset outside the symbol": {
      args: ["attach", `${probe}`, "uprobe", "libc", "--fn-name", "umask", "--offset", "100000"],
      code: 1,
      says: /umask\+100000: the function has only \d+ byte/,
    },
    "an offset outside the file": {
      args: ["attach", `${probe}`, "uprobe", "libc", "--offset", "0xffffffff"],
      code: 5,
      says: /EINVAL/,
    },
    "a library without that symbol": {
      args: ["attach", `${probe}`, "uprobe", "libc", "--fn-name", "umaks"],
      code: 3,
      says: /has no function "umaks"[^]*Did you mean .*"umask"/,
    },
    "no such library": {
      args: ["attach", `${probe}`, "uprobe", "libnothing", "--fn-name", "x"],
      code: 3,
      says: /no such program or library/,
    },
    "a pid that is gone": {
      args: ["attach", `${probe}`, "uprobe", "libc", "--fn-name", "umask", "--pid", "4194303"],
      code: 3,
      says: /Process 4194303 does not exist/,
    },
    "a container's pid that is gone": {
      args: ["attach", `${probe}`, "uprobe", "libc", "-f", "umask", "--container-pid", "4194303"],
      code: 3,
      says: /Process 4194303 does not exist/,
    },
    "an attach of another kind": {
      args: ["attach", `${probe}`, "xdp", wire.near.interface, ...onWire],
      code: 1,
      says: /is a uprobe program/,
    },
    "an unknown interface": {
      args: ["attach", `${packet}`, "xdp", "nothing0", ...onWire],
      code: 3,
      says: /interface not found; available: \[.*bpfa/,
    },
    "an unknown network namespace": {
      args: ["attach", `${packet}`, "xdp", "lo", "-p", "1", "--netns", "/run/netns/nothing"],
      code: 3,
      says: /Network namespace "\/run\/netns\/nothing" does not exist/,
    },
    "an unknown cgroup": {
      args: ["attach", `${group}`, "cgroup_skb", "/sys/fs/cgroup/nothing-here"],
      code: 3,
      says: /no such cgroup/,
    },
    "a directory that is no cgroup": {
      args: ["attach", `${group}`, "cgroup_skb", "/usr"],
      code: 3,
      says: /it is not a cgroup/,
    },
    "a frequency that is too high": {
      args: ["attach", `${sample}`, "perf_event", "--frequency", "1000000000"],
      code: 2,
      says: /not a whole number from 1 to/,
    },
    "a program that does not exist": {
      args: ["attach", "999999", "xdp", "lo", "-p", "1"],
      code: 3,
      says: /Program 999999 does not exist/,
    },
    "a detach of what is not there": {
      args: ["detach", "999"],
      code: 3,
      says: /Link 999 does not exist/,
    },
    "an unload of what is not there": {
      args: ["unload", "999999"],
      code: 3,
      says: /Program 999999 does not exist/,
    },
  };
  for (const [name, refusal] of Object.entries(cases)) {
    await t.step(name, () => refuses({ cli, look }, refusal));
  }
});

kernelTest("doing things twice is refused and changes nothing", NEEDS, async (t) => {
  await using workspace = await Workspace.make();
  await using wire = await Wire.make();
  const cli = new Cli(workspace);
  const [first] = await cli.load("xdp_counter", "xdp:xdp_count");
  const id = String(must(first, "program").record.program_id);
  const place = ["xdp", wire.near.interface, "--netns", wire.near.netns, "-p", "1"];
  const link = await cli.attach(Number(id), ...place);
  const look = () => lookAt(workspace, [], wire);

  await t.step("attach twice: it is in the chain twice", async () => {
    const again = await cli.attach(Number(id), ...place);
    strictEqual(again.record.details.position, 1);
    await cli.must(["detach", String(again.record.id)]);
  });
  await cli.must(["detach", String(link.record.id)]);
  await t.step("detach twice", () =>
    refuses({ cli, look }, {
      args: ["detach", String(link.record.id)],
      code: 3,
      says: /does not exist/,
    }));
  await cli.must(["detach", String(link.record.id), "--ignore-missing"]);

  await cli.attach(Number(id), ...place);
  // an unload takes the links along
  await cli.must(["unload", id]);
  strictEqual((await look()).hooks.includes("prog/xdp"), false);
  deepStrictEqual(workspace.litter(), []);
  await t.step(
    "unload twice",
    () => refuses({ cli, look }, { args: ["unload", id], code: 3, says: /does not exist/ }),
  );
  await cli.must(["unload", id, "--ignore-missing"]);
});
