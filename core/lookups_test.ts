import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { SyscallError } from "../ffi/errno.ts";
import type { Kernel, LinkInfo, MapInfo, ProgramInfo } from "../ffi/mod.ts";
import { fakeKernel } from "../tests/support/fake_kernel.ts";
import { linkRecord, programRecord, storeState } from "../tests/support/records.ts";
import { Layout } from "./layout.ts";
import { lookLink, lookProgram } from "./lookups.ts";
import { viewProgram } from "./view_program.ts";

const [EPERM, ENOENT, EACCES] = [1, 2, 13];
const FS = "/run/bpfman/fs";

const PROGRAM: ProgramInfo = {
  id: 7,
  type: 6,
  name: "program_7",
  tag: "0123456789abcdef",
  jitedSize: 10,
  xlatedSize: 16,
  isRestricted: false,
  loadTime: 5n,
  uid: 0,
  mapIds: [31, 32, 33],
  gplCompatible: true,
  btfId: 3,
  runTimeNs: 0n,
  runCount: 0n,
  recursionMisses: 0n,
  verifiedInsns: 2,
  attachBtfObjId: 0,
  attachBtfId: 0,
  memlock: 4096,
};

function map(id: number, name: string): MapInfo {
  const sizes = { keySize: 4, valueSize: 8, maxEntries: 1 };
  const btf = { btfId: 0, btfKeyTypeId: 0, btfValueTypeId: 0 };
  const rest = { flags: 0, mapExtra: 0n, memlock: null, isFrozen: false };
  return { id, type: 2, name, ...sizes, ...btf, ...rest };
}

function link(id: number): LinkInfo {
  const rest = { ifindex: 0, attachType: 0, targetObjId: 0, targetBtfId: 0, cgroupId: 0 };
  return { id, type: 5, programId: 7, ...rest };
}

type Thing = ProgramInfo | MapInfo | LinkInfo;

/** A kernel that has things by pin; `byId` answers for everything that is asked for by id. */
function pinnedKernel(pins: Readonly<Record<string, Thing>>, byId: () => null): Kernel {
  const paths = Object.keys(pins);
  // the number of a descriptor is the place of its pin
  const at = <T extends Thing>(fd: number) => pins[paths[fd] ?? ""] as T;
  return fakeKernel({
    bpf: {
      openPin: (path) => {
        if (path.endsWith("closed")) throw new SyscallError("bpf(BPF_OBJ_GET)", EACCES, path);
        const raw = paths.indexOf(path);
        if (raw < 0) throw new SyscallError("bpf(BPF_OBJ_GET)", ENOENT, path);
        return { raw, [Symbol.dispose]: () => {} };
      },
      programInfoByFd: (fd) => at<ProgramInfo>(fd),
      mapInfoByFd: (fd) => at<MapInfo>(fd),
      linkInfoByFd: (fd) => at<LinkInfo>(fd),
      programInfo: byId,
      mapInfo: byId,
      linkInfo: byId,
    },
    files: {
      exists: (path) => paths.includes(path),
      list: (folder) =>
        paths.filter((path) => path.startsWith(`${folder}/`))
          .map((path) => path.slice(folder.length + 1)),
    },
    host: { bootTimeToDate: () => new Date(0) },
  });
}

function machineOf(kernel: Kernel) {
  return { kernel, layout: new Layout("/run/bpfman"), now: () => new Date(0) };
}

function refuse(): never {
  throw new SyscallError("bpf(BPF_PROG_GET_FD_BY_ID)", EPERM);
}

Deno.test("viewProgram() knows all that is pinned without asking by id", async () => {
  const pins = {
    [`${FS}/prog_7`]: PROGRAM,
    [`${FS}/links/1`]: link(101),
    [`${FS}/maps/7/a_map_with_a_long_name`]: map(31, "a_map_with_a_lo"),
    [`${FS}/internal/7/:bss`]: map(32, "program.bss"),
  };
  const record = programRecord(7, { mapIds: { ".rodata": 33, ".bss": 32 } });
  const links = [linkRecord(1, 7), linkRecord(2, 7)];
  const view = await viewProgram(
    machineOf(pinnedKernel(pins, refuse)),
    storeState([record], links),
    record,
  );
  strictEqual(view.kernel, PROGRAM);
  deepStrictEqual(view.maps.map(({ id, name, info, pinPath }) => [id, name, info?.id, pinPath]), [
    [31, "a_map_with_a_long_name", 31, `${FS}/maps/7/a_map_with_a_long_name`],
    [32, "program.bss", 32, null],
    // nothing but its id and its name in the row are known of what has no pin
    [33, ".rodata", undefined, null],
  ]);
  deepStrictEqual(
    view.links.map(({ kernel, problem, isKernelSeen }) => [kernel?.id, problem, isKernelSeen]),
    [[101, null, true], [undefined, "pin-gone", false]],
  );
});

Deno.test("viewProgram() leaves out maps that the kernel does not have", async () => {
  const record = programRecord(7);
  const kernel = pinnedKernel({ [`${FS}/prog_7`]: PROGRAM }, () => null);
  const { maps } = await viewProgram(machineOf(kernel), storeState([record]), record);
  deepStrictEqual(maps, []);
});

Deno.test("lookProgram() and lookLink() ask by id where the pin is of something else", () => {
  const pins = { [`${FS}/prog_7`]: { ...PROGRAM, id: 8 }, [`${FS}/links/1`]: link(9) };
  const asked: string[] = [];
  const machine = machineOf(pinnedKernel(pins, () => {
    asked.push("by id");
    return null;
  }));
  strictEqual(lookProgram(machine, programRecord(7)), null);
  strictEqual(lookLink(machine, linkRecord(1, 7)), null);
  strictEqual(asked.length, 2);
  strictEqual(lookLink(machine, linkRecord(1, 7, { kernelLinkId: null })), null);
  strictEqual(asked.length, 2);
});

Deno.test("lookLink() says that it may not look when neither pin nor id may be read", () => {
  const machine = machineOf(pinnedKernel({}, refuse));
  const closed = linkRecord(1, 7, { pinPath: "/closed" });
  throws(() => lookLink(machine, closed), { code: "EPERM" });
  // with no pin at all the answer is that nothing is known
  strictEqual(lookLink(machine, linkRecord(1, 7)), null);
});
