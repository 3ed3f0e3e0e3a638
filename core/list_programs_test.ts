import { deepStrictEqual } from "node:assert/strict";
import type { ProgramInfo } from "../ffi/mod.ts";
import { fakeKernel } from "../tests/support/fake_kernel.ts";
import { programRecord, storeState } from "../tests/support/records.ts";
import { Layout } from "./layout.ts";
import { listProgramRows } from "./list_programs.ts";

/** What a kernel says of a program. */
function info(id: number, changes: Partial<ProgramInfo> = {}): ProgramInfo {
  return { id, loadTime: 5n, ...changes } as ProgramInfo;
}

Deno.test("listProgramRows() asks the kernel for what is not known yet, and no more", async () => {
  const asked: string[] = [];
  const kernel = fakeKernel({
    bpf: {
      openPin: (path) => {
        asked.push(path);
        return { raw: Number(path.split("_").at(-1)), [Symbol.dispose]: () => {} };
      },
      programInfoByFd: (fd) => info(fd, { memlock: 4096 }),
    },
    host: { bootTimeToDate: () => new Date(0) },
  });
  const machine = { kernel, layout: new Layout("/run/bpfman"), now: () => new Date(0) };
  const seen = storeState([programRecord(7), programRecord(8)]);
  const infos = new Map([[7, info(7, { memlock: null })]]);

  const plain = await listProgramRows(machine, { seen, infos }, { hasMemory: false });
  deepStrictEqual(plain.map((row) => row.kernel?.id), [7, 8]);
  deepStrictEqual(asked.splice(0), ["/run/bpfman/fs/prog_8"]);

  // one call does not tell the memory
  const whole = await listProgramRows(machine, { seen, infos }, {});
  deepStrictEqual(whole.map((row) => row.kernel?.memlock), [4096, 4096]);
  deepStrictEqual(asked, ["/run/bpfman/fs/prog_7", "/run/bpfman/fs/prog_8"]);
});
