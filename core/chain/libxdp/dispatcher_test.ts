import { deepStrictEqual, strictEqual } from "node:assert/strict";
import type { OwnedFd, ProgramInfo } from "../../../ffi/mod.ts";
import { type FakeCalls, fakeKernel } from "../../../tests/support/fake_kernel.ts";
import { Layout } from "../../layout.ts";
import type { Machine } from "../../machine.ts";
import { readDispatcher, sweepDispatchers } from "./dispatcher.ts";

const MAIN_ID = 33;
const CONFIGURATION_ID = 7;
const FOLDER = `/sys/fs/bpf/xdp/dispatch-2-${MAIN_ID}`;
/** Programs by their pins: the fake hands their ids out as descriptors. */
const PINS = new Map([[`${FOLDER}/prog0-prog`, 41], [`${FOLDER}/prog1-prog`, 42]]);

function borrowed(raw: number): OwnedFd {
  return { raw, [Symbol.dispose]: () => {} };
}

/** The configuration of version 2, which begins with a magic number, or of version 1. */
function configuration(version: 1 | 2): Uint8Array {
  const bytes = new Uint8Array(version === 1 ? 84 : 124);
  const view = new DataView(bytes.buffer);
  bytes.set(version === 1 ? [2] : [236, 2, 2, 0]);
  for (const [slot, [mask = 0, priority = 0]] of [[0x80000004, 40], [0x80000006, 50]].entries()) {
    view.setUint32(4 + 4 * slot, mask, true);
    view.setUint32(44 + 4 * slot, priority, true);
  }
  return bytes;
}

class SyscallError extends Error {
  override readonly name = "SyscallError";
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

function machineWith(calls: FakeCalls = {}, version: 1 | 2 = 2): Machine {
  const info = (id: number) => ({ id, name: `program_${id}`, mapIds: [CONFIGURATION_ID] });
  const kernel = fakeKernel({
    traffic: { xdp: () => ({ mode: "generic", programId: MAIN_ID }) },
    files: {
      list: (path) =>
        path === FOLDER ? ["prog0-link", "prog0-prog", "prog1-link", "prog1-prog"] : [],
    },
    bpf: {
      openPin: (path) => borrowed(PINS.get(path) ?? 0),
      programInfo: (id) => info(id) as unknown as ProgramInfo,
      programInfoByFd: (fd) => info(fd) as unknown as ProgramInfo,
    },
    maps: { open: (id) => borrowed(id), read: () => configuration(version) },
    ...calls,
  });
  return { kernel, layout: new Layout("/run/x"), now: () => new Date(0) };
}

for (const version of [1, 2] as const) {
  Deno.test(`readDispatcher() reads a configuration of version ${version}`, () => {
    deepStrictEqual(readDispatcher(machineWith({}, version), 2), {
      mode: "generic",
      mainProgramId: MAIN_ID,
      programs: [
        { id: 41, name: "program_41", priority: 40, chainActions: [2] },
        { id: 42, name: "program_42", priority: 50, chainActions: [1, 2] },
      ],
    });
  });
}

Deno.test("readDispatcher() takes no other program for a dispatcher of libxdp", () => {
  const files = { list: () => [] };
  strictEqual(readDispatcher(machineWith({ files }), 2), null);
  const traffic = { xdp: () => null };
  strictEqual(readDispatcher(machineWith({ traffic }), 2), null);
});

Deno.test("readDispatcher() finds nothing on an interface that is gone", () => {
  const traffic = {
    xdp: () => {
      throw new SyscallError("ENODEV");
    },
  };
  strictEqual(readDispatcher(machineWith({ traffic }), 2), null);
});

Deno.test("sweepDispatchers() removes folders with programs of ours, and no others", () => {
  const removed: string[] = [];
  const files = {
    list: (path: string) => {
      if (path === "/sys/fs/bpf/xdp") return [`dispatch-2-${MAIN_ID}`, "dispatch-21-5"];
      return path === FOLDER ? ["prog0-prog", "prog1-prog"] : [];
    },
    remove: (path: string) => removed.push(path) > 0,
    removeDirectory: (path: string) => removed.push(path) > 0,
  };
  sweepDispatchers(machineWith({ files }), 2, [99]);
  deepStrictEqual(removed, []);
  sweepDispatchers(machineWith({ files }), 2, [42]);
  deepStrictEqual(removed, [`${FOLDER}/prog0-prog`, `${FOLDER}/prog1-prog`, FOLDER]);
});
