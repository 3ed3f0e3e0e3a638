/**
 * The inspector page in a real browser, from the file system: objects are dropped on it as a user
 * would, and the report is read out of the page.
 *
 * @module
 */
import { match, ok, strictEqual } from "node:assert/strict";
import { fixture } from "../support/corpus.ts";
import { kernelTest } from "../support/requires.ts";
import { buildInspector, INSPECTOR_SCRIPT } from "../tools/build_inspector.ts";

const PAGE = new URL("../../docs/inspector/index.html", import.meta.url);

/** A file to drop. */
interface Dropped {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A script that drops files on the page, by the events that a browser makes of a user's drop. */
function dropScript(files: readonly Dropped[]): string {
  const list = files.map(({ name, bytes }) => ({ name, data: bytes.toBase64() }));
  return `const transfer = new DataTransfer();
for (const { name, data } of ${JSON.stringify(list)}) {
  transfer.items.add(new File([Uint8Array.fromBase64(data)], name));
}
const zone = document.getElementById("zone");
const event = new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true });
zone.dispatchEvent(event);
`;
}

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--virtual-time-budget=20000",
];

/** Opens the page in Chromium, drops the files, and gives the page's text and markup. */
async function report(files: readonly Dropped[]): Promise<string> {
  await buildInspector();
  const folder = await Deno.makeTempDir({ prefix: "bpfman-inspector-" });
  try {
    const page = await Deno.readTextFile(PAGE);
    const tag = '<script src="inspector.js"></script>';
    ok(page.includes(tag));
    await Deno.writeTextFile(
      `${folder}/index.html`,
      page.replace(tag, `${tag}<script src="drop.js"></script>`),
    );
    await Deno.copyFile(INSPECTOR_SCRIPT, `${folder}/inspector.js`);
    await Deno.writeTextFile(`${folder}/drop.js`, dropScript(files));
    const { success, stdout, stderr } = await new Deno.Command("chromium", {
      args: [...FLAGS, `--user-data-dir=${folder}/profile`, "--dump-dom", `${folder}/index.html`],
      stdin: "null",
      signal: AbortSignal.timeout(600_000),
    }).output();
    const decoder = new TextDecoder();
    ok(success, decoder.decode(stderr));
    return decoder.decode(stdout);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Text of the cells of a page, row by row. */
function rowsOf(markup: string): string[][] {
  return [...markup.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row = ""]) =>
    [...row.matchAll(/<t[hd]>(.*?)<\/t[hd]>/gs)].map(([, cell = ""]) =>
      cell.replace(/<[^>]*>/g, "")
    )
  );
}

const NEEDS = ["command:chromium"] as const;

kernelTest("the inspector page shows an object that is dropped on it", NEEDS, async () => {
  const markup = await report([{ name: "counter.bpf.o", bytes: fixture("xdp_counter") }]);
  const rows = rowsOf(markup);
  const program = rows.find(([name]) => name === "xdp_count");
  strictEqual(program?.[1], "xdp", markup.slice(0, 4000));
  match(program?.[5] ?? "", /bpf_map_lookup_elem/);
  strictEqual(rows.find(([name]) => name === "xdp_stats")?.[1], "percpu_array");
  match(markup, /libbpf [\d.]+ takes it/);
});

kernelTest("the inspector page judges an object by BTF that comes along", NEEDS, async () => {
  // types of an object stand in for a kernel's: they lack what the guards ask for
  const { btfBytesOf } = await import("../../bytecode-tools/btf/file.ts");
  const markup = await report([
    { name: "guards.bpf.o", bytes: fixture("core_guards") },
    { name: "kernel.btf", bytes: btfBytesOf(fixture("core_fields")) },
  ]);
  const answers = rowsOf(markup).filter(([kernel]) => kernel === "kernel.btf");
  strictEqual(answers.find(([, name]) => name === "reached_always")?.[2], "rejected");
  strictEqual(answers.find(([, name]) => name === "guarded_by_constant")?.[2], "loads");
});

kernelTest("the inspector page says what is wrong with other files, as text", NEEDS, async () => {
  const bytes = new TextEncoder().encode("#!/bin/sh");
  const markup = await report([{ name: "<img src=x onerror=alert(1)>", bytes }]);
  match(markup, /not valid/);
  match(markup, /not-elf/);
  match(markup, /&lt;img src=x/);
});
