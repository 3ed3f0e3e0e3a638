import { deepStrictEqual, match, rejects, strictEqual, throws } from "node:assert/strict";
import { debOptions } from "./deb.ts";
import {
  ARCHITECTURES,
  changelogText,
  conffilesText,
  controlText,
  MAINTAINER_SCRIPTS,
} from "./deb_control.ts";
import { dependsOf } from "./depends.ts";
import { libraryNeeds } from "./elf_needs.ts";
import { makeDeb } from "./make_deb.ts";
import { VERSION } from "./parts.ts";
import { mustRun } from "../../support/must.ts";

/** A small program that every machine has; the package takes its needs for those of ours. */
const PROGRAM = "/bin/true";

function folder() {
  const path = Deno.makeTempDirSync({ prefix: "bpfman-deb-test-" });
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}

Deno.test("libraryNeeds() reads libraries and versions of Deno itself", () => {
  const needs = libraryNeeds(Deno.readFileSync(Deno.execPath()));
  const c = needs.find(({ name }) => name === "libc.so.6");
  match(c?.versions.join(" ") ?? "", /GLIBC_2\.\d+/);
  match(dependsOf(needs), /^libbpf1 \(>= 1:1\.1\.0\), libc6 \(>= 2\.\d+\), /);
  throws(() => libraryNeeds(new TextEncoder().encode("no program")), /it is no ELF program/);
});

Deno.test("dependsOf() takes the newest version by number, and refuses unknown libraries", () => {
  const versions = ["GLIBC_2.9", "GLIBC_2.28", "GLIBC_2.2.5", "GCC_3.0"];
  const depends = dependsOf([{ name: "libc.so.6", versions }]);
  strictEqual(depends, "libbpf1 (>= 1:1.1.0), libc6 (>= 2.28), libxdp1 (>= 1.3.0)");
  throws(() => dependsOf([{ name: "libfoo.so.1", versions: [] }]), /Cannot say which package has/);
});

Deno.test("controlText() and changelogText() say version, machine and date", () => {
  const text = controlText({ version: "1.2.3", target: "aarch64", depends: "libc6", size: 2049 });
  match(text, /^Package: bpfman\nVersion: 1\.2\.3\nArchitecture: arm64\n/);
  match(text, /^Installed-Size: 3$/m);
  match(changelogText("1.2.3", 0), /^ -- .*> {2}Thu, 01 Jan 1970 00:00:00 \+0000$/m);
  const file = { mode: 0o644, content: { bytes: new Uint8Array() } } as const;
  const files = [
    { ...file, path: "/etc/x", kind: "configuration" },
    { ...file, path: "/usr/x", kind: "file" },
  ] as const;
  strictEqual(conffilesText(files), "/etc/x\n");
});

Deno.test("the maintainer scripts are shell scripts that enable and start nothing", async () => {
  for (const text of Object.values(MAINTAINER_SCRIPTS)) {
    await mustRun("sh", ["-n"], { stdin: text });
    strictEqual(/\b(enable|start|restart)\b/.test(text), false, text);
  }
});

Deno.test("makeDeb() makes the same bytes twice, of files that belong to root", async () => {
  using first = folder();
  using second = folder();
  const options = {
    target: Deno.build.arch,
    program: PROGRAM,
    isFast: true,
    epoch: 1_700_000_000,
  } as const;
  const path = await makeDeb({ ...options, out: first.path });
  const again = await makeDeb({ ...options, out: second.path });
  deepStrictEqual(Deno.readFileSync(path), Deno.readFileSync(again));
  deepStrictEqual([...Deno.readDirSync(first.path)].map(({ name }) => name), [
    `bpfman_${VERSION}_${ARCHITECTURES[Deno.build.arch]}.deb`,
  ]);
  const list = await mustRun("dpkg-deb", ["-c", path], { env: { TZ: "UTC" } });
  match(list, /^-rwxr-xr-x root\/root +\d+ 2023-11-14 22:13 \.\/usr\/bin\/bpfman$/m);
  strictEqual(/\/(usr\/local|home|tmp)\//.test(list), false);
  for (
    const page of [
      "man1/bpfman.1",
      "man5/bpfman-config.5",
      "man5/bpfman-facts.5",
      "man7/bpfman-concepts.7",
    ]
  ) {
    match(list, new RegExp(` \\./usr/share/man/${RegExp.escape(page)}\\.gz$`, "m"));
  }
  strictEqual(
    await mustRun("dpkg-deb", ["-f", path, "Architecture"]),
    `${ARCHITECTURES[Deno.build.arch]}\n`,
  );
});

Deno.test("makeDeb() refuses a program that is for another processor", async () => {
  using out = folder();
  const program = `${out.path}/other`;
  const bytes = await Deno.readFile(PROGRAM);
  const other = Deno.build.arch === "x86_64" ? "aarch64" : "x86_64";
  await Deno.writeFile(program, bytes);
  const options = {
    target: other,
    program,
    out: `${out.path}/dist`,
    isFast: true,
    epoch: 0,
  } as const;
  await rejects(makeDeb(options), /Cannot package the program for "\w+": it is for \w+$/);
  throws(() => Deno.statSync(options.out), Deno.errors.NotFound);
});

Deno.test("debOptions() reads the words of the task", () => {
  const options = debOptions(["--fast", "--target", "aarch64", "--out", "/x"], 5);
  deepStrictEqual(options, { target: "aarch64", isFast: true, out: "/x", epoch: 5 });
  throws(() => debOptions(["--target", "mips"], 5), /Cannot package for "mips"/);
});
