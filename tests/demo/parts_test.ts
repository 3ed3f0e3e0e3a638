import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { tcxSkipReason } from "./chapters/tcx.ts";
import { checkReadings, type Counter, counterIn, renderReadings } from "./counters.ts";
import { parseFlags } from "./flags.ts";
import { type Inventory, leftovers, type Made, parseBpftool } from "./inventory.ts";
import { denoWords, quoteWord } from "./shell.ts";

const EMPTY: Inventory = { programs: [], links: [], mounts: [], namespaces: [] };
const MADE: Made = {
  programIds: [7],
  kernelLinkIds: [3],
  functionNames: ["xdp_count"],
  namespaces: ["demo-1-client"],
  directories: ["/tmp/no-such-folder"],
};

Deno.test("counterIn() reads a little-endian word of a plain value", () => {
  const counter: Counter = { label: "calls", map: "m", key: 1, atLeast: 1 };
  const dump = JSON.stringify([
    { key: ["0x00", "0x00", "0x00", "0x00"], value: Array(8).fill("0xff") },
    {
      key: ["0x01", "0x00", "0x00", "0x00"],
      value: ["0x02", "0x01", "0x00", "0x00", "0x00", "0x00", "0x00", "0x00"],
    },
  ]);
  strictEqual(counterIn(dump, counter), 258);
});

Deno.test("counterIn() adds the processors of a per-CPU value up, word by word", () => {
  const word = (low: string) => [low, ...Array(7).fill("0x00")];
  const dump = JSON.stringify([{
    key: ["0x02", "0x00", "0x00", "0x00"],
    values: [
      { cpu: 0, value: [...word("0x01"), ...word("0x62")] },
      { cpu: 1, value: [...word("0x02"), ...word("0x64")] },
    ],
  }]);
  const counter: Counter = { label: "bytes", map: "m", key: 2, word: 1, atLeast: 1 };
  strictEqual(counterIn(dump, counter), 198);
  strictEqual(counterIn(dump, { ...counter, word: 0 }), 3);
  throws(() => counterIn(dump, { ...counter, key: 9 }), /Cannot read "bytes": .* no key 9/);
});

Deno.test("checkReadings() refuses a counter that did not move far enough", () => {
  const reading = { label: "packets", before: 5, after: 15, atLeast: 10 };
  checkReadings([reading]);
  throws(() => checkReadings([{ ...reading, after: 14 }]), /"packets" did not move .* 5 to 14/);
  throws(() => checkReadings([{ ...reading, after: NaN }]), /did not move/);
});

Deno.test("checkReadings() refuses a counter that moved although it must stand still", () => {
  const reading = { label: "packets", before: 5, after: 5, atLeast: 0, isStill: true };
  checkReadings([reading]);
  throws(() => checkReadings([{ ...reading, after: 6 }]), /from 5 to 6, wanted no change/);
});

Deno.test("renderReadings() aligns a table", () => {
  const readings = [{ label: "packets", before: 5, after: 15, atLeast: 1 }];
  strictEqual(
    renderReadings(readings),
    "COUNTER  BEFORE  AFTER  CHANGE\npackets  5       15     +10",
  );
});

Deno.test("leftovers() names programs, links, mounts and namespaces of the demo", () => {
  const after: Inventory = {
    programs: [{ id: 7, name: "xdp_count", programId: 7, isPinned: true }],
    links: [
      { id: 3, name: "", programId: 9, isPinned: true },
      { id: 4, name: "", programId: 7, isPinned: false },
    ],
    mounts: ["/", "/tmp/no-such-folder/fs", "/tmp/no-such-folder-2"],
    namespaces: ["blue", "demo-1-client"],
  };
  deepStrictEqual(leftovers(EMPTY, after, MADE), [
    "program 7 xdp_count",
    "link 3 of program 9",
    "link 4 of program 7",
    "mount /tmp/no-such-folder/fs",
    "network namespace demo-1-client",
  ]);
});

Deno.test("leftovers() finds a program without a pin that has a name of ours", () => {
  const stray = { id: 8, name: "xdp_count", programId: 8, isPinned: false };
  const after = { ...EMPTY, programs: [stray] };
  deepStrictEqual(leftovers(EMPTY, after, MADE), ["program 8 xdp_count"]);
});

Deno.test("leftovers() leaves out what was there before and what others hold", () => {
  const mine = { id: 7, name: "xdp_count", programId: 7, isPinned: true };
  const foreign = { id: 8, name: "xdp_count", programId: 8, isPinned: true };
  const other = { id: 9, name: "sshd_filter", programId: 9, isPinned: false };
  const before = { ...EMPTY, programs: [mine] };
  deepStrictEqual(leftovers(before, { ...EMPTY, programs: [mine, foreign, other] }, MADE), []);
});

Deno.test("leftovers() finds the directories that are the demo's own", () => {
  const directory = Deno.makeTempDirSync();
  const made = { ...MADE, directories: ["/tmp/no-such-folder", directory] };
  deepStrictEqual(leftovers(EMPTY, EMPTY, made), [`directory ${directory}`]);
  deepStrictEqual(leftovers(EMPTY, EMPTY, { ...made, directories: [] }), []);
  Deno.removeSync(directory);
});

Deno.test("parseBpftool() reads programs and links", () => {
  deepStrictEqual(parseBpftool('[{"id":4,"name":"a","pinned":["/x"]},{"id":5,"prog_id":4}]'), [
    { id: 4, name: "a", programId: 4, isPinned: true },
    { id: 5, name: "", programId: 4, isPinned: false },
  ]);
});

Deno.test("tcxSkipReason() names the kernel that is too old", () => {
  strictEqual(tcxSkipReason("6.6.0"), undefined);
  strictEqual(tcxSkipReason("6.12.1-amd64"), undefined);
  strictEqual(tcxSkipReason("7.0.0-rc1"), undefined);
  strictEqual(
    tcxSkipReason("6.1.0-30-amd64"),
    "TCX needs Linux 6.6 or newer: this is 6.1.0-30-amd64",
  );
  strictEqual(tcxSkipReason("5.15.0")?.startsWith("TCX needs"), true);
});

Deno.test("quoteWord() leaves plain words alone and quotes the others for a shell", () => {
  strictEqual(quoteWord("--metadata=a/b:c"), "--metadata=a/b:c");
  strictEqual(quoteWord("it's $x"), "'it'\\''s $x'");
});

Deno.test("denoWords() goes through npx unless another Deno is on the search path", () => {
  const folder = Deno.makeTempDirSync();
  const npx = `${folder}/node_modules/.bin`;
  Deno.mkdirSync(npx, { recursive: true });
  Deno.writeTextFileSync(`${npx}/deno`, "");
  const viaNpx = ["npx", "-y", `deno@${Deno.version.deno}`];
  deepStrictEqual(denoWords(`${npx}:${folder}:/no/such`), viaNpx);
  Deno.writeTextFileSync(`${folder}/deno`, "");
  deepStrictEqual(denoWords(`${npx}:${folder}`), ["deno"]);
  Deno.removeSync(folder, { recursive: true });
});

Deno.test("parseFlags() reads both spellings and refuses the rest", () => {
  const wanted = { runtimeDirectory: "/run/x", report: "r.json", hasRegistry: true };
  const words = ["--runtime-dir", "/run/x", "--registry", "--report=r.json"];
  deepStrictEqual(parseFlags(words), wanted);
  const none = { runtimeDirectory: undefined, report: undefined, hasRegistry: false };
  deepStrictEqual(parseFlags([]), none);
  throws(() => parseFlags(["--nope", "1"]), /Cannot use "--nope"/);
  throws(() => parseFlags(["--report"]), /needs a value/);
});
