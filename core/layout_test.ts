import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { Layout, programIdOfPin } from "./layout.ts";

Deno.test("Layout puts things where other tools look for them", () => {
  const layout = new Layout("/run/bpfman");
  strictEqual(layout.lock, "/run/bpfman/.lock");
  strictEqual(layout.bpffs, "/run/bpfman/fs");
  strictEqual(layout.programPin(7), "/run/bpfman/fs/prog_7");
  strictEqual(layout.mapDirectory(7), "/run/bpfman/fs/maps/7");
  strictEqual(layout.linkPin(3), "/run/bpfman/fs/links/3");
  strictEqual(layout.bytecode(7), "/run/bpfman/programs/7/bytecode.o");
  strictEqual(
    layout.tcxPin("egress", { nsid: 4026531840, ifindex: 2 }, 7),
    "/run/bpfman/fs/tcx-egress/link_4026531840_2_7",
  );
});

Deno.test("Layout takes a root with slashes at its end", () => {
  strictEqual(new Layout("/run/x//").lock, "/run/x/.lock");
});

Deno.test("Layout lists parents before their children", () => {
  const layout = new Layout("/run/x");
  const all = [...layout.directories, ...layout.pinDirectories];
  deepStrictEqual(all.filter((path) => path === layout.root), [all[0]]);
  for (const [index, path] of all.entries()) {
    const parent = path.slice(0, path.lastIndexOf("/"));
    if (index > 0) strictEqual(all.slice(0, index).includes(parent), true, path);
  }
});

Deno.test("programIdOfPin() reads names of program pins and of nothing else", () => {
  strictEqual(programIdOfPin("prog_12"), 12);
  for (const name of ["prog_", "prog_1x", "xprog_1", "maps", "prog_-1", "progs.debug"]) {
    strictEqual(programIdOfPin(name), null, name);
  }
});
