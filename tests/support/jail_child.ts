/**
 * What a jailed process finds out about itself. Prints one JSON value.
 *
 *     deno run -A jail_child.ts PART[+PART...] [ARGUMENT...]
 *
 * Of several parts it prints an object with one key for each.
 *
 * @module
 */
import {
  CapabilityMeter,
  dropForGood,
  execWithoutPrivileges,
  forbidExec,
  meterKernel,
  readConfinement,
} from "../../ffi/jail/mod.ts";
import { BpfAttachType, BpfProgType, openKernel } from "../../ffi/mod.ts";
import { readBytes } from "../../ffi/kernel_files.ts";
import { type ProbeName, PROBES, rawCall, tryProbes } from "./jail_probes.ts";

const ARRAY = { name: "of_a_test", type: 2, keySize: 4, valueSize: 4, maxEntries: 1 } as const;
const LOOPBACK = 1;
const X32_GETPID = 0x4000_0000 + 39;

/** The lines of interest of the status of every thread, without any help of the product. */
function threads(): string[] {
  return [...Deno.readDirSync("/proc/self/task")].map(({ name }) =>
    Deno.readTextFileSync(`/proc/self/task/${name}/status`).split("\n")
      .filter((line) => /^(Uid|Gid|Groups|Cap...|NoNewPrivs|Seccomp\w*):/.test(line))
      .map((line) => line.replace(/\s+/g, " ").trim()).join("; ")
  );
}

/** What came of something: "done", or the words of the error. */
function outcome(work: () => unknown): string {
  try {
    work();
    return "done";
  } catch (error) {
    return String(error);
  }
}

function message(): string {
  return new TextDecoder().decode(readBytes("/proc/self/fd/3"));
}

function confinement(): unknown {
  const { permitted, effective, bounding, ...rest } = readConfinement();
  const sets = { permitted: [...permitted], effective: [...effective], bounding: [...bounding] };
  return {
    threads: threads(),
    ...sets,
    ...rest,
    inheritable: [...rest.inheritable],
    ambient: [...rest.ambient],
    message: message(),
    pid: Deno.pid,
    env: Deno.env.toObject(),
  };
}

/** Every probe; the execution of programs is forbidden for good where the process is jailed. */
function refusals(isJailed: boolean): unknown {
  const early = isJailed ? tryProbes(["execve /bin/true"]) : {};
  const command = isJailed ? outcome(() => new Deno.Command("/bin/true").outputSync()) : "";
  if (isJailed) forbidExec();
  const names = (Object.keys(PROBES) as ProbeName[])
    .filter((name) => isJailed || name !== "execve /bin/true");
  return {
    early,
    command,
    late: tryProbes(names),
    lateCommand: isJailed ? outcome(() => new Deno.Command("/bin/true").outputSync()) : "",
    x32: Deno.build.arch === "x86_64" ? rawCall(X32_GETPID) : null,
    threads: threads(),
  };
}

function windows(): unknown {
  const kernel = openKernel();
  const make = () => kernel.maps.create(ARRAY)[Symbol.dispose]();
  const meter = new CapabilityMeter();
  const inside: Record<string, string> = {};
  const before = outcome(make);
  const during = meter.hold(["CAP_BPF"], () => {
    inside.make = outcome(make);
    return threads();
  });
  const thrown = outcome(() =>
    meter.hold(["CAP_BPF"], () => meter.hold(["CAP_NET_ADMIN"], () => kernel.bpf.openPin("/no")))
  );
  const behind = outcome(make);
  return { before, inside, during, thrown, behind, threads: threads(), report: meter.report() };
}

/** From the bytes of an object to a program on an interface, with pins. */
function work([file = "", pins = "", attach = ""]: readonly string[]): unknown {
  const plain = openKernel();
  const meter = new CapabilityMeter();
  const kernel = meterKernel(plain, meter);
  const options = {
    ...{ bytes: Deno.readFileSync(file), name: "of_a_test", program: "xdp_pass" },
    ...{ type: BpfProgType.XDP, expectedAttachType: BpfAttachType.XDP },
  };
  const outside = outcome(() => plain.loader.load(options)[Symbol.dispose]());
  using loaded = kernel.loader.load(options);
  kernel.bpf.pin(loaded.programFd, `${pins}/program`);
  using program = kernel.bpf.openPin(`${pins}/program`);
  const { name } = kernel.bpf.programInfoByFd(program.raw);
  const refusedLink = outcome(() => plain.traffic.addClsact(LOOPBACK));
  const linked: Record<string, unknown> = {};
  if (attach === "attach") {
    const target = kernel.network.indexOf("lo");
    const mode = { attachType: BpfAttachType.XDP, flags: 2 };
    using link = kernel.bpf.createLink({ programFd: program.raw, target, ...mode });
    kernel.bpf.pin(link.raw, `${pins}/link`);
    linked.xdp = kernel.traffic.xdp(target)?.mode;
    linked.detached = kernel.bpf.detachLink(link.raw);
    kernel.traffic.addClsact(target);
    linked.qdisc = kernel.traffic.ingressQdisc(target)?.kind;
    kernel.files.remove(`${pins}/link`);
  }
  kernel.files.remove(`${pins}/program`);
  const byId = outcome(() => kernel.bpf.ids("program"));
  return { outside, name, refusedLink, linked, byId, threads: threads(), report: meter.report() };
}

/** Files that the jail lets the process write: a database, and a rename between folders. */
async function store([folder = "", readable = ""]: readonly string[]): Promise<unknown> {
  using kv = await Deno.openKv(`${folder}/store.kv`);
  await kv.set(["a"], 1);
  Deno.mkdirSync(`${folder}/one`);
  Deno.writeTextFileSync(`${folder}/one/file`, "text");
  const renamed = outcome(() => Deno.renameSync(`${folder}/one/file`, `${folder}/file`));
  const read = outcome(() => Deno.readTextFileSync(`${readable}/file`));
  const written = outcome(() => Deno.openSync(`${readable}/file`, { write: true }).close());
  const truncated = outcome(() => Deno.writeTextFileSync(`${readable}/file`, "x"));
  const removed = outcome(() => Deno.removeSync(`${readable}/file`));
  const executed = outcome(() => new Deno.Command(`${readable}/true`).outputSync());
  const elsewhere = outcome(() => Deno.writeTextFileSync(`${folder}-beside`, ""));
  const { value } = await kv.get(["a"]);
  return { value, renamed, read, written, truncated, removed, executed, elsewhere };
}

/** Tries to pin where the jail lets nothing be written. */
function pin([, , file = "", pins = ""]: readonly string[]): unknown {
  return outcome(() => work([file, pins]));
}

/** The part without privileges. */
async function front([port = "", folder = ""]: readonly string[]): Promise<unknown> {
  const before = threads();
  dropForGood();
  const connection = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
  const text = await new Response(connection.readable).text();
  const child = new Deno.Command("/bin/cat", { args: ["/proc/self/status"] }).outputSync();
  const status = new TextDecoder().decode(child.stdout).split("\n")
    .filter((line) => /^(CapPrm|NoNewPrivs)/.test(line));
  const bpf = outcome(() => openKernel().maps.create(ARRAY)[Symbol.dispose]());
  const refused = tryProbes(["mount", "ptrace attach", "setns", "perf_event_open"]);
  const written = outcome(() => Deno.writeTextFileSync(`${folder}/file`, "text"));
  const elsewhere = outcome(() => Deno.writeTextFileSync(`${folder}-beside`, ""));
  return { before, after: threads(), text, status, bpf, refused, written, elsewhere };
}

/** Gives up, by starting anew, what it was started with. */
function shed([first]: readonly string[]): unknown {
  const drop = outcome(dropForGood);
  if (first !== undefined) return { first, drop, threads: threads() };
  const again = ["run", "-A", "--no-config", import.meta.filename ?? "", "shed", drop];
  const program = { path: Deno.execPath(), args: again, env: Deno.env.toObject() };
  return execWithoutPrivileges(program, new Map());
}

const PARTS: Readonly<Record<string, (args: readonly string[]) => unknown>> = {
  confinement,
  refusals: () => refusals(true),
  control: () => refusals(false),
  windows,
  work,
  store,
  pin,
  front,
  shed,
};

/** Runs parts in their order, in this one process. */
async function runParts(names: readonly string[], args: readonly string[]): Promise<unknown> {
  const found: Record<string, unknown> = {};
  for (const name of names) found[name] = await PARTS[name]?.(args);
  const [only = ""] = names;
  return names.length === 1 ? found[only] : found;
}

if (import.meta.main) {
  const [parts = "", ...args] = Deno.args;
  console.log(JSON.stringify(await runParts(parts.split("+"), args)));
}
