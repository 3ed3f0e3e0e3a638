import { deepStrictEqual, match, notStrictEqual, strictEqual } from "node:assert/strict";
import { removeIfThere } from "../../core/files/if_there.ts";
import { kernelTest, type Need } from "../support/requires.ts";

const FIXTURES = new URL("../fixtures/", import.meta.url).pathname;
const NEEDS: readonly Need[] = ["root", "bpffs", "command:bpftool"];

interface LoadResult {
  readonly code: number;
  readonly stderr: string;
  /** Names of the pinned programs. */
  readonly programs: readonly string[];
}

/** Loads a fixture with bpftool, an independent loader, below a pin folder that is then removed. */
async function load(name: string): Promise<LoadResult> {
  const folder = `/sys/fs/bpf/fixture-${crypto.randomUUID()}`;
  try {
    const { code, stderr } = await new Deno.Command("bpftool", {
      args: ["prog", "loadall", `${FIXTURES}${name}.bpf.o`, folder],
      stdout: "null",
    }).output();
    const programs = code === 0 ? [...Deno.readDirSync(folder)].map(({ name }) => name).sort() : [];
    return { code, stderr: new TextDecoder().decode(stderr), programs };
  } finally {
    removeIfThere(folder, { recursive: true });
  }
}

/** What must load, what it needs besides, and the programs in it. */
const GOOD: Readonly<Record<string, { needs: readonly Need[]; programs: readonly string[] }>> = {
  xdp_pass: { needs: [], programs: ["xdp_pass"] },
  xdp_counter: { needs: [], programs: ["xdp_count"] },
  xdp_drop: { needs: [], programs: ["xdp_drop"] },
  tcx_counter: { needs: [], programs: ["tcx_egress_count", "tcx_ingress_count"] },
  tc_ok: { needs: [], programs: ["tc_ok"] },
  tracepoint_counter: { needs: [], programs: ["count_openat", "count_switch"] },
  uprobe_counter: { needs: [], programs: ["uprobe_count", "uretprobe_count"] },
  kprobe_counter: { needs: ["kprobe"], programs: ["kprobe_count", "kretprobe_count"] },
  fentry_counter: { needs: ["fentry", "fexit"], programs: ["fentry_count", "fexit_count"] },
  lsm_counter: { needs: ["lsm"], programs: ["file_open_count"] },
  many: {
    needs: [],
    programs: [
      "many_openat",
      "many_switch",
      "many_uprobe",
      "many_uretprobe",
      "tc_first",
      "tc_second",
      "xdp_first",
      "xdp_second",
    ],
  },
  xdp_member: { needs: [], programs: ["xdp_gate", "xdp_grow", "xdp_jump", "xdp_member"] },
  xdp_member_next: { needs: [], programs: ["xdp_gate", "xdp_member"] },
  xdp_member_other: { needs: [], programs: ["xdp_member"] },
  compose_edges: {
    needs: [],
    programs: [
      "xdp_callback",
      "xdp_deep_7",
      "xdp_deep_8",
      "xdp_jump_below_224",
      "xdp_stack_464",
      "xdp_stack_480",
      "xdp_stack_496",
      "xdp_stack_504",
    ],
  },
  closed_licence: { needs: [], programs: ["xdp_closed"] },
  tc_member: { needs: [], programs: ["tc_gate", "tc_grow", "tc_jump", "tc_member"] },
};

for (const [name, { needs, programs }] of Object.entries(GOOD)) {
  kernelTest(`the kernel accepts the fixture ${name}`, [...NEEDS, ...needs], async () => {
    const result = await load(name);
    strictEqual(result.code, 0, result.stderr);
    deepStrictEqual(result.programs, programs);
  });
}

/** What the kernel must refuse, and what it says. */
const BAD: Readonly<Record<string, RegExp>> = {
  bad_verifier: /invalid access to packet/,
  sibling: /'xdp_broken': .*invalid access to packet/s,
  gpl_missing: /cannot call GPL/,
};

for (const [name, message] of Object.entries(BAD)) {
  kernelTest(`the kernel refuses the fixture ${name}`, NEEDS, async () => {
    const { code, stderr } = await load(name);
    notStrictEqual(code, 0);
    match(stderr, message);
  });
}
