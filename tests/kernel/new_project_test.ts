import { ok } from "node:assert/strict";
import { projectFiles } from "../../cli/new/project.ts";
import { writeProject } from "../../cli/new/write_project.ts";
import { Cli, type LoadedJson } from "../support/cli.ts";
import { mustRun } from "../support/must.ts";
import { kernelTest } from "../support/requires.ts";
import { Workspace } from "../support/workspace.ts";
import { CLANG } from "../tools/compile_bpf.ts";

// The script of the project is the one that tests/cli/new_test.ts runs for tracepoint; emulation is
// too slow for its eleven processes.
kernelTest(
  "new kprobe: the project builds, loads, attaches and counts",
  ["root", "bpffs", "kprobe", "command:bpftool", "command:make", "command:clang-19"],
  async () => {
    await using workspace = await Workspace.make();
    const folder = `${workspace.path}/unlinks`;
    writeProject(folder, projectFiles("kprobe", "unlinks"));
    await mustRun("make", ["build", `CLANG=${CLANG}`], { cwd: folder });
    const cli = new Cli(workspace);
    const object = `${folder}/unlinks.bpf.o`;
    const { programs: [program] } = await cli.json<{ programs: LoadedJson[] }>(
      ["load", "file", object, "--programs", "kprobe:unlinks"],
    );
    ok(program !== undefined);
    const { program_id: id } = program.record;
    await cli.attach(id, "kprobe", "--fn-name", "vfs_unlink");
    await mustRun("rm", [`${folder}/README.md`]);
    const map = `${workspace.bpffs}/maps/${id}/calls`;
    const counts: unknown[] = JSON.parse(
      await mustRun("bpftool", ["-j", "map", "dump", "pinned", map]),
    );
    ok(counts.length > 0, "nothing was counted");
    await cli.must(["unload", String(id)]);
  },
);
