// One machine that is started again and again: its disk stays, and what the kernel had is gone.
import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { bootVm, type Disk } from "./boot.ts";
import { makeDisk } from "./disk.ts";
import { denoEnvironment } from "./guest_run.ts";
import { type Before, DISK, type Next, OUT, type Restored } from "./reboot_guest.ts";
import type { KernelObject, Numbers } from "./reboot_objects.ts";

/** A machine that can be started several times. */
class Computer implements Disposable {
  readonly #folder = Deno.makeTempDirSync({ prefix: "bpfman-reboot-" });
  readonly #share = `${this.#folder}/share`;
  readonly #disk: Disk = { file: `${this.#folder}/disk`, guest: DISK };

  static async make(): Promise<Computer> {
    const computer = new Computer();
    Deno.mkdirSync(computer.#share);
    await makeDisk(computer.#disk.file, 256);
    return computer;
  }

  #boot(script: string, onStdout: (text: string) => void, signal?: AbortSignal) {
    return bootVm({
      kernel: "6.12",
      command: ["sh", "-c", script],
      env: {
        ...denoEnvironment(),
        DENO: Deno.execPath(),
        GUEST: new URL("reboot_guest.ts", import.meta.url).pathname,
        UNITS: new URL("reboot_units.sh", import.meta.url).pathname,
      },
      cwd: new URL("../../", import.meta.url).pathname,
      disks: [this.#disk],
      shares: [{ host: this.#share, guest: OUT }],
      onStdout: (chunk) => onStdout(new TextDecoder().decode(chunk)),
      onStderr: (chunk) => onStdout(new TextDecoder().decode(chunk)),
      signal,
    });
  }

  /** Starts it and lets it end by itself. */
  async run(script: string): Promise<void> {
    let output = "";
    const result = await this.#boot(script, (text) => output += text);
    const logs = ["systemd.log", "restore.log", "after.log"].map((name) => this.text(name));
    const all = [output, ...logs].join("\n");
    strictEqual(result.outcome, "exited", all);
    strictEqual(result.exitCode, 0, all);
  }

  /** Starts it, and takes the power away as soon as it says that it is ready. */
  async runUntilReady(script: string): Promise<void> {
    const plug = new AbortController();
    const pulled = new Error("Cannot go on: the plug was pulled");
    const running = this.#boot(`${script} && echo ready && sleep 1000`, (text) => {
      if (text.includes("ready\n")) plug.abort(pulled);
    }, plug.signal);
    await rejects(running, pulled);
  }

  /** A log that a step has left. */
  text(name: string): string {
    try {
      return Deno.readTextFileSync(`${this.#share}/${name}`);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return "";
      throw error;
    }
  }

  /** Facts that a step has left. */
  facts<T>(name: string): T {
    return JSON.parse(Deno.readTextFileSync(`${this.#share}/${name}`));
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.#folder, { recursive: true });
  }
}

const step = (name: string) => `"$DENO" run -A "$GUEST" ${name}`;
/** systemd ends with the code of what it was started for, or of the signal that ends it. */
const SYSTEMD = `sh "$UNITS" "$DENO" run -A "$GUEST" restored >/mnt/out/systemd.log 2>&1`;

/** Numbers of programs of others, and of links of others, with all that is known of them. */
function withoutOwn(objects: readonly KernelObject[], own: Numbers): KernelObject[] {
  return objects.filter(({ id, prog_id: link }) =>
    link === undefined ? !own.programs.includes(id) : !own.links.includes(id)
  );
}

function checkOthers(before: Before, next: Next): void {
  const given = new Set(
    next.numbers.filter((one) => one.prog_id === undefined).map(({ id }) => id),
  );
  ok(before.byHand.numbers.programs.some((id) => given.has(id)), "no number was given anew");
  strictEqual(next.status.code, 8, next.status.stderr);
  const { findings } = JSON.parse(next.status.stdout);
  deepStrictEqual(findings.map(({ code }: { code: string }) => code), ["booted"]);
  // what it names is forgotten with all of its boot, and not looked for in the kernel
  match(next.unload.stderr, /5 programs and 5 links went with the old kernel and are forgotten/);
  strictEqual(next.detach.code, 3, next.detach.stderr);
  strictEqual(next.load.code, 0, next.load.stderr);
  const [own] = JSON.parse(next.load.stdout).programs;
  const numbers = { programs: [own.record.program_id], links: [] };
  deepStrictEqual(withoutOwn(next.after, numbers), next.numbers);
}

function checkRestored(before: Before, restored: Restored, log: string): void {
  const { programs, links } = before.declared;
  deepStrictEqual(restored.declared.programs, programs, log);
  deepStrictEqual(restored.declared.links, links, log);
  strictEqual(restored.again.code, 0, restored.again.stderr);
  const { applications } = JSON.parse(restored.again.stdout);
  deepStrictEqual(
    applications.map((one: { name: string; is_changed: boolean }) => [one.name, one.is_changed]),
    [["guard", false], ["pass", false]],
  );
  deepStrictEqual(restored.after, restored.declared, "the second restore has changed something");
}

Deno.test("a machine that was cut off comes back as it was declared, and touches nobody else", async () => {
  using computer = await Computer.make();
  await computer.runUntilReady(step("first"));
  const before = computer.facts<Before>("first");
  strictEqual(before.declared.programs.length, 6);
  strictEqual(before.declared.links.length, 6);

  await computer.run(`${step("next")} && ${SYSTEMD}`);
  const next = computer.facts<Next>("next");
  checkOthers(before, next);
  const restored = computer.facts<Restored>("restored");
  checkRestored(before, restored, computer.text("restore.log"));
  const theirs = new Set(restored.objects.map((one) => JSON.stringify(one)));
  const lost = next.after.filter((one) => !theirs.has(JSON.stringify(one)));
  deepStrictEqual(lost, [], "the restore has touched objects of others");

  // the second start ended in good order
  await computer.run(step("last"));
  checkRestored(before, computer.facts<Restored>("last"), "");
});
