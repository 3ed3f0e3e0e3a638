import { deepStrictEqual, match, ok, rejects, strictEqual, throws } from "node:assert/strict";
import { readWords } from "./arguments.ts";
import { manifestPath, parseManifest } from "./manifest.ts";
import { partsOf } from "./parts.ts";
import { placesOf } from "./places.ts";
import { planFiles, type PlannedFile, planText } from "./plan.ts";
import { putInto } from "./put.ts";
import { takeAway } from "./take_away.ts";
import { Tree } from "./tree.ts";

const PREFIX = "/usr/local";
const CONFIGURATION = "/etc/bpfman/bpfman.toml";
const PROGRAM = `${PREFIX}/bin/bpfman`;

/** A small machine: a few folders, a program of somebody else, and what we install. */
class Machine {
  readonly root = Deno.makeTempDirSync({ prefix: "bpfman-install-" });
  readonly #program = Deno.makeTempFileSync({ prefix: "bpfman-program-" });

  constructor() {
    for (const folder of ["/etc/systemd/system", `${PREFIX}/bin`, `${PREFIX}/share/man`]) {
      Deno.mkdirSync(this.root + folder, { recursive: true });
    }
    this.write(`${PREFIX}/bin/other`, "of others");
    Deno.writeTextFileSync(this.#program, "first version");
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.root, { recursive: true });
    Deno.removeSync(this.#program);
  }

  write(path: string, text: string): void {
    Deno.writeTextFileSync(this.root + path, text);
  }

  read(path: string): string {
    return Deno.readTextFileSync(this.root + path);
  }

  /** A new version of the program. */
  renew(text: string): void {
    Deno.writeTextFileSync(this.#program, text);
  }

  files(): PlannedFile[] {
    const parts = partsOf({ program: this.#program, installedProgram: PROGRAM });
    const manuals = [
      { name: "bpfman.1", text: ".TH BPFMAN 1\n" },
      { name: "bpfman-config.5", text: ".TH BPFMAN-CONFIG 5\n" },
    ];
    return planFiles({ ...parts, manuals }, placesOf(PREFIX));
  }

  /** One file of each sort: enough where every step of an installation is tried. */
  fewFiles(): PlannedFile[] {
    return this.files().filter(({ path }) => /bpfman(\.toml|\.1\.gz|-status\.timer)?$/.test(path));
  }

  install(beforeChange?: (what: string) => void, files = this.files()) {
    const tree = new Tree(this.root, beforeChange === undefined ? {} : { beforeChange });
    return putInto(tree, files, { prefix: PREFIX, version: "1" });
  }

  uninstall(beforeChange?: (what: string) => void, isPurge = false) {
    const tree = new Tree(this.root, beforeChange === undefined ? {} : { beforeChange });
    return takeAway(tree, { prefix: PREFIX, isPurge });
  }

  /** Everything below the root: folders, and files with mode and content. */
  all(folder = ""): string[] {
    return [...Deno.readDirSync(this.root + folder)].flatMap(({ name, isDirectory, isSymlink }) => {
      const path = `${folder}/${name}`;
      if (isDirectory) return [`${path}/`, ...this.all(path)];
      if (isSymlink) return [`${path} -> ${Deno.readLinkSync(this.root + path)}`];
      const { mode } = Deno.statSync(this.root + path);
      return [`${path} ${((mode ?? 0) & 0o777).toString(8)} ${this.read(path)}`];
    }).sort();
  }
}

/** Dies before the change with this number; counts them all when it never comes to it. */
function dyingAt(step: number) {
  const state = { steps: 0, hasDied: false };
  const beforeChange = (what: string): void => {
    if (state.steps++ !== step) return;
    state.hasDied = true;
    throw new Error(`Cannot go on: died before ${what}`);
  };
  return { state, beforeChange };
}

/** Runs something that may die in the middle. */
async function dying(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    match(String(error), /Cannot go on: died before/);
  }
}

Deno.test("putInto() writes all files, and takeAway() leaves the tree as it was", async () => {
  using machine = new Machine();
  const before = machine.all();
  const changes = await machine.install();
  deepStrictEqual(changes.map(({ path }) => path), machine.files().map(({ path }) => path));
  ok(changes.every(({ state }) => state === "written"));
  strictEqual(machine.read(PROGRAM), "first version");
  strictEqual((Deno.statSync(machine.root + PROGRAM).mode ?? 0) & 0o777, 0o755);
  await machine.uninstall();
  deepStrictEqual(machine.all(), before);
  deepStrictEqual(await machine.uninstall(), []);
});

Deno.test("putInto() again changes nothing, and a new version replaces the old one", async () => {
  using machine = new Machine();
  await machine.install();
  const first = machine.all();
  ok((await machine.install()).every(({ state }) => state === "unchanged"));
  deepStrictEqual(machine.all(), first);
  machine.renew("second version");
  const changed = (await machine.install()).filter(({ state }) => state !== "unchanged");
  deepStrictEqual(changed, [{ path: PROGRAM, state: "written" }]);
  strictEqual(machine.read(PROGRAM), "second version");
});

Deno.test("putInto() removes what the new version has no more", async () => {
  using machine = new Machine();
  await machine.install();
  const fewer = machine.files().filter(({ path }) => !path.endsWith(".1.gz"));
  const changes = await machine.install(undefined, fewer);
  deepStrictEqual(changes.filter(({ state }) => state === "removed"), [
    { path: `${PREFIX}/share/man/man1/bpfman.1.gz`, state: "removed" },
  ]);
});

Deno.test("a changed configuration is never written over, and goes with --purge only", async () => {
  using machine = new Machine();
  const before = machine.all();
  await machine.install();
  machine.write(CONFIGURATION, "# mine\n");
  const again = await machine.install();
  strictEqual(again.find(({ path }) => path === CONFIGURATION)?.state, "kept");
  const gone = await machine.uninstall();
  strictEqual(gone.find(({ path }) => path === CONFIGURATION)?.state, "kept");
  strictEqual(machine.read(CONFIGURATION), "# mine\n");
  // one that was there before belongs to somebody else
  await machine.install();
  await machine.uninstall(undefined, true);
  strictEqual(machine.read(CONFIGURATION), "# mine\n");
  Deno.removeSync(machine.root + CONFIGURATION);
  await machine.install();
  machine.write(CONFIGURATION, "# mine\n");
  await machine.uninstall(undefined, true);
  deepStrictEqual(machine.all().filter((line) => line !== "/etc/bpfman/"), before);
});

Deno.test("putInto() refuses to write over what it did not install, before any change", async () => {
  using machine = new Machine();
  machine.write(PROGRAM, "of somebody else");
  const before = machine.all();
  await rejects(machine.install(), /Cannot install "\/usr\/local\/bin\/bpfman": something that/);
  deepStrictEqual(machine.all(), before);
});

Deno.test("takeAway() removes links of systemctl enable, and no links of others", async () => {
  using machine = new Machine();
  const wants = `${machine.root}/etc/systemd/system/sysinit.target.wants`;
  Deno.mkdirSync(wants);
  Deno.symlinkSync("/lib/systemd/system/other.service", `${wants}/other.service`);
  const before = machine.all();
  await machine.install();
  const unit = "bpfman-restore.service";
  Deno.symlinkSync(`${PREFIX}/lib/systemd/system/${unit}`, `${wants}/${unit}`);
  await machine.uninstall();
  deepStrictEqual(machine.all(), before);
});

Deno.test("an installation that dies before any change can be finished or taken away", async () => {
  using machine = new Machine();
  const before = machine.all();
  await machine.install(undefined, machine.fewFiles());
  const whole = machine.all();
  await machine.uninstall();
  let step = 0;
  for (let isDone = false; !isDone; step++) {
    for (const finish of ["install", "uninstall"] as const) {
      const { state, beforeChange } = dyingAt(step);
      await dying(machine.install(beforeChange, machine.fewFiles()));
      isDone = !state.hasDied;
      if (finish === "install") {
        await machine.install(undefined, machine.fewFiles());
        deepStrictEqual(machine.all(), whole, `step ${step}`);
      }
      await machine.uninstall();
      deepStrictEqual(machine.all(), before, `step ${step}, then ${finish}`);
    }
  }
  ok(step > 2 * machine.fewFiles().length, `only ${step} steps`);
});

Deno.test("an upgrade or removal that dies before any change can be finished", async () => {
  using machine = new Machine();
  const before = machine.all();
  let isDone = false;
  for (let step = 0; !isDone; step++) {
    machine.renew("first version");
    await machine.install(undefined, machine.fewFiles());
    machine.renew("second version");
    const upgrade = dyingAt(step);
    await dying(machine.install(upgrade.beforeChange, machine.fewFiles()));
    // what is half replaced is known with both versions
    const removal = dyingAt(step);
    await dying(machine.uninstall(removal.beforeChange));
    isDone = !upgrade.state.hasDied && !removal.state.hasDied;
    await machine.uninstall();
    deepStrictEqual(machine.all(), before, `step ${step}`);
  }
});

Deno.test("a manifest that is not ours is refused", () => {
  const path = manifestPath(PREFIX);
  throws(() => parseManifest("{", path), /it is no JSON/);
  throws(() => parseManifest('{"format": 2}', path), /it has format 2 and must have format 1/);
  throws(() => parseManifest('{"format": 1, "version": "1", "files": [{}]}', path), /not whole/);
});

Deno.test("planText() has a line for each file, and a prefix moves all but configuration", () => {
  using machine = new Machine();
  const lines = planText(machine.files()).trimEnd().split("\n");
  strictEqual(lines.length, machine.files().length);
  match(lines.join("\n"), /^0755 {2}file {11}\/usr\/local\/bin\/bpfman {2}\(copy of /m);
  match(lines.join("\n"), /^0644 {2}configuration {2}\/etc\/bpfman\/bpfman\.toml/m);
  strictEqual(placesOf("/usr").zsh, "/usr/share/zsh/vendor-completions");
  strictEqual(placesOf("/opt/bpfman").units, "/etc/systemd/system");
  throws(() => placesOf("usr"), /Cannot install below "usr"/);
  throws(() => placesOf("/usr/../etc"), /Cannot install below/);
});

Deno.test("units of an installation start the installed program, and say who wrote them", () => {
  using machine = new Machine();
  const unit = machine.files().find(({ path }) => path.endsWith("/bpfman-restore.service"));
  ok(unit !== undefined && "bytes" in unit.content);
  const text = new TextDecoder().decode(unit.content.bytes);
  match(text, /^# Came with bpfman, which writes it anew: change a drop-in\.\n/);
  match(text, /^ExecStart=\/usr\/local\/bin\/bpfman restore --wait 10s --runtime-dir \/run/m);
});

Deno.test("readWords() reads both forms of values and refuses what it does not know", () => {
  const words = readWords(["--prefix=/opt/b", "--root", "/srv/x/", "--purge"], ["--purge"]);
  deepStrictEqual([words.prefix, words.root], ["/opt/b", "/srv/x"]);
  ok(words.switches.has("--purge"));
  throws(() => readWords(["--purge"], []), /Cannot use "--purge"/);
  throws(() => readWords(["--root"], []), /Cannot use "--root": no value/);
});
