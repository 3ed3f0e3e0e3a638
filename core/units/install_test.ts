import { deepStrictEqual, match, strictEqual, throws } from "node:assert/strict";
import { findUnits, installUnits, removeUnits, unitsFor } from "./install.ts";
import type { UnitSettings } from "./settings.ts";

const SETTINGS: UnitSettings = {
  program: ["/opt/deno", "run", "-A", "/opt/bpf man/mod.ts"],
  runtimeDirectory: "/run/bpfman",
  dataDirectory: "/var/lib/bpfman",
  auditDirectory: "/var/log/bpfman",
  config: "/etc/bpfman/100%.toml",
  denoDirectory: "/var/cache/deno",
  programPaths: ["/opt/deno", "/opt/bpf man"],
};

const NAMES = [
  "run-bpfman-fs.mount",
  "bpfman-restore.service",
  "bpfman-status.service",
  "bpfman-status.timer",
];

function scene() {
  const directory = Deno.makeTempDirSync();
  return { directory, [Symbol.dispose]: () => Deno.removeSync(directory, { recursive: true }) };
}

function textOf(name: string, settings = SETTINGS): string {
  const unit = unitsFor(settings).find((each) => each.name === name);
  if (unit === undefined) throw new Error(`Cannot find unit "${name}"`);
  return unit.text;
}

/** Values of a key, over all of its lines. */
function values(text: string, key: string): string[] {
  return text.split("\n").filter((line) => line.startsWith(`${key}=`))
    .map((line) => line.slice(key.length + 1));
}

Deno.test("the restore unit starts this program with its places, before the network", () => {
  const text = textOf("bpfman-restore.service");
  deepStrictEqual(values(text, "ExecStart"), [
    '/opt/deno run -A "/opt/bpf man/mod.ts" restore --wait 10s --runtime-dir /run/bpfman ' +
    "--config /etc/bpfman/100%%.toml --data-dir /var/lib/bpfman",
  ]);
  deepStrictEqual(values(text, "Before"), ["network-pre.target shutdown.target"]);
  deepStrictEqual(values(text, "RequiresMountsFor"), [
    '/run/bpfman/fs /var/lib/bpfman /opt/deno "/opt/bpf man" /var/cache/deno ' +
    "/etc/bpfman/100%%.toml",
  ]);
  deepStrictEqual(values(text, "Type"), ["oneshot"]);
  deepStrictEqual(values(text, "RemainAfterExit"), ["yes"]);
  deepStrictEqual(values(text, "WantedBy"), ["sysinit.target"]);
});

Deno.test("every setting that keeps a service from something stands once", () => {
  for (const name of NAMES.slice(1, 3)) {
    const text = textOf(name);
    const keys = text.split("\n").filter((line) => /^[A-Z]/.test(line)).map((line) =>
      line.slice(0, line.indexOf("="))
    );
    strictEqual(new Set(keys).size, keys.length, name);
    for (const key of ["ProtectSystem", "NoNewPrivileges", "SystemCallFilter", "PrivateTmp"]) {
      strictEqual(values(text, key).length, 1, `${name}: ${key}`);
    }
  }
});

Deno.test("a program in a home or in /tmp is still found by its services", () => {
  const settings = { ...SETTINGS, programPaths: ["/home/me/bpfman", "/tmp/deno"] };
  const text = textOf("bpfman-status.service", settings);
  deepStrictEqual(values(text, "ProtectHome"), ["read-only"]);
  deepStrictEqual(values(text, "PrivateTmp"), ["no"]);
  deepStrictEqual(values(textOf("bpfman-status.service"), "ProtectHome"), ["yes"]);
});

Deno.test("the mount has the name that its place demands", () => {
  const settings = { ...SETTINGS, runtimeDirectory: "/srv/my-state" };
  match(textOf("srv-my\\x2dstate-fs.mount", settings), /^Where=\/srv\/my-state\/fs$/m);
});

Deno.test("installUnits() writes what differs, and nothing the second time", () => {
  using made = scene();
  const { directory } = made;
  const states = () =>
    installUnits(unitsFor(SETTINGS), { directory }).map(({ state }) => state).join();
  strictEqual(states(), "written,written,written,written");
  const before = Deno.statSync(`${directory}/${NAMES[1]}`).ino;
  strictEqual(states(), "unchanged,unchanged,unchanged,unchanged");
  strictEqual(Deno.statSync(`${directory}/${NAMES[1]}`).ino, before);
  const timer = `${directory}/bpfman-status.timer`;
  Deno.writeTextFileSync(timer, `${Deno.readTextFileSync(timer)}# changed\n`);
  strictEqual(states(), "unchanged,unchanged,unchanged,written");
  deepStrictEqual(
    [...Deno.readDirSync(directory)].map(({ name }) => name).sort(),
    [...NAMES].sort(),
  );
});

Deno.test("installUnits() refuses a unit of somebody else before it writes any", () => {
  using made = scene();
  const { directory } = made;
  const timer = `${directory}/bpfman-status.timer`;
  Deno.writeTextFileSync(timer, "[Timer]\nOnBootSec=1\n");
  const install = () => installUnits(unitsFor(SETTINGS), { directory, isEnabled: true });
  throws(install, { code: "unit-foreign" });
  Deno.removeSync(timer);
  Deno.symlinkSync("/dev/null", timer);
  throws(install, /it is a link/);
  deepStrictEqual([...Deno.readDirSync(directory)].map(({ name }) => name), [
    "bpfman-status.timer",
  ]);
});

Deno.test("removeUnits() takes back what installUnits() made, and nothing else", () => {
  using made = scene();
  const { directory } = made;
  installUnits(unitsFor(SETTINGS), { directory, isEnabled: true });
  const theirs = [`${directory}/other.service`, `${directory}/sysinit.target.wants/other.service`];
  for (const path of theirs) Deno.writeTextFileSync(path, "[Service]\n");
  const links = [
    "sysinit.target.wants/bpfman-restore.service",
    "timers.target.wants/bpfman-status.timer",
  ];
  deepStrictEqual(
    findUnits(directory).sort(),
    [...links, ...NAMES].map((name) => `${directory}/${name}`).sort(),
  );
  strictEqual(removeUnits(directory).length, 6);
  deepStrictEqual(findUnits(directory), []);
  for (const path of theirs) strictEqual(Deno.readTextFileSync(path), "[Service]\n");
});

Deno.test("installUnits() says that a directory cannot be written to", () => {
  const directory = "/proc/self/no-such-folder";
  throws(() => installUnits(unitsFor(SETTINGS), { directory }), { code: "unit-unwritable" });
});
