import { deepEqual, equal, match, rejects } from "node:assert/strict";
import { btfBytesOf } from "../../bytecode-tools/btf/file.ts";
import { makeProfile, profileToFile } from "../../bytecode-tools/kernel/profile.ts";
import { factsFromFile, withModule } from "./add.ts";

/** An ELF file with BTF; objects have it where kernels have it. */
const ELF = Deno.readFileSync(
  new URL("../../tests/fixtures/core_fields.bpf.o", import.meta.url),
);

/** A Debian package with these files, made by Debian's own tool. */
async function makePackage(
  files: Readonly<Record<string, Uint8Array | string>>,
): Promise<{ readonly path: string; readonly bytes: Uint8Array }> {
  const folder = await Deno.makeTempDir();
  try {
    const all = {
      "DEBIAN/control": "Package: linux-image-test\nVersion: 1\nArchitecture: all\n" +
        "Maintainer: nobody <nobody@example.org>\nDescription: test\n",
      ...files,
    };
    for (const [path, content] of Object.entries(all)) {
      await Deno.mkdir(`${folder}/${path.replace(/[^/]*$/, "")}`, { recursive: true });
      const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
      await Deno.writeFile(`${folder}/${path}`, bytes);
    }
    const path = await Deno.makeTempFile({ suffix: ".deb" });
    await Deno.chmod(folder, 0o755);
    const { success, stderr } = await new Deno.Command("dpkg-deb", {
      args: ["--build", "--root-owner-group", folder, path],
    }).output();
    if (!success) throw new Error(`Cannot build a package: ${new TextDecoder().decode(stderr)}`);
    return { path, bytes: await Deno.readFile(path) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("factsFromFile() takes BTF by itself and out of an ELF file", async () => {
  const btf = btfBytesOf(ELF);
  const alone = await factsFromFile({ path: "/x/el9.btf", bytes: btf });
  deepEqual([alone.name, alone.release, alone.btf.length], ["el9", "", btf.length]);
  const elf = await factsFromFile({ path: "/x/vmlinux", bytes: ELF, name: "mine" });
  deepEqual([elf.name, elf.btf], ["mine", btf]);
});

Deno.test("factsFromFile() reads files of facts", async () => {
  const profile = makeProfile({ name: "n", release: "6.1.0", btf: btfBytesOf(ELF), modules: [] });
  const bytes = await profileToFile(profile);
  deepEqual(await factsFromFile({ path: "n.facts.gz", bytes }), profile);
  equal((await factsFromFile({ path: "n.facts.gz", bytes, name: "other" })).name, "other");
});

Deno.test("factsFromFile() takes kernel, configuration and symbols out of a Debian package", async () => {
  const release =
    "6.1.0-long-name-so-that-the-path-in-the-archive-has-more-than-100-characters-amd64";
  const file = await makePackage({
    [`usr/lib/modules/${release}/vmlinuz`]: ELF,
    [`boot/config-${release}`]: "CONFIG_BPF=y\n",
    [`boot/System.map-${release}`]: "ffffffff81000000 T vfs_read\n",
    "usr/share/doc/readme": "x",
  });
  try {
    const profile = await factsFromFile({ ...file, name: "deb" });
    deepEqual(profile.btf, btfBytesOf(ELF));
    equal(profile.config, "CONFIG_BPF=y\n");
    equal(profile.symbols?.has("vfs_read"), true);
    equal(profile.modules, undefined);
  } finally {
    await Deno.remove(file.path);
  }
});

Deno.test("factsFromFile() says so when a package has no kernel, and when it is damaged", async () => {
  const file = await makePackage({ "usr/share/doc/readme": "x" });
  try {
    await rejects(factsFromFile(file), /Cannot take facts from .*: the package has no kernel/);
    await Deno.writeFile(file.path, file.bytes.subarray(0, 100));
    await rejects(factsFromFile(file), /dpkg-deb does not take it/);
  } finally {
    await Deno.remove(file.path);
  }
});

Deno.test("factsFromFile() refuses what is no kernel", async () => {
  const bytes = new TextEncoder().encode("#!/bin/sh");
  await rejects(factsFromFile({ path: "x", bytes }), /neither a bzImage nor an ELF file/);
});

Deno.test("withModule() adds a module once, by the name that the kernel gives it", async () => {
  const profile = makeProfile({ name: "n", btf: btfBytesOf(ELF) });
  const once = await withModule(profile, { path: "/m/nf-conntrack.ko", bytes: ELF });
  const twice = await withModule(once, { path: "/m/nf-conntrack.ko", bytes: ELF });
  deepEqual(twice.modules?.map(({ name }) => name), ["nf_conntrack"]);
  equal(twice.hasMoreModules, true);
  const known = await withModule({ ...profile, modules: [] }, { path: "/m/a.ko", bytes: ELF });
  equal(known.hasMoreModules, undefined);
  match(String(twice.modules?.[0]?.btf.length), /^\d{3,}$/);
});
