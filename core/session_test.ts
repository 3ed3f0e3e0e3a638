import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import type { ProgramInfo } from "../ffi/mod.ts";
import { fakeKernel } from "../tests/support/fake_kernel.ts";
import { programRecord, storeState } from "../tests/support/records.ts";
import { Layout } from "./layout.ts";
import { Session } from "./session.ts";
import { writeSnapshot } from "./store/snapshot.ts";

/** A session on a directory of its own, and how to write the readers' file in it. */
function scene() {
  const root = Deno.makeTempDirSync();
  Deno.mkdirSync(`${root}/db`);
  const layout = new Layout(root);
  const pins = { exists: () => true, list: (path: string) => path === layout.bpffs ? PINS : [] };
  const bpf = {
    openPin: (path: string) => ({
      raw: Number(path.slice(path.lastIndexOf("_") + 1)),
      [Symbol.dispose]: () => {},
    }),
    programInfoByFd: (id: number) => ({ id }) as ProgramInfo,
  };
  const machine = { kernel: fakeKernel({ files: pins, bpf }), layout, now: () => new Date(0) };
  let written = 0;
  return {
    session: new Session(machine, 1000),
    /** Writes as many programs as there were writes. */
    write: () => {
      written++;
      const programs = Array.from({ length: written }, (_, at) => programRecord(at + 1));
      writeSnapshot(layout.snapshot, storeState(programs));
    },
    [Symbol.dispose]: () => Deno.removeSync(root, { recursive: true }),
  };
}

const PINS = Array.from({ length: 9 }, (_, at) => `prog_${at + 1}`);

Deno.test("Session.read() reads once where nobody writes", async () => {
  using made = scene();
  made.write();
  let reads = 0;
  const size = await made.session.read(({ seen }) => {
    reads++;
    return seen.programs.size;
  });
  deepStrictEqual([size, reads], [1, 1]);
});

Deno.test("Session.read() reads once more what a writer changed meanwhile", async () => {
  using made = scene();
  made.write();
  const sizes: number[] = [];
  const size = await made.session.read(({ stored }) => {
    sizes.push(stored.programs.size);
    if (sizes.length === 1) made.write();
    return stored.programs.size;
  });
  deepStrictEqual([size, sizes], [2, [1, 2]]);
});

Deno.test("Session.read() takes what it has when writers never rest, and its errors too", async () => {
  using made = scene();
  made.write();
  let reads = 0;
  await made.session.read(() => {
    reads++;
    made.write();
  });
  strictEqual(reads, 3);
  reads = 0;
  await rejects(
    made.session.read(() => {
      if (++reads === 1) made.write();
      throw new Error("Cannot go on");
    }),
    /Cannot go on/,
  );
  strictEqual(reads, 2);
});
