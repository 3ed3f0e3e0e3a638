import { deepEqual, equal, match, ok, throws } from "node:assert/strict";
import { makeProfile } from "../../bytecode-tools/kernel/profile.ts";
import { BpfmanError } from "../errors.ts";
import { KernelStore } from "./store.ts";

const FULL = makeProfile({
  name: "6.1-test",
  release: "6.1.0-test",
  btf: Uint8Array.of(1, 2, 3),
  modules: [{ name: "veth", btf: Uint8Array.of(4, 5) }, { name: "xfs", btf: Uint8Array.of(6) }],
  config: "CONFIG_BPF=y\n",
  symbols: "0000000000000000 T vfs_read\n0000000000000000 T vfs_write\n",
  tracepoints: "sched:sched_switch\n",
  securityModules: "capability,bpf\n",
});

async function withStore(work: (store: KernelStore, folder: string) => void): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    work(new KernelStore(`${folder}/kernels`), `${folder}/kernels`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("KernelStore gives back what it was given", async () => {
  await withStore((store) => {
    store.save(FULL);
    const found = store.load("6.1-test");
    deepEqual({ ...found, symbols: found.symbols, tracepoints: found.tracepoints }, FULL);
  });
});

Deno.test("KernelStore keeps what the kernel answered", async () => {
  const host = {
    architecture: "x86_64",
    hasJit: null,
    libbpf: "1.1.2",
    libxdp: null,
    programTypes: [{ name: "xdp", type: 6, attachType: 0, isLoadable: true, why: null }],
  };
  await withStore((store) => {
    store.save({ ...FULL, host });
    deepEqual(store.load("6.1-test").host, host);
    store.save(FULL);
    equal(store.load("6.1-test").host, undefined);
  });
});

Deno.test("KernelStore keeps unknown facts unknown", async () => {
  await withStore((store) => {
    const bare = makeProfile({ name: "bare", btf: Uint8Array.of(1) });
    store.save(bare);
    const { symbols, tracepoints, modules, config, securityModules } = store.load("bare");
    deepEqual(
      [symbols, tracepoints, modules, config, securityModules],
      [undefined, undefined, undefined, undefined, undefined],
    );
    equal(store.list()[0]?.modules, null);
    store.save({ ...bare, modules: [], hasMoreModules: true });
    equal(store.load("bare").hasMoreModules, true);
  });
});

Deno.test("KernelStore lists names and replaces a kernel as a whole", async () => {
  await withStore((store, folder) => {
    deepEqual(store.names(), []);
    store.save(FULL);
    store.save({ ...FULL, config: undefined });
    deepEqual(store.names(), ["6.1-test"]);
    deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["6.1-test"]);
    const [kernel] = store.list();
    deepEqual([kernel?.release, kernel?.modules, kernel?.hasConfig, kernel?.hasSymbols], [
      "6.1.0-test",
      2,
      false,
      true,
    ]);
  });
});

Deno.test("KernelStore does not list what a killed save left", async () => {
  await withStore((store, folder) => {
    store.save(FULL);
    Deno.mkdirSync(`${folder}/.half`);
    deepEqual(store.names(), ["6.1-test"]);
  });
});

Deno.test("KernelStore refuses unknown names, and names that lead elsewhere", async () => {
  await withStore((store) => {
    store.save(FULL);
    throws(() => store.load("6.1-tst"), (error) => {
      return error instanceof BpfmanError && error.hint === 'Did you mean "6.1-test"?';
    });
    for (const name of ["../x", ".hidden", "a/b", ""]) {
      throws(() => store.load(name), /Cannot use ".*" as the name of a kernel/);
      throws(() => store.save({ ...FULL, name }), /Cannot use/);
    }
  });
});

Deno.test("KernelStore refuses facts of another version", async () => {
  await withStore((store, folder) => {
    store.save(FULL);
    Deno.writeTextFileSync(`${folder}/6.1-test/facts.json`, '{"version":2}');
    throws(() => store.load("6.1-test"), /its facts have version 2, not 1/);
  });
});

Deno.test("KernelStore tells what is wrong with its place, and with facts that are damaged", async () => {
  await withStore((store, folder) => {
    store.save(FULL);
    Deno.writeTextFileSync(`${folder}/6.1-test/facts.json`, '{"version":1,"na');
    throws(() => store.list(), /Cannot read kernel "6\.1-test": its facts are damaged/);
    const file = `${folder}/6.1-test/config`;
    const none = new KernelStore(`${file}/kernels`);
    for (const use of [() => none.names(), () => none.load("x"), () => none.save(FULL)]) {
      throws(use, (error) => {
        ok(error instanceof BpfmanError);
        equal(error.code, "data-directory");
        match(error.message, /^Cannot use ".*\/config\/kernels"$/);
        return true;
      });
    }
  });
});
