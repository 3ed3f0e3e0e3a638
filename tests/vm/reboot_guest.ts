/**
 * What the test of restarts does inside of the machine: `reboot_guest.ts STEP`. Each step is one
 * process, as a start of Deno takes seconds in emulation; its facts go to a file as JSON.
 *
 * @module
 */
import { fixture, ROOT } from "../support/cli.ts";
import { runHere } from "../support/in_process.ts";
import { mustRun, type ProgramResult } from "../support/must.ts";
import {
  allObjects,
  bpfman,
  type DeclaredState,
  type KernelObject,
  type Numbers,
  stateOf,
  takeNumbers,
} from "./reboot_objects.ts";

/** Where the disk is mounted. */
export const DISK = "/mnt/disk";
/** Where facts are left. */
export const OUT = "/mnt/out";
/** A runtime directory that outlives the machine, so that its rows do, too. */
const KEPT = `${DISK}/state`;
/** The usual one, which does not. */
const USUAL = "/run/bpfman";
const DATA = `${DISK}/data`;
const INTERFACE = "up0";
const IMAGE = "registry.example/net/pass:v1";

/** What was there before the power went. */
export interface Before {
  readonly byHand: DeclaredState & { readonly numbers: Numbers };
  readonly declared: DeclaredState & { readonly numbers: Numbers };
}

/** What the next start sees, before anything is restored. */
export interface Next {
  readonly numbers: readonly KernelObject[];
  readonly status: ProgramResult;
  readonly load: ProgramResult;
  readonly unload: ProgramResult;
  readonly detach: ProgramResult;
  readonly after: readonly KernelObject[];
}

/** What there is once it is restored. */
export interface Restored {
  readonly declared: DeclaredState;
  readonly again: ProgramResult;
  readonly after: DeclaredState;
  readonly objects: readonly KernelObject[];
}

async function makeInterfaces(isUp: boolean): Promise<void> {
  await mustRun("ip", ["link", "add", INTERFACE, "type", "veth", "peer", "name", "up1"]);
  await mustRun("ip", ["link", "add", "theirs0", "type", "veth", "peer", "name", "theirs1"]);
  for (const name of [INTERFACE, "up1", "theirs0", "theirs1"]) {
    Deno.writeTextFileSync(`/proc/sys/net/ipv6/conf/${name}/disable_ipv6`, "1");
    if (isUp) await mustRun("ip", ["link", "set", name, "up"]);
  }
}

function mustFind<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("Cannot go on: a program is missing");
  return value;
}

/** Programs in three kinds of places, by single commands. */
async function loadByHand(): Promise<void> {
  const words = "xdp:xdp_first,xdp:xdp_second,tc:tc_first,tc:tc_second,tracepoint:many_openat";
  const place = ["--runtime-dir", KEPT];
  const load = ["load", "file", fixture("many"), "--programs", words, "-o", "json", ...place];
  const { programs } = JSON.parse(await bpfman(...load));
  const ids: string[] = programs.map(({ record }: { record: { program_id: number } }) =>
    String(record.program_id)
  );
  const xdp = ["xdp", "--iface", "theirs0"];
  const tc = ["tc", "--iface", "theirs0", "--direction", "ingress"];
  const attach = async (at: number, ...where: readonly string[]) =>
    await bpfman("attach", mustFind(ids[at]), ...where, ...place);
  await attach(0, ...xdp, "--priority", "60");
  await attach(1, ...xdp, "--priority", "40");
  await attach(2, ...tc, "--priority", "60");
  await attach(3, ...tc, "--priority", "40");
  await attach(4, "tracepoint", "--tracepoint", "syscalls/sys_enter_openat");
}

/** Two applications: of a file that will be gone, and of an image that is in the local store alone. */
async function writeManifests(): Promise<void> {
  const object = "/run/many.bpf.o";
  Deno.copyFileSync(fixture("many"), object);
  const on = (priority: number, more: Record<string, unknown> = {}) => ({
    links: [{ interfaceSelector: { interfaces: [INTERFACE] }, priority, ...more }],
  });
  const application = (name: string, byteCode: unknown, programs: readonly unknown[]) => ({
    apiVersion: "bpfman.io/v1alpha1",
    kind: "ClusterBpfApplication",
    metadata: { name },
    spec: { nodeSelector: {}, byteCode, programs },
  });
  const guard = application("guard", { path: object }, [
    { name: "xdp_first", type: "XDP", xdp: on(60) },
    { name: "xdp_second", type: "XDP", xdp: on(40, { proceedOn: ["Pass", "Drop"] }) },
    { name: "tc_first", type: "TC", tc: on(55, { direction: "Ingress" }) },
    { name: "tc_second", type: "TC", tc: on(45, { direction: "Ingress" }) },
    {
      name: "many_openat",
      type: "TracePoint",
      tracepoint: { links: [{ name: "syscalls/sys_enter_openat" }] },
    },
  ]);
  const image = { image: { url: IMAGE, imagePullPolicy: "IfNotPresent" } };
  const pass = application("pass", image, [{ name: "xdp_pass", type: "XDP", xdp: on(50) }]);
  const list = { apiVersion: "v1", kind: "List", items: [guard, pass] };
  Deno.writeTextFileSync(`${DISK}/apps.json`, JSON.stringify(list));
  const build = ["image", "build", IMAGE, fixture("xdp_pass"), "--data-dir", DATA, "-o", "json"];
  const { digest } = JSON.parse(await bpfman(...build));
  Deno.writeTextFileSync(`${DISK}/digest`, digest);
}

/** Runs the tool as users do: with the processes and jails of a change. */
async function process(...args: readonly string[]): Promise<void> {
  await mustRun(Deno.execPath(), ["run", "-A", `${ROOT}mod.ts`, ...args]);
}

async function first(): Promise<Before> {
  await makeInterfaces(true);
  await loadByHand();
  await writeManifests();
  const byHand = await stateOf(KEPT);
  // what is not flushed by the tool itself is flushed here, and nothing that comes later
  await mustRun("sync", []);
  const digest = Deno.readTextFileSync(`${DISK}/digest`);
  const options = ["--data-dir", DATA, "--allow-unsigned", digest];
  await process("apply", "-f", `${DISK}/apps.json`, ...options);
  return { byHand, declared: await stateOf(USUAL) };
}

async function next(): Promise<Next> {
  const { byHand }: Before = JSON.parse(Deno.readTextFileSync(`${OUT}/first`));
  await makeInterfaces(false);
  await takeNumbers(byHand.numbers, "theirs0");
  const numbers = await allObjects();
  const here = (...args: readonly string[]) => runHere([...args, "--runtime-dir", KEPT]);
  const status = await here("status", "-o", "json");
  const unload = await here("unload", String(byHand.numbers.programs[0]));
  const detach = await here("detach", "1");
  const load = await here(
    ...["load", "file", fixture("many"), "--programs", "xdp:xdp_second", "-o", "json"],
  );
  await process("install-unit", "--enable", "--data-dir", DATA);
  return { numbers, status, unload, detach, load, after: await allObjects() };
}

async function restored(): Promise<Restored> {
  const declared = await stateOf(USUAL);
  const again = await runHere(["restore", "--data-dir", DATA, "-o", "json"]);
  return { declared, again, after: await stateOf(USUAL), objects: await allObjects() };
}

/** The start after a clean end, without a service manager. */
async function last(): Promise<Restored> {
  await makeInterfaces(false);
  await process("restore", "--data-dir", DATA);
  return await restored();
}

const STEPS: Readonly<Record<string, () => Promise<unknown>>> = { first, next, restored, last };

if (import.meta.main) {
  const [name = ""] = Deno.args;
  Deno.writeTextFileSync(`${OUT}/${name}`, JSON.stringify(await mustFind(STEPS[name])()));
}
