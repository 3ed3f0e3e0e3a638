import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { compile } from "../../tests/support/compile.ts";
import { readAr, readTar } from "./archive.ts";
import { kernelBtf } from "./image.ts";
import { kernelFiles, profileFromPackages } from "./package.ts";

const KERNEL = `struct task_struct { int pid; } task = { 1 };
const char banner[] = "Linux version 6.12.1-test (gcc) #1";`;
const UNPACKERS = {
  gzip: (packed: Uint8Array) => new Uint8Array(gunzipSync(packed)),
  zstd: (packed: Uint8Array) => new Uint8Array(zstdDecompressSync(packed)),
};

/** Builds a Debian package of files with dpkg-deb. */
function debianPackage(
  files: Readonly<Record<string, Uint8Array | string>>,
  compression: string,
): Uint8Array {
  const folder = Deno.makeTempDirSync();
  try {
    Deno.mkdirSync(`${folder}/tree/DEBIAN`, { recursive: true });
    Deno.writeTextFileSync(
      `${folder}/tree/DEBIAN/control`,
      "Package: test-kernel\nVersion: 1\nArchitecture: all\nMaintainer: a <a@b.c>\nDescription: x\n",
    );
    for (const [path, content] of Object.entries(files)) {
      const target = `${folder}/tree/${path}`;
      Deno.mkdirSync(target.slice(0, target.lastIndexOf("/")), { recursive: true });
      const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
      Deno.writeFileSync(target, bytes);
    }
    const { success, stderr } = new Deno.Command("dpkg-deb", {
      args: [
        `-Z${compression}`,
        "--root-owner-group",
        "-b",
        `${folder}/tree`,
        `${folder}/test.deb`,
      ],
    }).outputSync();
    ok(success, new TextDecoder().decode(stderr));
    return Deno.readFileSync(`${folder}/test.deb`);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

const LONG = "lib/modules/6.12.1-test/kernel/drivers/net/ethernet/very_long_vendor_name/" +
  "another_long_folder/my-module.ko";

Deno.test("profileFromPackages() takes kernel, configuration, symbols and modules out of packages", () => {
  const kernel = compile(KERNEL);
  const image = debianPackage({
    "boot/vmlinuz-6.12.1-test": kernel,
    "boot/config-6.12.1-test": "CONFIG_HZ=250\n",
    "boot/System.map-6.12.1-test": "ffffffff81000000 T _stext\n",
    [LONG]: compile("struct own { int a; } own = { 2 };"),
    "lib/modules/6.12.1-test/kernel/no_types.ko": compile("int f(void) { return 0; }", {
      args: ["-g0"],
    }),
  }, "gzip");
  const profile = profileFromPackages([image], UNPACKERS);
  equal(profile.release, "6.12.1-test");
  deepEqual(profile.btf, kernelBtf(kernel));
  equal(profile.config, "CONFIG_HZ=250\n");
  deepEqual([...profile.symbols ?? []], ["_stext"]);
  deepEqual(profile.modules?.map(({ name }) => name), ["my_module"]);
});

Deno.test("profileFromPackages() puts packages together that complete each other", () => {
  const binary = debianPackage({ "usr/lib/modules/7.2/vmlinuz": compile(KERNEL) }, "none");
  const base = debianPackage({
    "boot/config-7.2": "CONFIG_BPF=y\n",
    "boot/System.map-7.2": "The real System.map is in another package\n",
  }, "gzip");
  const profile = profileFromPackages([base, binary], UNPACKERS);
  equal(profile.config, "CONFIG_BPF=y\n");
  equal(profile.symbols, undefined);
  equal(profile.modules, undefined);
  throws(() => profileFromPackages([base], UNPACKERS), { rule: "kernel-missing" });
});

Deno.test("kernelFiles() names the compression that it has no unpacker for", () => {
  const image = debianPackage({ "boot/vmlinuz-1": "x" }, "xz");
  throws(() => kernelFiles(image), { code: "unsupported", message: /no unpacker for xz/ });
});

Deno.test("readAr() and readTar() refuse damaged archives with their own error", () => {
  const image = debianPackage({ "boot/config-1": "CONFIG_HZ=1\n" }, "none");
  const [, , data] = [...readAr(image)];
  ok(data !== undefined);
  deepEqual([...readTar(data.bytes)].map(({ path }) => path), ["boot/config-1"]);
  throws(() => [...readAr(image.subarray(0, image.length - 600))], { rule: "ar" });
  throws(() => [...readAr(new Uint8Array(100))], { rule: "ar" });
  const tar = data.bytes.slice();
  const at = tar.length;
  for (let n = 0; n < at; n += 512) tar[n + 124] = 0x37;
  throws(() => [...readTar(tar)], { rule: "tar" });
});
