/**
 * The verbs that the sweep runs: each makes its scene and gives the command.
 *
 * @module
 */
import type { FaultScene } from "./scene.ts";

/** Makes a scene ready and gives the command that the fault happens in. */
export type PrepareVerb = (scene: FaultScene) => Promise<string[]>;

function priorities(count: number): number[] {
  return Array.from({ length: count }, (_, at) => 10 + at);
}

/** An XDP attach to a chain that has some members already; it goes into the middle. */
function attachTo(members: number): PrepareVerb {
  return async (scene) => {
    const id = await scene.load("xdp", "xdp_first");
    await scene.attachXdp(id, priorities(members));
    const other = await scene.load("xdp", "xdp_second");
    return ["attach", String(other), ...scene.place("xdp", 10 + Math.floor(members / 2))];
  };
}

/** The verbs by name. */
export const VERBS: Readonly<Record<string, PrepareVerb>> = {
  "load": (scene) => {
    const names = `xdp:${scene.object.name("xdp_first")},` +
      `tracepoint:${scene.object.name("many_openat")}`;
    return Promise.resolve(["load", "file", scene.object.path, "--programs", names]);
  },
  "attach, tracepoint": async (scene) => {
    const id = await scene.load("tracepoint", "many_openat");
    return ["attach", String(id), "tracepoint", "--tracepoint", "syscalls/sys_enter_acct"];
  },
  "attach, first XDP": attachTo(0),
  "attach, second XDP": attachTo(1),
  "attach, tenth XDP": attachTo(9),
  "attach, first TC": async (scene) => {
    const id = await scene.load("tc", "tc_first");
    return ["attach", String(id), ...scene.place("tc", 5)];
  },
  "detach, one of two XDP": async (scene) => {
    const id = await scene.load("xdp", "xdp_first");
    const [link] = await scene.attachXdp(id, [5, 6]);
    return ["detach", String(link)];
  },
  "detach, last XDP": async (scene) => {
    const id = await scene.load("xdp", "xdp_first");
    const [link] = await scene.attachXdp(id, [5]);
    return ["detach", String(link)];
  },
  "link update": async (scene) => {
    const id = await scene.load("xdp", "xdp_first");
    const [link] = await scene.attachXdp(id, [5, 6]);
    return ["link", "update", String(link), "--priority", "9"];
  },
  "unload": async (scene) => {
    const id = await scene.load("xdp", "xdp_first");
    await scene.attachXdp(id, [5, 6]);
    return ["unload", String(id)];
  },
  "program replace": async (scene) => {
    const id = await scene.load("xdp", "xdp_first");
    await scene.attachXdp(id, [5]);
    return ["program", "replace", String(id), "--with", scene.object.path];
  },
};
