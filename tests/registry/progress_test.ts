/**
 * Slow transfers show how far they are to a person, and write nothing into a pipe.
 *
 * @module
 */
import { equal, match } from "node:assert/strict";
import { fixture, PROGRAM } from "../support/cli.ts";
import { runProgram } from "../support/must.ts";
import { kernelTest } from "../support/requires.ts";
import { ImageCli } from "./support/image_cli.ts";
import { type Fault, OwnRegistry } from "./support/own_registry.ts";
import { makeSample, storeSample } from "./support/sample_image.ts";

/** Longer than a transfer may take without being shown. */
const SLOW_MS = 1500;

/** Sends the second half of each blob late. */
const slowBlobs: Fault = ({ request, url, answer }) => {
  if (request.method !== "GET" || !url.pathname.includes("/blobs/")) return undefined;
  return answer().then(async (good) => {
    const bytes = new Uint8Array(await good.arrayBuffer());
    const half = bytes.length >> 1;
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      async start(controller) {
        controller.enqueue(bytes.slice(0, half));
        await new Promise((done) => setTimeout(done, SLOW_MS));
        controller.enqueue(bytes.slice(half));
        controller.close();
      },
    });
    return new Response(body, { headers: { "content-length": String(bytes.length) } });
  });
};

async function openSlowRegistry() {
  const registry = OwnRegistry.start();
  const sample = await makeSample({
    object: Deno.readFileSync(fixture("xdp_pass")),
    programs: { xdp_pass: "xdp" },
  });
  storeSample(registry.repository("net/pass"), sample, "v1");
  registry.fault = slowBlobs;
  return registry;
}

kernelTest("a slow pull shows progress on a terminal, and takes it away", [
  "command:script",
], async () => {
  await using registry = await openSlowRegistry();
  await using tool = await ImageCli.make();
  const words = tool.cli.denoArguments(["image", "pull", `${registry.host}/net/pass:v1`]);
  const line = [PROGRAM, ...words].map((word) => `'${word}'`).join(" ");
  // a terminal of its own, whose two outputs come together
  const { code, stdout } = await runProgram("script", ["-qec", line, "/dev/null"], {
    env: { BPFMAN_DATA_DIR: tool.data, NO_COLOR: "1", TERM: "xterm" },
  });
  equal(code, 0, stdout);
  const text = stdout.replaceAll("\r\x1b[K", "<clear>");
  match(text, /<clear>[0-9a-f]{12}: \d.* of \d.* \(\d+%\)/);
  match(text, /<clear>pulled: /);
});

kernelTest("a slow pull into a pipe writes its result and nothing else", [], async () => {
  await using registry = await openSlowRegistry();
  await using tool = await ImageCli.make();
  const { code, stdout, stderr } = await tool.run([
    ...["image", "pull", `${registry.host}/net/pass:v1`],
  ]);
  equal(code, 0, stderr);
  equal(stderr, "");
  match(stdout, /^pulled: \S+\n$/);
});
