/**
 * What the test of restarts does inside of the machine: `reboot_guest.ts STEP FILE`. Each step is
 * one process, as a start of Deno takes seconds in emulation; facts go to FILE as JSON.
 *
 * @module
 */
import { bpftoolList, type BpftoolProgram } from "../support/bpftool.ts";
import { runHere } from "../support/in_process.ts";
import { mustRun } from "../support/must.ts";
import { ROOT } from "../support/cli.ts";

/** Where the disk is mounted. */
export const DISK = "/mnt/disk";
/** A runtime directory that outlives the machine, so that its rows do, too. */
const KEPT = `${DISK}/state`;
const MANY = `${ROOT}tests/fixtures/many.bpf.o`;
const TRACER = `${ROOT}tests/fixtures/tracepoint_counter.bpf.o`;
const INTERFACE = "up0";

/** What a command printed. */
export interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** An object of the kernel, as bpftool shows it. */
export interface KernelObject {
  readonly id: number;
  readonly tag?: string;
  readonly name?: string;
  readonly prog_id?: number;
  readonly loaded_at?: number;
}

/** What the first step leaves. */
export interface Before {
  readonly programs: readonly number[];
  readonly links: readonly { readonly id: number; readonly kernelLinkId: number | null }[];
}

/** What the second step sees. */
export interface After {
  readonly status: Answer;
  readonly load: Answer;
  readonly unload: Answer;
  readonly detach: Answer;
  readonly foreignBefore: readonly KernelObject[];
  readonly foreignAfter: readonly KernelObject[];
  readonly listed: readonly number[];
}

async function bpfman(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runHere([...args, "--runtime-dir", KEPT]);
  if (code !== 0) throw new Error(`Cannot run "${args.join(" ")}": ${stderr}`);
  return stdout;
}

async function makeInterface(): Promise<void> {
  await mustRun("ip", ["link", "add", INTERFACE, "type", "veth", "peer", "name", "up1"]);
  for (const name of [INTERFACE, "up1"]) {
    Deno.writeTextFileSync(`/proc/sys/net/ipv6/conf/${name}/disable_ipv6`, "1");
    await mustRun("ip", ["link", "set", name, "up"]);
  }
}

/** Five programs in three kinds of places. */
async function loadByHand(): Promise<Before> {
  const programs = "xdp:xdp_first,xdp:xdp_second,tc:tc_first,tc:tc_second,tracepoint:many_openat";
  const loaded = JSON.parse(
    await bpfman("load", "file", MANY, "--programs", programs, "-o", "json"),
  );
  const ids: number[] = loaded.programs.map(({ record }: { record: { program_id: number } }) =>
    record.program_id
  );
  const [first, second, third, fourth, fifth] = ids.map(String);
  const tc = ["--iface", INTERFACE, "--direction", "ingress"];
  for (
    const words of [
      [first, "xdp", "--iface", INTERFACE, "--priority", "60"],
      [second, "xdp", "--iface", INTERFACE, "--priority", "40"],
      [third, "tc", ...tc, "--priority", "60"],
      [fourth, "tc", ...tc, "--priority", "40"],
      [fifth, "tracepoint", "--tracepoint", "syscalls/sys_enter_openat"],
    ]
  ) await bpfman("attach", ...words.map((word) => word ?? ""));
  const { links } = JSON.parse(await bpfman("list", "links", "-o", "json"));
  return {
    programs: ids,
    links: links.map((row: { id: number; kernel_link_id: number | null }) => ({
      id: row.id,
      kernelLinkId: row.kernel_link_id,
    })),
  };
}

async function objects(): Promise<KernelObject[]> {
  const programs = await bpftoolList<BpftoolProgram & KernelObject>("prog");
  const links = await bpftoolList<KernelObject>("link");
  return [
    ...programs.map(({ id, tag, name = "", loaded_at = 0 }) => ({ id, tag, name, loaded_at })),
    ...links.map(({ id, prog_id = 0 }) => ({ id, prog_id })),
  ];
}

/** Programs and links of others, until every number of before is theirs. */
async function takeNumbers({ programs, links }: Before): Promise<void> {
  const last = Math.max(...programs);
  const lastLink = Math.max(...links.map(({ kernelLinkId }) => kernelLinkId ?? 0));
  for (let round = 0;; round++) {
    const known = await objects();
    const has = (id: number, isLink: boolean) =>
      known.some((object) => object.id >= id && (object.prog_id !== undefined) === isLink);
    if (has(last, false) && has(lastLink, true)) break;
    const pins = `/sys/fs/bpf/theirs${round}`;
    await mustRun("bpftool", ["prog", "loadall", TRACER, `${pins}-links`, "autoattach"]);
    if (!has(last, false)) await mustRun("bpftool", ["prog", "loadall", MANY, pins]);
    if (round > 50) throw new Error("Cannot take the numbers: the kernel gives others");
  }
  const theirs = ["pinned", "/sys/fs/bpf/theirs0/xdp_first"];
  await mustRun("bpftool", ["net", "attach", "xdpgeneric", ...theirs, "dev", INTERFACE]);
}

async function lookAgain(before: Before): Promise<After> {
  await takeNumbers(before);
  const foreignBefore = await objects();
  const here = (...args: readonly string[]) => runHere([...args, "--runtime-dir", KEPT]);
  const status = await here("status", "-o", "json");
  const unload = await here("unload", String(before.programs[0]));
  const detach = await here("detach", String(before.links[0]?.id));
  const load = await here("load", "file", MANY, "--programs", "xdp:xdp_second", "-o", "json");
  const listed = (await bpfman("list", "programs", "-q")).split("\n").filter((id) => id !== "");
  const foreignAfter = await objects();
  const ids = listed.map(Number);
  return { status, load, unload, detach, foreignBefore, foreignAfter, listed: ids };
}

if (import.meta.main) {
  const [step, file = ""] = Deno.args;
  await makeInterface();
  const read = (): Before => JSON.parse(Deno.readTextFileSync(`${DISK}/before.json`));
  if (step === "first") {
    const before = await loadByHand();
    Deno.writeTextFileSync(`${DISK}/before.json`, JSON.stringify(before));
    Deno.writeTextFileSync(file, JSON.stringify(before));
    await mustRun("sync", []);
  } else Deno.writeTextFileSync(file, JSON.stringify(await lookAgain(read())));
}
