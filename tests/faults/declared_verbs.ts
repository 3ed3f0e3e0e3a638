/**
 * The verbs about applications that the sweep runs.
 *
 * @module
 */
import type { FaultScene } from "./scene.ts";
import type { PrepareVerb, Verb } from "./verbs.ts";

/** What an application looks like. */
interface AppState {
  /** Priorities of its XDP program; none for no links. */
  readonly xdp: readonly number[];
  /** Tracepoints of its other program; null for no such program. */
  readonly tracepoints: readonly string[] | null;
  /** True for the next version of the object. @default false */
  readonly isNext?: boolean;
}

const FIRST: AppState = { xdp: [10, 20], tracepoints: ["syscalls/sys_enter_acct"] };

/** Writes the manifest of an application; gives its path. */
function manifest(scene: FaultScene, { xdp, tracepoints, isNext = false }: AppState): string {
  const { object, folder, wire: { near } } = scene;
  const next = `${folder}/next.bpf.o`;
  if (isNext) {
    // what stands behind the last section belongs to no program, and changes the digest
    const bytes = Deno.readFileSync(object.path);
    Deno.writeFileSync(next, new Uint8Array([...bytes, ...new Uint8Array(8)]));
  }
  const links = xdp.map((priority) => ({
    interfaceSelector: { interfaces: [near.interface] },
    netnsPath: near.netns,
    priority,
  }));
  const probes = tracepoints === null ? [] : [{
    name: object.name("many_openat"),
    type: "TracePoint",
    tracepoint: { links: tracepoints.map((name) => ({ name })) },
  }];
  const path = `${folder}/app.yaml`;
  const document = {
    apiVersion: "bpfman.io/v1alpha1",
    kind: "ClusterBpfApplication",
    metadata: { name: "shield" },
    spec: {
      nodeSelector: {},
      byteCode: { path: isNext ? next : object.path },
      programs: [{ name: object.name("xdp_first"), type: "XDP", xdp: { links } }, ...probes],
    },
  };
  Deno.writeTextFileSync(path, JSON.stringify(document));
  return path;
}

function apply(scene: FaultScene, state: AppState): string[] {
  return ["apply", "-f", manifest(scene, state), "--data-dir", scene.data];
}

/** Runs a command that must succeed, without a fault. */
async function must(scene: FaultScene, args: readonly string[]): Promise<void> {
  const { code, stderr } = await scene.state.cli.run(args);
  if (code !== 0) throw new Error(`Cannot prepare "${args.join(" ")}": ${stderr}`);
}

/** A program that was attached by hand, between the places of the application. */
async function byHand(scene: FaultScene): Promise<void> {
  await scene.attach(await scene.load("xdp", "xdp_second"), "xdp", [15]);
}

/** States one after the other, then the verb. */
function after(states: readonly AppState[], command: (scene: FaultScene) => string[]): PrepareVerb {
  return async (scene) => {
    await byHand(scene);
    for (const state of states) await must(scene, apply(scene, state));
    return command(scene);
  };
}

/** Verbs about applications by name. All of them are all or nothing. */
export const DECLARED_VERBS: Readonly<Record<string, Verb>> = {
  "apply, a new application": {
    hasFront: true,
    prepare: after([], (scene) => apply(scene, FIRST)),
  },
  "apply, other places": {
    hasFront: true,
    prepare: after([FIRST], (scene) => {
      const tracepoints = ["syscalls/sys_enter_swapon"];
      return apply(scene, { xdp: [12, 30, 20], tracepoints });
    }),
  },
  "apply, another object": {
    hasFront: true,
    prepare: after([FIRST], (scene) => apply(scene, { ...FIRST, isNext: true })),
  },
  "apply, another object at other places": {
    hasFront: true,
    prepare: after(
      [FIRST],
      (scene) => apply(scene, { xdp: [5], tracepoints: null, isNext: true }),
    ),
  },
  "rollback": {
    hasFront: true,
    prepare: after(
      [FIRST, { xdp: [5], tracepoints: null, isNext: true }],
      ({ data }) => ["rollback", "shield", "--data-dir", data],
    ),
  },
  "restore": {
    hasFront: true,
    prepare: async (scene) => {
      await must(scene, apply(scene, FIRST));
      await scene.manager.deletePrograms("all", { recursive: true });
      await byHand(scene);
      return ["restore", "--data-dir", scene.data];
    },
  },
  "delete -f": {
    prepare: after([FIRST], (scene) => {
      return ["delete", "-f", manifest(scene, FIRST), "--data-dir", scene.data];
    }),
  },
};
