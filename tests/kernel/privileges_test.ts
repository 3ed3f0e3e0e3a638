/**
 * The table of capabilities against this kernel: each program type loads, attaches and goes with
 * exactly what the table lists, and with nothing that it lists for every program left out.
 *
 * @module
 */
import { match, ok, strictEqual } from "node:assert/strict";
import { capabilitiesFor, needsOf } from "../../core/privileges/needs.ts";
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
