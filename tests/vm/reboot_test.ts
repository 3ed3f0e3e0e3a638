// One machine that is started again and again: its disk stays, and what the kernel had is gone.
import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { bootVm, type Disk } from "./boot.ts";
import { makeDisk } from "./disk.ts";
import { type After, type Before, DISK } from "./reboot_guest.ts";

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
      env: { DENO: Deno.execPath(), GUEST: new URL("reboot_guest.ts", import.meta.url).pathname },
      cwd: new URL("../../", import.meta.url).pathname,
      disks: [this.#disk],
      shares: [{ host: this.#share, guest: "/mnt/out" }],
      onStdout: (chunk) => onStdout(new TextDecoder().decode(chunk)),
      signal,
    });
  }

  /** Starts it and lets it end by itself. */
  async run(script: string): Promise<void> {
    let output = "";
    const result = await this.#boot(script, (text) => output += text);
    strictEqual(result.outcome, "exited", output);
    strictEqual(result.exitCode, 0, output);
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

  /** Facts that a step has left. */
  facts<T>(name: string): T {
    return JSON.parse(Deno.readTextFileSync(`${this.#share}/${name}`));
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.#folder, { recursive: true });
  }
}

const step = (name: string) => `"$DENO" run -A "$GUEST" ${name} /mnt/out/${name}`;

Deno.test("after a power cut no number of before leads to an object of others", async () => {
  using computer = await Computer.make();
  await computer.runUntilReady(step("first"));
  await computer.run(step("second"));
  const before = computer.facts<Before>("first");
  const after = computer.facts<After>("second");

  strictEqual(before.programs.length, 5);
  strictEqual(before.links.length, 5);
  const foreign = new Set(after.foreignBefore.map(({ id }) => id));
  for (const id of before.programs) ok(foreign.has(id), `number ${id} was not given anew`);

  strictEqual(after.status.code, 8, after.status.stderr);
  const { findings } = JSON.parse(after.status.stdout);
  deepStrictEqual(findings.map(({ code }: { code: string }) => code), ["booted"]);
  match(after.unload.stderr, /not managed|not found|does not exist/);
  strictEqual(after.unload.code, 3);
  strictEqual(after.detach.code, 3, after.detach.stderr);
  strictEqual(after.load.code, 0, after.load.stderr);
  const [own] = JSON.parse(after.load.stdout).programs;
  deepStrictEqual(after.listed, [own.record.program_id], "rows of before are still there");
  const others = after.foreignAfter.filter(({ id, prog_id: link }) =>
    link !== undefined || id !== own.record.program_id
  );
  deepStrictEqual(others, after.foreignBefore);
});
