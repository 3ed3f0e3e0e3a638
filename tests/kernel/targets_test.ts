import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { Cli, fixture as fixturePath } from "../support/cli.ts";
import { must } from "../support/must.ts";
import { kernelTest, type Need } from "../support/requires.ts";
import { tryProgLoad } from "../support/raw_bpf.ts";
import { Workspace } from "../support/workspace.ts";

const NEEDS = ["root", "bpffs", "command:bpftool"] as const;
const TRACING = 26;
const TRACE_FENTRY = 24;
const EPERM = 1;

/** Programs whose place is in the kernel, with what bpftool calls their kind. */
const TARGETED: readonly {
  readonly fixture: string;
  readonly programs: string;
  readonly needs: readonly Need[];
  readonly kernelTypes: readonly string[];
}[] = [
  {
    fixture: "fentry_counter",
    programs: "fentry:fentry_count:vfs_unlink,fexit:fexit_count:vfs_unlink",
    needs: ["fentry", "fexit"],
    kernelTypes: ["tracing", "tracing"],
  },
  {
    fixture: "lsm_counter",
    programs: "lsm:file_open_count:file_open",
    needs: ["lsm"],
    kernelTypes: ["lsm"],
  },
  {
    fixture: "kprobe_counter",
    programs: "kprobe:kprobe_count,kretprobe:kretprobe_count",
    needs: ["kprobe"],
    kernelTypes: ["kprobe", "kprobe"],
  },
];

for (const { fixture, programs, needs, kernelTypes } of TARGETED) {
  kernelTest(`programs of ${fixture} load, are shown and go`, [...NEEDS, ...needs], async () => {
    await using workspace = await Workspace.make();
    const cli = new Cli(workspace);
    const loaded = await cli.load(fixture, programs);
    deepStrictEqual(
      loaded.map(({ status }) => must(status.kernel, "kernel side").program_type),
      kernelTypes,
    );
    await cli.must(["unload", ...loaded.map(({ record }) => String(record.program_id))]);
    deepStrictEqual(workspace.litter(), []);
  });
}

kernelTest("a function that the kernel does not have is named", [...NEEDS, "fentry"], async () => {
  await using workspace = await Workspace.make();
  const cli = new Cli(workspace);
  const words = ["--programs", "fentry:fentry_count:vfs_unlinkk"];
  const { code, stderr } = await cli.run(["load", "file", fixturePath("fentry_counter"), ...words]);
  match(stderr, /Cannot load program "fentry_count": the kernel has no function .*"vfs_unlinkk"/);
  strictEqual(code, 3);
  deepStrictEqual(workspace.litter(), []);
});

kernelTest("a kernel that refuses fentry to root is named as the cause", NEEDS, async () => {
  await using workspace = await Workspace.make();
  const cli = new Cli(workspace);
  const words = ["--programs", "fentry:fentry_count:vfs_unlink"];
  const { code, stderr } = await cli.run(["load", "file", fixturePath("fentry_counter"), ...words]);
  if (tryProgLoad(TRACING, TRACE_FENTRY) === EPERM) {
    strictEqual(code, 5);
    match(stderr, /Cannot load program "fentry_count": the kernel does not permit it although /);
    match(stderr, /\nhint: .*lockdown/);
    deepStrictEqual(workspace.litter(), []);
  } else {
    strictEqual(code, 0, stderr);
  }
});
