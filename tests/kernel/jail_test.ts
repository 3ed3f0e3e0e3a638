/**
 * What the kernel refuses to a jailed process, asked of the kernel: by system calls of processes
 * that have every permission of Deno.
 *
 * @module
 */
import { deepStrictEqual, match, notStrictEqual, ok, strictEqual } from "node:assert/strict";
import { fixture } from "../support/cli.ts";
import { inJail, strictJail, unjailed, withoutPrivileges } from "../support/jail.ts";
import { type ProbeName, PROBES } from "../support/jail_probes.ts";
import { kernelTest } from "../support/requires.ts";
import { Workspace } from "../support/workspace.ts";

const [EPERM, ENOENT, EBADF, EACCES, EFAULT, ENOSYS] = [1, 2, 9, 13, 14, 38];

interface Confinement {
  readonly threads: readonly string[];
  readonly permitted: readonly string[];
  readonly effective: readonly string[];
  readonly bounding: readonly string[];
  readonly inheritable: readonly string[];
  readonly ambient: readonly string[];
  readonly noNewPrivs: boolean;
  readonly seccompFilters: number;
  readonly isSameInAllThreads: boolean;
  readonly landlockAbi: number;
  readonly isLandlocked: boolean;
  readonly message: string;
  readonly env: Readonly<Record<string, string>>;
}

interface Refusals {
  readonly early: Readonly<Record<string, number>>;
  readonly command: string;
  readonly late: Readonly<Record<ProbeName, number>>;
  readonly lateCommand: string;
  readonly x32: number | null;
  readonly threads: readonly string[];
}

/** Bits 12, 38 and 39, as /proc writes them. */
const THREE = "000000c000001000";
const NONE = "0000000000000000";

/** The status lines of a thread by name. */
function fields(thread: string): Map<string, string> {
  return new Map(
    thread.split("; ").map((line) => {
      const [name = "", ...words] = line.split(" ");
      return [name.slice(0, -1), words.join(" ")];
    }),
  );
}

/** Checks one line of the status of every thread, of which there are several. */
function allThreads(threads: readonly string[], name: string, expected: string): void {
  ok(threads.length > 1, "a Deno process has several threads");
  for (const thread of threads) strictEqual(fields(thread).get(name), expected, thread);
}

/** A run that several tests look at: a process of Deno takes seconds to start in emulation. */
function once<T>(run: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => result ??= run();
}

interface Strict {
  readonly confinement: Confinement;
  readonly windows: Windows;
  readonly pin: string;
  readonly store: Store;
  readonly refusals: Refusals;
}

/** A strict jail that may write in one folder, and what that process found of everything. */
async function strictRun(): Promise<Strict & { readonly left: string }> {
  await using workspace = await Workspace.make();
  const [folder, readable] = [`${workspace.path}/state`, `${workspace.path}/readable`];
  for (const path of [folder, readable, workspace.bpffs]) await Deno.mkdir(path);
  await mountBpffs(workspace.bpffs);
  await Deno.writeTextFile(`${readable}/file`, "text");
  await Deno.copyFile("/bin/true", `${readable}/true`);
  const found = await inJail<Strict>(
    "confinement+windows+pin+store+refusals",
    [folder, readable, fixture("xdp_pass"), workspace.bpffs],
    {
      spec: { writable: [folder], readable: [...strictJail().readable, readable] },
      ...{ message: "sealed", env: { OF_A_TEST: "Ä = \n ß" } },
      before: ["setpriv", "--groups", "0,4,54321"],
    },
  );
  return { ...found, left: await Deno.readTextFile(`${folder}/file`) };
}

const STRICT_NEEDS = ["root", "bpffs", "command:setpriv", "command:mount"] as const;
const strict = once(strictRun);
/** A jail with every opening, and without capabilities. */
const open = once(() => {
  const may = { mayNetlink: true, mayEnterNamespaces: true, mayOpenPerfEvents: true };
  const spec = { capabilities: [], ...may, mayChangeAccess: true };
  return inJail<Pick<Strict, "confinement" | "refusals">>("confinement+refusals", [], { spec });
});
const control = once(() => unjailed<Refusals>("control"));

kernelTest(
  "execJailed() leaves exactly the wanted capabilities, in effect in no thread",
  STRICT_NEEDS,
  async () => {
    const found = (await strict()).confinement;
    const { threads } = found;
    allThreads(threads, "CapPrm", THREE);
    allThreads(threads, "CapEff", NONE);
    allThreads(threads, "CapBnd", THREE);
    allThreads(threads, "CapInh", NONE);
    allThreads(threads, "CapAmb", NONE);
    allThreads(threads, "NoNewPrivs", "1");
    allThreads(threads, "Seccomp", "2");
    allThreads(threads, "Uid", "0 0 0 0");
    allThreads(threads, "Gid", "0 0 0 0");
    allThreads(threads, "Groups", "");
    const three = ["CAP_NET_ADMIN", "CAP_PERFMON", "CAP_BPF"];
    deepStrictEqual(found.permitted, three);
    deepStrictEqual(found.bounding, three);
    deepStrictEqual([found.effective, found.inheritable, found.ambient], [[], [], []]);
    deepStrictEqual([found.noNewPrivs, found.isSameInAllThreads], [true, true]);
  },
);

kernelTest("execJailed() takes away every capability where none is wanted", ["root"], async () => {
  const { threads } = (await open()).confinement;
  for (const set of ["CapPrm", "CapEff", "CapBnd"]) allThreads(threads, set, NONE);
});

kernelTest("execJailed() hands on what it is told to", STRICT_NEEDS, async () => {
  const { message, env } = (await strict()).confinement;
  strictEqual(message, "sealed");
  strictEqual(env.OF_A_TEST, "Ä = \n ß");
  strictEqual(env.OF_THE_PARENT, undefined);
});

kernelTest("a jailed process is kept from the root directory by Landlock", [
  ...STRICT_NEEDS,
  "landlock",
], async () => {
  const found = (await strict()).confinement;
  ok(found.landlockAbi > 0);
  strictEqual(found.isLandlocked, true);
  const free = await control();
  strictEqual(free.late["read /etc/shadow"], 0, "the file is there, and readable for root");
  const { late } = (await strict()).refusals;
  strictEqual(late["read /etc/shadow"], EACCES);
});

/** Probes with an answer of their own. */
const OTHER_ANSWERS: Readonly<Record<string, number>> = { clone3: ENOSYS, openat2: ENOSYS };
/** What Landlock answers, where the kernel has it. */
const LANDLOCK_PROBES: readonly string[] = ["read /etc/shadow"];

kernelTest(
  "the kernel refuses a jailed process whatever it does not need",
  STRICT_NEEDS,
  async () => {
    const { early, command, late, lateCommand, x32, threads } = (await strict()).refusals;
    const expected = Object.keys(PROBES).filter((name) => !LANDLOCK_PROBES.includes(name))
      .map((name) => [name, OTHER_ANSWERS[name] ?? EPERM]);
    const found = Object.entries(late).filter(([name]) => !LANDLOCK_PROBES.includes(name));
    deepStrictEqual(Object.fromEntries(found), Object.fromEntries(expected));
    if (x32 !== null) strictEqual(x32, EPERM);
    match(lateCommand, /Operation not permitted/);
    allThreads(threads, "Seccomp_filters", "2");
    notStrictEqual(early["execve /bin/true"], 0);
    match(command, /NotCapable|PermissionDenied|denied|not permitted/);
  },
);

kernelTest("a jailed process cannot run other programs even before execution is forbidden", [
  ...STRICT_NEEDS,
  "landlock",
], async () => {
  const { early, command } = (await strict()).refusals;
  strictEqual(early["execve /bin/true"], EACCES);
  match(command, /Permission denied/);
});

kernelTest("each of these is open to a process that is not jailed", ["root"], async () => {
  const { late } = await control();
  // a kernel may lack some of them, and a host may keep some from everybody
  const mayBeRefused = ["io_uring_setup", "userfaultfd", "socket AF_VSOCK", "delete_module"];
  const refused = Object.entries(late)
    .filter(([name, errno]) => errno === EPERM && !mayBeRefused.includes(name));
  deepStrictEqual(refused, []);
  const exact = {
    ...{ "socket AF_INET": 0, "socket AF_UNIX": 0, "socket AF_NETLINK": 0 },
    ...{ connect: EBADF, "socketpair of datagrams": 0, "ptrace attach": 3, setns: EBADF },
    ...{ mount: ENOENT, umount2: ENOENT, perf_event_open: EFAULT, chmod: ENOENT, chown: ENOENT },
    ...{
      "signal process 1": 0,
      "limits of process 1": 0,
      execve: ENOENT,
      openat2: ENOENT,
      truncate: ENOENT,
      "cut while reading": ENOENT,
      execveat: ENOENT,
    },
  };
  const named = Object.keys(exact).map((name) => [name, late[name as ProbeName]]);
  deepStrictEqual(Object.fromEntries(named), exact);
});

kernelTest("a jail opens what its verb needs, and that alone", ["root"], async () => {
  const { late } = (await open()).refusals;
  const opened = Object.entries(late).filter(([name, errno]) =>
    errno !== (OTHER_ANSWERS[name] ?? EPERM) && !LANDLOCK_PROBES.includes(name)
  );
  deepStrictEqual(Object.fromEntries(opened), {
    ...{ "socket AF_NETLINK": 0, setns: EBADF, perf_event_open: EFAULT },
    ...{ chmod: ENOENT, chown: ENOENT },
  });
});

interface Windows {
  readonly before: string;
  readonly inside: { readonly make: string };
  readonly during: readonly string[];
  readonly thrown: string;
  readonly behind: string;
  readonly threads: readonly string[];
  readonly report: readonly { readonly capability: string; readonly times: number }[];
}

kernelTest("a capability is in effect inside of its window alone", STRICT_NEEDS, async () => {
  const found = (await strict()).windows;
  const refused = /bpf\(BPF_MAP_CREATE\).*EPERM/;
  match(found.before, refused);
  strictEqual(found.inside.make, "done");
  const during = found.during.map((thread) => fields(thread).get("CapEff"));
  deepStrictEqual(during.filter((set) => set !== NONE), ["0000008000000000"]);
  match(found.thrown, /BPF_OBJ_GET/);
  match(found.behind, refused);
  allThreads(found.threads, "CapEff", NONE);
  const times = found.report.map(({ capability, times }) => `${capability} ${times}`).sort();
  deepStrictEqual(times, ["CAP_BPF 2", "CAP_NET_ADMIN 1"]);
});

interface Work {
  readonly outside: string;
  readonly name: string;
  readonly refusedLink: string;
  readonly linked: Readonly<Record<string, unknown>>;
  readonly byId: string;
  readonly threads: readonly string[];
  readonly report: readonly { readonly capability: string; readonly heldMs: number }[];
}

kernelTest("a jailed process loads, pins and attaches a program through its windows", [
  "root",
  "bpffs",
  "command:unshare",
  "command:mount",
], async () => {
  await using workspace = await Workspace.make();
  await Deno.mkdir(workspace.bpffs);
  await mountBpffs(workspace.bpffs);
  const spec = {
    capabilities: ["CAP_BPF", "CAP_NET_ADMIN"] as const,
    writable: [workspace.path],
    mayNetlink: true,
  };
  const args = [fixture("xdp_pass"), workspace.bpffs, "attach"];
  const found = await inJail<Work>("work", args, {
    spec,
    before: ["unshare", "--net"],
    isBehindFront: true,
  });
  match(found.outside, /operation not permitted|EPERM/i);
  strictEqual(found.name, "xdp_pass");
  match(found.refusedLink, /RTM_NEWQDISC.*EPERM/);
  deepStrictEqual(found.linked, { xdp: "generic", detached: true, qdisc: "clsact" });
  match(found.byId, /PROG_GET_NEXT_ID.*EPERM/);
  allThreads(found.threads, "CapEff", NONE);
  const held = found.report.map(({ capability }) => capability).sort();
  deepStrictEqual(held, ["CAP_BPF", "CAP_NET_ADMIN"]);
  ok(found.report.every(({ heldMs }) => heldMs > 0));
});

async function mountBpffs(path: string): Promise<void> {
  const { success } = await new Deno.Command("mount", { args: ["-t", "bpf", "bpf", path] })
    .output();
  ok(success, `a bpffs at "${path}"`);
}

kernelTest("Landlock refuses a pin outside of the writable folders", [
  ...STRICT_NEEDS,
  "landlock",
], async () => {
  match((await strict()).pin, /BPF_OBJ_PIN.*EACCES/);
});

interface Store extends Readonly<Record<string, unknown>> {
  readonly value: number;
}

kernelTest("a jailed process keeps a database in a writable folder, and writes nowhere else", [
  ...STRICT_NEEDS,
  "landlock",
], async () => {
  const { store, left } = await strict();
  strictEqual(store.value, 1);
  deepStrictEqual([store.renamed, store.read], ["done", "done"]);
  for (const refused of ["elsewhere", "written", "truncated", "removed", "executed"]) {
    match(String(store[refused]), /Permission denied/i, refused);
  }
  strictEqual(left, "text");
});

interface Front {
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly text: string;
  readonly status: readonly string[];
  readonly bpf: string;
  readonly refused: Readonly<Record<string, number>>;
  readonly written: string;
  readonly elsewhere: string;
}

/** Answers one connection with a word. */
async function serveOnce(listener: Deno.TcpListener): Promise<void> {
  using connection = await listener.accept();
  await connection.write(new TextEncoder().encode("hello"));
}

kernelTest(
  "the front has the network, no capability, and no way to get one",
  ["root", "landlock"],
  async () => {
    await using workspace = await Workspace.make();
    const folder = `${workspace.path}/data`;
    await Deno.mkdir(folder);
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const served = serveOnce(listener);
    const found = await withoutPrivileges<Front>(
      "front",
      [String(listener.addr.port), folder],
      folder,
    );
    await served;
    for (const set of ["CapPrm", "CapEff", "CapInh", "CapAmb"]) allThreads(found.before, set, NONE);
    allThreads(found.after, "NoNewPrivs", "1");
    allThreads(found.before, "NoNewPrivs", "1");
    allThreads(found.after, "Seccomp", "2");
    strictEqual(found.text, "hello");
    deepStrictEqual(found.status, [`CapPrm:\t${NONE}`, "NoNewPrivs:\t1"]);
    match(found.bpf, /EPERM/);
    strictEqual(found.written, "done");
    match(found.elsewhere, /Permission denied/);
    for (const [name, errno] of Object.entries(found.refused)) strictEqual(errno, EPERM, name);
  },
);

interface Shed {
  readonly first: string;
  readonly drop: string;
  readonly threads: readonly string[];
}

/** Without CAP_SETPCAP and CAP_SETUID: a capability stays in the bounding set, and in effect. */
const POOR = ["setpriv", "--bounding-set", "-all,+bpf,+net_admin,+perfmon"];

kernelTest("dropForGood() refuses a process with capabilities, which a new start sheds", [
  "root",
  "command:setpriv",
], async () => {
  for (const before of [[], POOR]) {
    const { first, drop, threads } = await unjailed<Shed>("shed", [], before);
    match(first, /Cannot go on without privileges: .*CAP_BPF.* must not be held here/);
    strictEqual(drop, "done");
    for (const set of ["CapPrm", "CapEff"]) allThreads(threads, set, NONE);
  }
});

kernelTest("who may not change user ids starts with capabilities in effect, and says so", [
  "root",
  "command:setpriv",
], async () => {
  const run = inJail<Pick<Strict, "confinement" | "windows">>;
  const { confinement, windows } = await run("confinement+windows", [], { before: POOR });
  allThreads(confinement.threads, "CapPrm", THREE);
  deepStrictEqual(confinement.effective, confinement.permitted);
  strictEqual(confinement.noNewPrivs, true);
  match(windows.before, /EPERM/, "the meter drops them on its thread");
  match(windows.behind, /EPERM/);
});
