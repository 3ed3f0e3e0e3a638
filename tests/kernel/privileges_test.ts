/**
 * The table of capabilities against this kernel: each program type loads, attaches and goes with
 * exactly what the table lists, and with nothing that it lists for every program left out.
 *
 * @module
 */
import { match, ok, strictEqual } from "node:assert/strict";
import { capabilitiesFor, needsOf } from "../../core/privileges/needs.ts";
import { SITUATION_NEEDS } from "../../core/privileges/rules.ts";
import type { CapabilityName, PrivilegeQuestion } from "../../core/privileges/types.ts";
import { fixture, type LinkJson, type LoadedJson } from "../support/cli.ts";
import { prepareCapabilities, withCapabilities } from "../support/effective.ts";
import { runHere } from "../support/in_process.ts";
import { must } from "../support/must.ts";
import { kernelTest, type Need } from "../support/requires.ts";
import { Stage } from "../support/stage.ts";
import { prepareNamespaces, ThreadNetns } from "../support/thread_netns.ts";
import { TYPE_CASES, type TypeCase } from "../support/type_cases.ts";

const NEEDS: readonly Need[] = ["root", "bpffs", "command:ip", "command:bash"];

prepareCapabilities();
prepareNamespaces();

function setting(name: string): number {
  return Number(Deno.readTextFileSync(`/proc/sys/kernel/${name}`).trim());
}

/** The question as it is on this machine. */
function here(question: PrivilegeQuestion): PrivilegeQuestion {
  return { ...question, isPerfRestricted: setting("perf_event_paranoid") > 2 };
}

/** True where a setting of this machine lifts what the table says, see `unless`. */
function isLifted({ type }: TypeCase, capability: CapabilityName): boolean {
  if (capability === "CAP_PERFMON" && setting("perf_event_paranoid") < 0) return true;
  return type === "cgroup_skb" && capability === "CAP_BPF" &&
    setting("unprivileged_bpf_disabled") === 0;
}

/**
 * libbpf asks the kernel once for each process what it can do, by loading programs of types that
 * take CAP_NET_ADMIN or CAP_PERFMON, and keeps the answers. Here many commands share one process,
 * so the answers must not be those that a poor command got.
 */
let isWarm = false;

/** The tool on a stage of its own, in this process. */
class Scene implements AsyncDisposable {
  readonly stage: Stage;
  readonly #directory: string;

  private constructor(stage: Stage, directory: string) {
    this.stage = stage;
    this.#directory = directory;
  }

  /** Makes the runtime directory, which takes more than the table says for what comes after it. */
  static async make(): Promise<Scene> {
    await using made = new AsyncDisposableStack();
    const stage = made.use(new Stage());
    const { path } = await stage.workspace();
    made.move();
    const scene = new Scene(stage, path);
    await scene.must([], ["detach", "1", "--ignore-missing"], "all");
    if (!isWarm) {
      const load = ["load", "file", fixture("xdp_counter"), "--programs", "xdp:xdp_count"];
      await scene.must([], ["unload", idOf(await scene.must([], load, "all"))], "all");
      isWarm = true;
    }
    return scene;
  }

  /** Runs a command with these capabilities in effect. */
  run(capabilities: readonly string[], args: readonly string[]) {
    const words = [...args, "-o", "json", "--runtime-dir", this.#directory];
    return withCapabilities(capabilities, () => runHere(words));
  }

  /** Runs a command that must succeed. */
  async must(
    capabilities: readonly string[],
    args: readonly string[],
    extent: "these" | "all" = "these",
  ): Promise<string> {
    const words = [...args, "-o", "json", "--runtime-dir", this.#directory];
    const { code, stdout, stderr } = extent === "all"
      ? await runHere(words)
      : await this.run(capabilities, args);
    strictEqual(code, 0, `${args.join(" ")} with [${capabilities.join()}]: ${stderr}`);
    return stdout;
  }

  /** Runs a command that the kernel must refuse for want of a capability. */
  async mustRefuse(capabilities: readonly string[], args: readonly string[]): Promise<void> {
    const { code, stderr } = await this.run(capabilities, args);
    strictEqual(code, 5, `${args.join(" ")} with [${capabilities.join()}] was not refused`);
    match(stderr, /missing capability|does not permit|EPERM|EACCES|prohibited/);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stage[Symbol.asyncDispose]();
  }
}

/** Leaves out each capability in turn that the table lists for every program. */
async function mustNeedEach(
  scene: Scene,
  test: TypeCase,
  work: { readonly question: PrivilegeQuestion; readonly args: readonly string[] },
): Promise<number> {
  const all = capabilitiesFor(work.question);
  const needed = new Set(
    needsOf(work.question).filter(({ scope }) => scope === "every").map(
      ({ capability }) => capability,
    ),
  );
  let proved = 0;
  for (const capability of needed) {
    if (isLifted(test, capability)) continue;
    await scene.mustRefuse(all.filter((name) => name !== capability), work.args);
    proved++;
  }
  return proved;
}

/** Words of the place, with this thread in the namespace that they name. */
function enterNamespace(place: readonly string[]): [readonly string[], Disposable] {
  const at = place.indexOf("--netns");
  const netns = place[at + 1];
  if (at < 0 || netns === undefined) return [place, new DisposableStack()];
  return [[...place.slice(0, at), ...place.slice(at + 2)], new ThreadNetns(netns)];
}

async function conform(test: TypeCase): Promise<void> {
  await using scene = await Scene.make();
  const words = await test.place(scene.stage);
  const globals = await test.load?.(scene.stage) ?? [];
  const load = ["load", "file", fixture(test.fixture), "--programs"];
  const args = [...load, `${test.type}:${test.program}`, ...globals];
  const loading: PrivilegeQuestion = { verb: "load", types: [test.type] };

  ok(
    await mustNeedEach(scene, test, { question: loading, args }) > 0 || test.type === "cgroup_skb",
  );
  const loaded: { programs: LoadedJson[] } = JSON.parse(
    await scene.must(capabilitiesFor(loading), args),
  );
  const id = String(must(loaded.programs[0], "program").record.program_id);

  const [place, namespace] = enterNamespace(words);
  using _inside = namespace;
  const attaching = here({ verb: "attach", attachKinds: [test.type] });
  await mustNeedEach(scene, test, { question: attaching, args: ["attach", id, ...place] });
  const link: LinkJson = JSON.parse(
    await scene.must(capabilitiesFor(attaching), ["attach", id, ...place]),
  );
  const detaching: PrivilegeQuestion = { verb: "detach", attachKinds: [test.type] };
  await mustNeedEach(scene, test, {
    question: detaching,
    args: ["detach", String(link.record.id)],
  });
  await scene.must(capabilitiesFor(detaching), ["detach", String(link.record.id)]);
  await scene.must([], ["unload", id]);
}

for (const test of TYPE_CASES) {
  kernelTest(
    `privileges of ${test.type}: those of the table are enough, and each is needed`,
    [...NEEDS, ...test.needs],
    () => conform(test),
  );
}

/** Refused without the capability, done with it. */
async function mustTake(
  scene: Scene,
  { capability, base, args }: {
    readonly capability: CapabilityName;
    /** What is held besides. */
    readonly base: readonly CapabilityName[];
    readonly args: readonly string[];
  },
): Promise<string> {
  const without = base.filter((name) => name !== capability);
  const { code, stderr } = await scene.run(without, args);
  ok(code !== 0, `${args.join(" ")} without ${capability} was not refused`);
  match(stderr, /missing capability|does not permit|EPERM|EACCES|prohibited|permitted|denied/);
  return await scene.must([...without, capability], args);
}

const LOAD_XDP: PrivilegeQuestion = { verb: "load", types: ["xdp"] };

function idOf(loaded: string): string {
  const { programs }: { programs: LoadedJson[] } = JSON.parse(loaded);
  return String(must(programs[0], "program").record.program_id);
}

kernelTest("an XDP program that subtracts pointers takes CAP_PERFMON", NEEDS, async () => {
  await using scene = await Scene.make();
  const base = capabilitiesFor(LOAD_XDP);
  const args = ["load", "file", fixture("xdp_counter"), "--programs", "xdp:xdp_count"];
  await mustTake(scene, { capability: "CAP_PERFMON", base, args });
  // and one that does not, does not
  const plain = ["load", "file", fixture("xdp_pass"), "--programs", "xdp:xdp_pass"];
  await scene.must(base.filter((name) => name !== "CAP_PERFMON"), plain);
});

kernelTest("a chain of XDP programs takes what the table lists for some", NEEDS, async () => {
  await using scene = await Scene.make();
  const base = capabilitiesFor({ verb: "attach", attachKinds: ["xdp"] });
  const { near } = await scene.stage.wire();
  const load = ["load", "file", fixture("xdp_counter"), "--programs", "xdp:xdp_count"];
  const ids = [idOf(await scene.must([], load, "all")), idOf(await scene.must([], load, "all"))];
  using _inside = new ThreadNetns(near.netns);
  const attach = (id: string, priority: string) => [
    ...["attach", id, "xdp", "--iface", near.interface, "--priority", priority],
    ...["--engine", "compose"],
  ];
  await scene.must(base, attach(ids[0] ?? "", "5"));
  for (const capability of base) {
    const rest = base.filter((name) => name !== capability);
    await scene.mustRefuse(rest, attach(ids[1] ?? "", "6"));
  }
  const link: LinkJson = JSON.parse(await scene.must(base, attach(ids[1] ?? "", "6")));
  const id = String(link.record.id);
  const changing: PrivilegeQuestion = { verb: "update", attachKinds: ["xdp"] };
  await scene.must(capabilitiesFor(changing), ["link", "update", id, "--priority", "4"]);
  await scene.must(capabilitiesFor({ verb: "detach", attachKinds: ["xdp"] }), ["detach", id]);
});

kernelTest("the first use of a runtime directory takes CAP_SYS_ADMIN", NEEDS, async () => {
  await using stage = new Stage();
  const { path } = await stage.workspace();
  const args = ["detach", "1", "--ignore-missing", "--runtime-dir", path];
  const base = capabilitiesFor({ verb: "detach" });
  const poor = await withCapabilities(base, () => runHere(args));
  match(poor.stderr, /Cannot mount a bpffs .*missing capability CAP_SYS_ADMIN/);
  const rich = capabilitiesFor({ verb: "detach", firstUse: true });
  const { code, stderr } = await withCapabilities(rich, () => runHere(args));
  strictEqual(code, 0, stderr);
});

kernelTest("another network namespace takes CAP_SYS_ADMIN", NEEDS, async () => {
  await using scene = await Scene.make();
  const { near } = await scene.stage.wire();
  const load = ["load", "file", fixture("xdp_pass"), "--programs", "xdp:xdp_pass"];
  const id = idOf(await scene.must([], load, "all"));
  const place = ["xdp", "--iface", near.interface, "--netns", near.netns, "--priority", "5"];
  await mustTake(scene, {
    capability: "CAP_SYS_ADMIN",
    base: capabilitiesFor({ verb: "attach", attachKinds: ["xdp"] }),
    args: ["attach", id, ...place],
  });
});

kernelTest("an extension program takes CAP_SYS_ADMIN to be found again", [
  ...NEEDS,
  "freplace",
], async () => {
  await using scene = await Scene.make();
  const { near } = await scene.stage.wire();
  const load = ["load", "file", fixture("xdp_pass"), "--programs", "xdp:xdp_pass"];
  const ids = [idOf(await scene.must([], load, "all")), idOf(await scene.must([], load, "all"))];
  using _inside = new ThreadNetns(near.netns);
  const attach = (id: string, priority: string) => [
    ...["attach", id, "xdp", "--iface", near.interface, "--priority", priority],
    ...["--engine", "freplace"],
  ];
  const question: PrivilegeQuestion = { verb: "attach", attachKinds: ["xdp"], extensions: true };
  await scene.must(capabilitiesFor(question), attach(ids[0] ?? "", "5"));
  await mustTake(scene, {
    capability: "CAP_SYS_ADMIN",
    base: capabilitiesFor(question),
    args: attach(ids[1] ?? "", "6"),
  });
});

kernelTest("the kernel shows its addresses to CAP_SYSLOG only", [
  ...NEEDS,
  "kprobe",
], async () => {
  const at = async (capabilities: readonly CapabilityName[]) =>
    await withCapabilities(capabilities, () => {
      using file = Deno.openSync("/proc/kallsyms", { read: true });
      const bytes = new Uint8Array(4096);
      const size = file.readSync(bytes) ?? 0;
      const lines = new TextDecoder().decode(bytes.subarray(0, size)).split("\n").slice(0, -1);
      return lines.some((line) => !line.startsWith("0000000000000000"));
    });
  const { kernelSymbols } = SITUATION_NEEDS;
  const names = kernelSymbols.map(({ capability }) => capability);
  strictEqual(await at([]), false);
  strictEqual(await at(names), setting("kptr_restrict") < 2);
});

kernelTest("a group for maps takes CAP_CHOWN", NEEDS, async () => {
  await using scene = await Scene.make();
  const config = `${(await scene.stage.workspace()).path}/maps.toml`;
  Deno.writeTextFileSync(config, '[maps]\ngroup = "65533"\n');
  await mustTake(scene, {
    capability: "CAP_CHOWN",
    base: capabilitiesFor({ ...LOAD_XDP, mapGroup: true }),
    args: [
      ...["load", "file", fixture("xdp_counter"), "--programs", "xdp:xdp_count"],
      ...["--config", config],
    ],
  });
});
