// The Debian package for arm64, made on this machine: what it says, what is in it, that it runs.
import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { mustRun } from "../../support/must.ts";
import { kernelTest } from "../../support/requires.ts";
import { compile, parseOptions } from "../compile/main.ts";
import { debFiles, makeDeb } from "./make_deb.ts";
import { dependsOf } from "./depends.ts";
import { libraryNeeds } from "./elf_needs.ts";
import { VERSION } from "./parts.ts";

/** Where Debian keeps the libraries of arm64 for this machine. */
const LIBRARIES = "/usr/aarch64-linux-gnu";
const NEEDS = ["command:qemu-aarch64", `file:${LIBRARIES}/lib/libc.so.6`] as const;
const EPOCH = 1_700_000_000;

/** The package and what it was made of. */
class Arm64Package implements AsyncDisposable {
  readonly folder: string = Deno.makeTempDirSync({ prefix: "bpfman-deb-arm64-" });
  readonly program: string = `${this.folder}/bpfman`;

  /** Makes it; gives its path. */
  async make(): Promise<string> {
    const target = "aarch64";
    await compile(parseOptions(["--target", target, "--out", this.program]));
    const { program, folder } = this;
    return await makeDeb({ target, program, out: folder, isFast: true, epoch: EPOCH });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }
}

async function digestOf(path: string): Promise<string> {
  return (await mustRun("sha256sum", ["-b", path])).slice(0, 64);
}

/** A field of the package. */
async function field(path: string, name: string): Promise<string> {
  return (await mustRun("dpkg-deb", ["-f", path, name])).trimEnd();
}

kernelTest(
  "the package for arm64 is like the one for amd64, and its program runs",
  NEEDS,
  async (t) => {
    await using built = new Arm64Package();
    const path = await built.make();
    strictEqual(path, `${built.folder}/bpfman_${VERSION}_arm64.deb`);

    await t.step("dpkg-deb --info names the processor, the version, and every part", async () => {
      const info = await mustRun("dpkg-deb", ["--info", path]);
      match(info, /^ new Debian package, version 2\.0\.$/m);
      match(info, /^ Architecture: arm64$/m);
      for (const part of ["conffiles", "control", "md5sums", "postinst", "postrm", "prerm"]) {
        match(info, new RegExp(`^ .* ${part} `, "m"));
      }
      deepStrictEqual([await field(path, "Package"), await field(path, "Version")], [
        "bpfman",
        VERSION,
      ]);
    });

    await t.step(
      "it depends on what the one for this machine does, with versions of its own",
      async () => {
        const depends = await field(path, "Depends");
        strictEqual(depends, dependsOf(libraryNeeds(await Deno.readFile(built.program))));
        const names = (text: string) => text.split(", ").map((word) => word.split(" ")[0]);
        const own = dependsOf(libraryNeeds(await Deno.readFile(Deno.execPath())));
        deepStrictEqual(names(depends), names(own));
        deepStrictEqual(names(depends), ["libbpf1", "libc6", "libgcc-s1", "libxdp1"]);
      },
    );

    const tree = `${built.folder}/tree`;
    await t.step("it has every planned file, and the program as it was compiled", async () => {
      await mustRun("dpkg-deb", ["-x", path, tree]);
      for (const { path: planned, mode } of debFiles(built.program, EPOCH)) {
        const { mode: found, isFile } = await Deno.lstat(`${tree}${planned}`);
        deepStrictEqual([isFile, (found ?? 0) & 0o7777], [true, mode], planned);
      }
      const [packed, compiled] = [`${tree}/usr/bin/bpfman`, built.program];
      strictEqual(await digestOf(packed), await digestOf(compiled));
    });

    await t.step("its program says what it is", async () => {
      const version = await mustRun("qemu-aarch64", [
        "-L",
        LIBRARIES,
        `${tree}/usr/bin/bpfman`,
        "version",
      ]);
      match(version, new RegExp(`^bpfman ${VERSION}$`, "m"));
      match(version, /^ {2}target {6}aarch64-unknown-linux-gnu$/m);
    });
  },
);
