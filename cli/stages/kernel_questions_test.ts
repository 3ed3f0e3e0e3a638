import { deepEqual, equal, throws } from "node:assert/strict";
import { SyscallError } from "../../ffi/errno.ts";
import { hasModuleTarget, isPerfRestricted } from "./kernel_questions.ts";

const KALLSYMS = `0000000000000000 T vfs_read
0000000000000000 t both_have
0000000000000000 t both_have\t[veth]
0000000000000000 t veth_xmit\t[veth]
0000000000000000 T p9_client_clunk\t[9pnet]
0000000000000000 d veth_table\t[veth]
`;

/** Files of a kernel, and which of them were read. */
function filesOf(texts: Readonly<Record<string, string>>) {
  const read: string[] = [];
  return {
    read,
    exists: (path: string) => path in texts,
    readText(path: string): string {
      read.push(path);
      const text = texts[path];
      if (text === undefined) throw new SyscallError("openat", 13, path);
      return text;
    },
  };
}

const isOfModule = (attachFunction: string, type: "fentry" | "fexit" | "lsm" = "fentry") =>
  hasModuleTarget(filesOf({ "/proc/kallsyms": KALLSYMS }), [{ type, attachFunction }]);

Deno.test("hasModuleTarget() knows functions that only a module has", () => {
  equal(isOfModule("veth_xmit"), true);
  equal(isOfModule("p9_client_clunk", "fexit"), true);
  equal(isOfModule("vfs_read"), false);
  equal(isOfModule("both_have"), false);
  equal(isOfModule("veth_table"), false);
  equal(isOfModule("veth_xmi."), false);
  equal(isOfModule("veth_xmit", "lsm"), false);
});

Deno.test("hasModuleTarget() finds one among several, and reads symbols only where it must", () => {
  const files = filesOf({ "/proc/kallsyms": KALLSYMS });
  equal(hasModuleTarget(files, [{ type: "xdp" }, { type: "fentry" }]), false);
  deepEqual(files.read, []);
  const several = ["vfs_read", "veth_xmit"]
    .map((attachFunction) => ({ type: "fentry", attachFunction }) as const);
  equal(hasModuleTarget(files, several), true);
  deepEqual(files.read, ["/proc/kallsyms"]);
});

Deno.test("hasModuleTarget() takes symbols that cannot be read for none, and hides no other error", () => {
  const wanted = [{ type: "fentry", attachFunction: "veth_xmit" }] as const;
  equal(hasModuleTarget(filesOf({}), wanted), false);
  const broken = {
    exists: () => true,
    readText: () => {
      throw new RangeError("broken");
    },
  };
  throws(() => hasModuleTarget(broken, wanted), RangeError);
});

Deno.test("isPerfRestricted() is true above the settings of Linux, and where nobody can tell", () => {
  const path = "/proc/sys/kernel/perf_event_paranoid";
  const at = (text: string) => isPerfRestricted(filesOf({ [path]: text }));
  deepEqual(["-1\n", "2\n", "3\n", "4\n"].map(at), [false, false, true, true]);
  equal(isPerfRestricted(filesOf({})), true);
});
