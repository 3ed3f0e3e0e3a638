import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import type { AppliedApplication } from "./request.ts";
import { missingInterfaces, restoreApplications, type RestoreStep } from "./restore.ts";
import type { DesiredApplication } from "./types.ts";

function desired(name: string, ...interfaces: readonly string[]): DesiredApplication {
  return {
    name,
    kind: "ClusterBpfApplication",
    labels: {},
    bytecode: { kind: "file", path: "/app.o" },
    globals: {},
    programs: [{
      name: "one",
      type: "xdp",
      links: interfaces.map((word) => ({
        target: { kind: "xdp", interface: word, priority: 50 },
        metadata: {},
      })),
    }],
  };
}

/** A world whose clock goes on while somebody sleeps, and in which interfaces appear at a time. */
class World {
  time = 0;
  readonly done: string[] = [];
  readonly #appear: Readonly<Record<string, number>>;

  constructor(appear: Readonly<Record<string, number>> = {}) {
    this.#appear = appear;
  }

  step(name: string, interfaces: readonly string[], failure?: Error): RestoreStep {
    return {
      desired: desired(name, ...interfaces),
      apply: () => {
        if (failure !== undefined) return Promise.reject(failure);
        this.done.push(`${name} at ${this.time}`);
        return Promise.resolve([{ name } as AppliedApplication]);
      },
    };
  }

  async restore(waitMs: number, ...steps: readonly RestoreStep[]) {
    return await restoreApplications(steps, {
      waitMs,
      hasInterface: (name) => (this.#appear[name] ?? Infinity) <= this.time,
      now: () => this.time,
      sleep: (ms) => {
        this.time += ms;
        return Promise.resolve();
      },
    });
  }
}

Deno.test("restoreApplications() lets no failure keep another application from coming back", async () => {
  const world = new World({ a: 0 });
  const broken = new Error("Cannot apply");
  const { applications, failures } = await world.restore(
    0,
    world.step("first", ["a"]),
    world.step("second", ["a"], broken),
    world.step("third", ["a"]),
  );
  deepStrictEqual(applications.map(({ name }) => name), ["first", "third"]);
  deepStrictEqual([...failures], [["second", broken]]);
  strictEqual(world.time, 0);
});

Deno.test("restoreApplications() waits for late interfaces, and restores the others meanwhile", async () => {
  const world = new World({ a: 0, late: 700 });
  const { failures } = await world.restore(
    5_000,
    world.step("waiting", ["a", "late"]),
    world.step("ready", ["a"]),
  );
  deepStrictEqual(world.done, ["ready at 0", "waiting at 800"]);
  strictEqual(failures.size, 0);
});

Deno.test("restoreApplications() names the application and what it has waited for", async () => {
  const world = new World({ a: 0, late: 9_000 });
  const { applications, failures } = await world.restore(
    2_000,
    world.step("shop", ["late", "a", "never"]),
  );
  strictEqual(applications.length, 0);
  strictEqual(world.time, 2_000);
  const error = failures.get("shop");
  match(
    error?.message ?? "",
    /^Cannot restore application "shop": interfaces "late", "never" do not exist after 2 s$/,
  );
});

Deno.test("missingInterfaces() asks for those of this network namespace alone, each once", () => {
  const wanted = desired("shop", "a", "a", "b");
  const elsewhere = {
    ...wanted,
    programs: [...wanted.programs, {
      name: "two",
      type: "tracepoint" as const,
      links: [
        { target: { kind: "tracepoint" as const, group: "x", name: "y" }, metadata: {} },
        {
          target: { kind: "xdp" as const, interface: "c", priority: 1, netns: "/run/netns/blue" },
          metadata: {},
        },
      ],
    }],
  };
  deepStrictEqual(missingInterfaces(elsewhere, () => false), ["a", "b"]);
  deepStrictEqual(missingInterfaces(elsewhere, (name) => name === "a"), ["b"]);
});
