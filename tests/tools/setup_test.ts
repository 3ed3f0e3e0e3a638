import { deepStrictEqual, ok, rejects, strictEqual, throws } from "node:assert/strict";
import { packagesOf } from "./packages.ts";
import { parseGroups, parseInstalled, setUp, type SetupHost } from "./setup.ts";

/** A machine that remembers what it was told to do. */
class FakeHost implements SetupHost {
  isRoot = true;
  hasNpm = true;
  isModuleBuilt = true;
  updateCode = 0;
  readonly installed: Set<string>;
  readonly lines: string[] = [];
  readonly calls: string[] = [];

  constructor(installed: readonly string[]) {
    this.installed = new Set(installed);
  }

  installedPackages(names: readonly string[]): Promise<ReadonlySet<string>> {
    return Promise.resolve(new Set(names.filter((name) => this.installed.has(name))));
  }

  aptGet(args: readonly string[]): Promise<number> {
    this.calls.push(`apt-get ${args.join(" ")}`);
    if (args[0] === "update") return Promise.resolve(this.updateCode);
    for (const name of args.slice(1).filter((word) => !word.startsWith("-"))) {
      this.installed.add(name);
    }
    return Promise.resolve(0);
  }

  hasNpmPackages(): Promise<boolean> {
    return Promise.resolve(this.hasNpm);
  }

  installNpmPackages(): Promise<number> {
    this.calls.push("npm");
    this.hasNpm = true;
    return Promise.resolve(0);
  }

  hasModule(): Promise<boolean> {
    return Promise.resolve(this.isModuleBuilt);
  }

  buildModule(): Promise<void> {
    this.calls.push("module");
    this.isModuleBuilt = true;
    return Promise.resolve();
  }

  say(line: string): void {
    this.lines.push(line);
  }
}

Deno.test("setUp() installs only what is missing and names it", async () => {
  const host = new FakeHost(["libbpf1", "iproute2"]);
  await setUp(["runtime"], host);
  deepStrictEqual(host.lines, ["Installing Debian packages: libxdp1"]);
  deepStrictEqual(host.calls, [
    "apt-get update",
    "apt-get install --yes --no-install-recommends libxdp1",
  ]);
});

Deno.test("setUp() does nothing the second time", async () => {
  const host = new FakeHost([]);
  host.hasNpm = false;
  await setUp(["runtime", "demo"], host);
  strictEqual(host.calls.length, 3);
  host.lines.length = 0;
  await setUp(["runtime", "demo"], host);
  deepStrictEqual(host.lines, ["Nothing to install"]);
  strictEqual(host.calls.length, 3);
});

Deno.test("setUp() builds the WebAssembly module once, with the packages that this takes", async () => {
  const host = new FakeHost(packagesOf(["runtime"]));
  host.isModuleBuilt = false;
  await setUp(["runtime", "wasm"], host);
  const [, install = "", last] = host.calls;
  ok(install.includes(" wasi-libc"), install);
  strictEqual(last, "module");
  await setUp(["runtime", "wasm"], host);
  strictEqual(host.calls.length, 3);
});

Deno.test("setUp() needs no compiler where the WebAssembly module is built", async () => {
  const host = new FakeHost([]);
  await setUp(["wasm"], host);
  deepStrictEqual(host.calls, []);
});

Deno.test("setUp() needs no root when nothing is missing", async () => {
  const host = new FakeHost(packagesOf(["runtime"]));
  host.isRoot = false;
  await setUp(["runtime"], host);
  deepStrictEqual(host.calls, []);
});

Deno.test("setUp() without root names the packages to install", async () => {
  const host = new FakeHost(["libbpf1", "iproute2"]);
  host.isRoot = false;
  await rejects(setUp(["runtime"], host), /needs root; run "apt-get install libxdp1"/);
  deepStrictEqual(host.calls, []);
});

Deno.test("setUp() goes on when a package list cannot be read", async () => {
  const host = new FakeHost([]);
  host.updateCode = 100;
  await setUp(["demo"], host);
  ok(host.installed.has("iputils-ping"));
});

Deno.test("setUp() fetches npm packages when Deno's cache lacks them", async () => {
  const host = new FakeHost(packagesOf(["runtime"]));
  host.hasNpm = false;
  await setUp(["runtime"], host);
  deepStrictEqual(host.lines, ["Installing the npm packages of deno.lock"]);
  deepStrictEqual(host.calls, ["npm"]);
});

Deno.test("setUp() fails when apt-get fails", async () => {
  const host = new FakeHost([]);
  host.aptGet = (args): Promise<number> => Promise.resolve(args[0] === "install" ? 100 : 0);
  const refusal = /Cannot install "bpftool iputils-ping": .* exit code 100/;
  await rejects(setUp(["demo"], host), refusal);
});

Deno.test("parseInstalled() leaves removed packages out", () => {
  const text = "strace\tinstalled\nbpftool\tconfig-files\nkmod\tnot-installed\n";
  deepStrictEqual([...parseInstalled(text)], ["strace"]);
});

Deno.test("parseGroups() refuses an unknown group and takes none for all", () => {
  throws(() => parseGroups(["runtime", "games"]), /Cannot set up "games": the groups are runtime,/);
  const all = [
    "runtime",
    "demo",
    "build",
    "wasm",
    "oracle",
    "test",
    "registry",
    "images",
    "arm",
    "truth",
  ];
  deepStrictEqual(parseGroups([]), all);
});

Deno.test("packagesOf() names each package once", () => {
  const names = packagesOf(["demo", "test"]);
  strictEqual(names.filter((name) => name === "iputils-ping").length, 1);
});
