/**
 * The commands on object files run with the right to read the files that they are given, and with
 * no other: no network, no C library, no program, and no writing but what they are told to write.
 *
 * @module
 */
import { deepEqual, equal, match } from "node:assert/strict";
import { permissionFlags } from "../../cli/deno_permissions.ts";
import { ENVIRONMENT, PERMISSION_SETS } from "../../cli/permissions.ts";

const ROOT = new URL("../../", import.meta.url).pathname.replace(/\/$/, "");
const FIXTURES = `${ROOT}/tests/fixtures`;
const OBJECT = `${FIXTURES}/core_guards.bpf.o`;
const OTHER = `${FIXTURES}/xdp_drop.bpf.o`;
const BTF = `${FIXTURES}/core_fields.bpf.o`;

/** Runs the tool with exactly these flags. */
async function run(flags: readonly string[], line: string) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--no-prompt", ...flags, `${ROOT}/cli/main.ts`, ...line.split(" ")],
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

function readFlags(...files: readonly string[]): string[] {
  return [`--allow-read=${[ROOT, ...files].join(",")}`, `--allow-env=${ENVIRONMENT.join(",")}`];
}

/** Commands that read, with the files and the exit code. */
const READERS: readonly (readonly [line: string, code: number])[] = [
  ["inspect OBJECT", 0],
  ["inspect OBJECT -o yaml", 0],
  ["validate OBJECT", 0],
  ["disasm OBJECT reached_always", 0],
  ["btf dump OBJECT", 0],
  ["btf dump OBJECT --format c", 0],
  ["types OBJECT", 0],
  ["types OBJECT --lang c", 0],
  ["diff OBJECT OTHER", 1],
  ["check OTHER --btf BTF", 0],
];

for (const [line, wanted] of READERS) {
  Deno.test(`${line} needs no right but to read its files`, async () => {
    const folder = await Deno.makeTempDir();
    try {
      const files = { OBJECT, OTHER, BTF };
      let words = line;
      const copies: string[] = [];
      for (const [name, path] of Object.entries(files)) {
        if (!words.includes(name)) continue;
        const copy = `${folder}/${name.toLowerCase()}.bpf.o`;
        await Deno.copyFile(path, copy);
        words = words.replace(name, copy);
        copies.push(copy);
      }
      const { code, stderr } = await run(readFlags(...copies), words);
      equal(code, wanted, stderr);
      // the right is needed, and the command says so: the flags above were not ignored
      const denied = await run(readFlags(), words);
      equal(denied.code, 1);
      match(denied.stderr, /Requires read access/);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

Deno.test("inspect of a layout needs no right but to read the layout", async () => {
  const folder = await Deno.makeTempDir();
  try {
    // the checkout may be read in any case, so the layout is elsewhere
    const layout = `${folder}/layout`;
    const copied = await new Deno.Command("cp", {
      args: ["-r", `${FIXTURES}/image-layouts/bpfman-oci`, layout],
    }).output();
    equal(copied.code, 0);
    const { code, stdout, stderr } = await run(readFlags(layout), `inspect oci:${layout}:single`);
    equal(code, 0, stderr);
    match(stdout, /^xdp_stats +xdp/m);
    const denied = await run(readFlags(), `inspect oci:${layout}:single`);
    equal(denied.code, 1);
    match(denied.stderr, /Requires read access/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("btf min writes its output and nothing else", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const out = `${folder}/min.btf`;
    const line = `btf min ${OBJECT} --btf ${BTF} -o ${out}`;
    const { code, stderr } = await run([...readFlags(folder), `--allow-write=${out}`], line);
    equal(code, 0, stderr);
    deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["min.btf"]);
    const denied = await run(readFlags(folder), line);
    match(denied.stderr, /Requires write access/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("kernel add and kernel list keep to the data directory", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const places = { runtimeDirectory: "/nonexistent", dataDirectory: folder, sources: ROOT };
    const flags = (name: "kernel-add" | "kernel-list" | "check") =>
      permissionFlags(PERMISSION_SETS[name], places);
    const where = `--data-dir ${folder}`;
    const added = await run(flags("kernel-add"), `kernel add ${BTF} --name small ${where}`);
    deepEqual([added.code, added.stdout], [0, "small: BTF\n"], added.stderr);
    const listed = await run(flags("kernel-list"), `kernel list -o json ${where}`);
    const [kernel] = JSON.parse(listed.stdout).kernels;
    deepEqual([kernel.name, kernel.release, kernel.modules], ["small", "", null]);
    const checked = await run(flags("check"), `check ${OTHER} --kernel small ${where}`);
    equal(checked.code, 0, checked.stderr);
    match(checked.stdout, /^xdp_drop +xdp +loads$/m);
    deepEqual([...Deno.readDirSync(`${folder}/kernels`)].map(({ name }) => name), ["small"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("the kernel's own BTF needs no right but to read it", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const btf = "/sys/kernel/btf/vmlinux";
    const link = `${folder}/link`;
    await Deno.symlink(btf, link);
    for (const line of [`check ${OTHER} --btf ${btf}`, `check ${OTHER} --btf ${link}`]) {
      const { code, stdout, stderr } = await run(readFlags("/sys", folder), line);
      equal(code, 0, stderr);
      match(stdout, /^xdp_drop +xdp +loads$/m);
    }
    const missing = await run(readFlags("/sys"), "btf dump /sys/kernel/btf/none");
    equal(missing.code, 3, missing.stderr);
    const directory = await run(readFlags("/sys"), "btf dump /sys/kernel/btf");
    match(directory.stderr, /Cannot read "\/sys\/kernel\/btf": it is a directory/);
    const denied = await run(readFlags(), `btf dump ${btf}`);
    match(denied.stderr, /Requires read access/);
    // what has no end is not even begun
    const endless = await run(readFlags("/proc"), "inspect /proc/kmsg");
    match(endless.stderr, /Requires all access/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("an object may come through standard input", async () => {
  for (const name of ["/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"]) {
    const tool = [`${ROOT}/cli/main.ts`, "inspect", name, "-o", "json"];
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-q", "--no-prompt", ...readFlags(), ...tool],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const [output] = await Promise.all([
      child.output(),
      new Blob([await Deno.readFile(OTHER)]).stream().pipeTo(child.stdin),
    ]);
    equal(output.code, 0);
    equal(JSON.parse(new TextDecoder().decode(output.stdout)).programs[0].name, "xdp_drop");
  }
});
