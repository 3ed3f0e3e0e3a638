import { ok, rejects, strictEqual } from "node:assert/strict";
import { MIRROR_VARIABLE } from "../../bytecode-tools/wasm/apt.ts";
import { ensureKernel, isKernelName } from "./kernels.ts";

/** A cache directory, and a mirror that cannot answer: whatever asks the network fails. */
class OfflineCache implements Disposable {
  readonly path = Deno.makeTempDirSync();
  readonly directory = `${this.path}/vm/linux-6.12-1`;
  readonly #mirror = Deno.env.get(MIRROR_VARIABLE);

  constructor() {
    Deno.mkdirSync(`${this.path}/vm`);
    Deno.env.set(MIRROR_VARIABLE, `file:${this.path}/no-mirror`);
  }

  addKernel(): void {
    Deno.mkdirSync(this.directory);
    const record = { release: "6.12.1-test", packages: [] };
    Deno.writeTextFileSync(`${this.directory}/kernel.json`, JSON.stringify(record));
  }

  [Symbol.dispose](): void {
    if (this.#mirror === undefined) Deno.env.delete(MIRROR_VARIABLE);
    else Deno.env.set(MIRROR_VARIABLE, this.#mirror);
    Deno.removeSync(this.path, { recursive: true });
  }
}

Deno.test("isKernelName() knows the names of the table only", () => {
  strictEqual(isKernelName("6.12"), true);
  strictEqual(isKernelName("toString"), false);
});

Deno.test("ensureKernel() takes a complete kernel from the cache", async () => {
  using cache = new OfflineCache();
  cache.addKernel();
  const image = await ensureKernel("6.12", { cacheDirectory: cache.path });
  strictEqual(image.release, "6.12.1-test");
  strictEqual(image.vmlinux, `${cache.directory}/vmlinux`);
});

Deno.test("ensureKernel() starts again where an interrupted fetch left an incomplete directory", async () => {
  using cache = new OfflineCache();
  Deno.mkdirSync(`${cache.directory}.building-1234/apt`, { recursive: true });
  Deno.mkdirSync(`${cache.path}/vm/linux-6.1-1.building-5678`);
  const log: string[] = [];
  await rejects(
    ensureKernel("6.12", { cacheDirectory: cache.path, log: (line) => void log.push(line) }),
    /Cannot run "apt-get update": it ended with code 100: .*no-mirror/,
  );
  strictEqual(log[0], "fetching kernel 6.12 from Debian trixie");
  await rejects(Deno.stat(`${cache.directory}.building-1234`), Deno.errors.NotFound);
  ok(Deno.statSync(`${cache.path}/vm/linux-6.1-1.building-5678`).isDirectory, "not its own");
  await rejects(Deno.stat(cache.directory), Deno.errors.NotFound);
});

Deno.test("ensureKernel() waits for another fetch and then uses its result", async () => {
  using cache = new OfflineCache();
  using lock = Deno.openSync(`${cache.directory}.lock`, { create: true, write: true });
  lock.lockSync(true);
  const log: string[] = [];
  const image = ensureKernel("6.12", {
    cacheDirectory: cache.path,
    log: (line) => {
      log.push(line);
      cache.addKernel();
      lock.unlockSync();
    },
  });
  strictEqual((await image).release, "6.12.1-test");
  ok(log.includes("waiting for another fetch of kernel 6.12") && log.length === 1, log.join());
});
