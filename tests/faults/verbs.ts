/**
 * The verbs that the sweep runs: each makes its scene and gives the command.
 *
 * @module
 */
import { must } from "../support/must.ts";
import { DECLARED_VERBS } from "./declared_verbs.ts";
import type { FaultScene } from "./scene.ts";

/** Makes a scene ready and gives the command that the fault happens in. */
export type PrepareVerb = (scene: FaultScene) => Promise<string[]>;

/** A command with what it happens in. */
export interface Verb {
  readonly prepare: PrepareVerb;
  /** True when a part of the way is a state to stop at. @default false */
  readonly isGradual?: boolean;
  /** True when it brings an object, so that there is a front. @default false */
  readonly hasFront?: boolean;
  /** The command that the tool names where it refuses to go on by itself. @default any other one */
  readonly mend?: readonly string[];
}

function priorities(count: number): number[] {
  return Array.from({ length: count }, (_, at) => 10 + at);
}

/** An attach to a chain that has some members already; it goes into the middle. */
function attachTo(kind: "xdp" | "tc", members: number): Verb {
  return {
    prepare: async (scene) => {
      const id = await scene.load(kind, `${kind}_first`);
      await scene.attach(id, kind, priorities(members));
      const other = kind === "xdp" ? await scene.load("xdp", "xdp_second") : id;
      return ["attach", String(other), ...scene.place(kind, 10 + Math.floor(members / 2))];
    },
  };
}

/** A detach from a chain. */
function detachFrom(kind: "xdp" | "tc", members: number): Verb {
  return {
    prepare: async (scene) => {
      const id = await scene.load(kind, `${kind}_first`);
      const [link] = await scene.attach(id, kind, priorities(members));
      return ["detach", String(link)];
    },
  };
}

/** Loads an XDP program and attaches it twice; gives its id. */
async function attachTwice(scene: FaultScene): Promise<number> {
  const id = await scene.load("xdp", "xdp_first");
  await scene.attach(id, "xdp", [5, 6]);
  return id;
}

const TRACEPOINT = ["--tracepoint", "syscalls/sys_enter_acct"];

async function attachTracepoint(scene: FaultScene): Promise<{ id: number; link: number }> {
  const programId = await scene.load("tracepoint", "many_openat");
  const target = { kind: "tracepoint", group: "syscalls", name: "sys_enter_acct" } as const;
  return { id: programId, link: (await scene.manager.attach({ programId, target })).record.id };
}

/** Damage of three kinds, which leaves nothing to list: a stray pin, folder and row. */
async function damage(scene: FaultScene): Promise<void> {
  const { path } = scene.state.workspace;
  const id = await attachTwice(scene);
  const other = await scene.load("tracepoint", "many_openat");
  Deno.removeSync(`${path}/fs/prog_${other}`);
  Deno.mkdirSync(`${path}/programs/${id + 1_000_000}`);
  Deno.writeTextFileSync(`${path}/db/state.json`, "{");
}

const SINGLE: Readonly<Record<string, Verb>> = {
  "load": {
    hasFront: true,
    prepare: ({ object }) => {
      const names = `xdp:${object.name("xdp_first")},tracepoint:${object.name("many_openat")}`;
      return Promise.resolve(["load", "file", object.path, "--programs", names]);
    },
  },
  "run": {
    hasFront: true,
    prepare: (scene) => {
      const program = `xdp:${scene.object.name("xdp_first")}`;
      const args = ["run", scene.object.path, "--programs", program];
      return Promise.resolve([...args, ...scene.place("xdp", 5).slice(1)]);
    },
  },
  "attach, tracepoint": {
    prepare: async (scene) => {
      const id = await scene.load("tracepoint", "many_openat");
      return ["attach", String(id), "tracepoint", ...TRACEPOINT];
    },
  },
  "detach, tracepoint": {
    prepare: async (scene) => ["detach", String((await attachTracepoint(scene)).link)],
  },
  "link update": {
    prepare: async (scene) => {
      const id = await scene.load("xdp", "xdp_first");
      const [link] = await scene.attach(id, "xdp", [5, 6]);
      return ["link", "update", String(link), "--priority", "9"];
    },
  },
  "unload": {
    isGradual: true,
    prepare: async (scene) => ["unload", String(await attachTwice(scene))],
  },
  "program delete": {
    isGradual: true,
    prepare: async (scene) => {
      const id = await attachTwice(scene);
      await attachTracepoint(scene);
      return ["program", "delete", String(id), "-r"];
    },
  },
  "program replace, XDP": {
    hasFront: true,
    prepare: async (scene) => {
      const id = await attachTwice(scene);
      return ["program", "replace", String(id), "--with", scene.object.path];
    },
  },
  "program replace, tracepoint": {
    hasFront: true,
    prepare: async (scene) => {
      const { id } = await attachTracepoint(scene);
      return ["program", "replace", String(id), "--with", scene.object.path];
    },
  },
  "dispatcher delete": {
    prepare: async (scene) => {
      await attachTwice(scene);
      const { hook } = must((await scene.manager.listDispatchers())[0], "dispatcher");
      return ["dispatcher", "delete", "xdp", String(hook.nsid), String(hook.ifindex)];
    },
  },
  "repair": {
    prepare: async (scene) => {
      await damage(scene);
      return ["repair"];
    },
  },
  "repair --rebuild-store": {
    mend: ["repair", "--rebuild-store"],
    prepare: async (scene) => {
      await attachTwice(scene);
      Deno.writeTextFileSync(`${scene.state.workspace.path}/db/store.kv`, "no database");
      return ["repair", "--rebuild-store"];
    },
  },
};

/** The verbs by name. */
export const VERBS: Readonly<Record<string, Verb>> = {
  "load": must(SINGLE["load"], "verb"),
  "attach, first XDP": attachTo("xdp", 0),
  "attach, second XDP": attachTo("xdp", 1),
  "attach, tenth XDP": attachTo("xdp", 9),
  "attach, first TC": attachTo("tc", 0),
  "attach, second TC": attachTo("tc", 1),
  "detach, one of two XDP": detachFrom("xdp", 2),
  "detach, last XDP": detachFrom("xdp", 1),
  "detach, last TC": detachFrom("tc", 1),
  ...SINGLE,
  ...DECLARED_VERBS,
};
