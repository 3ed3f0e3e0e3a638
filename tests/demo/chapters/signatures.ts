/**
 * Signatures: what a trusted key signed is loaded, and nothing else.
 *
 * @module
 */
import type { Chapter } from "../chapter.ts";
import { DemoFailure } from "../failure.ts";
import type { Stage } from "../stage.ts";

/** Exit code of refusals by policy or signature. */
const REFUSED = 4;
/** Exit code of content that is not what its digest says. */
const DAMAGED = 7;

/** Loads what must be refused, for a reason. */
async function mustRefuse(
  { shell, publicKey }: Stage,
  image: string,
  { code, reason }: { readonly code: number; readonly reason: RegExp },
): Promise<void> {
  const words = ["load", "image", image, "--programs", "xdp:xdp_drop", "--key", publicKey];
  const said = await shell.bpfman(words, { wanted: code });
  if (!reason.test(said)) throw new DemoFailure(`The refusal does not say ${reason}: ${said}`);
}

/** Paths of the blobs of a layout. */
function blobsOf(layout: string): string[] {
  const folder = `${layout}/blobs/sha256`;
  return [...Deno.readDirSync(folder)].map(({ name }) => `${folder}/${name}`);
}

/** Changes the last byte of the packed object: the largest blob. */
function changeOneByte(layout: string): string {
  const sizes = blobsOf(layout).map((path) => ({ path, size: Deno.statSync(path).size }));
  const [largest] = sizes.sort((a, b) => b.size - a.size);
  if (largest === undefined) throw new DemoFailure("The layout has no blobs");
  const bytes = Deno.readFileSync(largest.path);
  const last = bytes.length - 1;
  bytes[last] = (bytes[last] ?? 0) ^ 1;
  Deno.writeFileSync(largest.path, bytes);
  return largest.path;
}

/** The chapter. */
export const signatures: Chapter = {
  title: "Signatures: a signed image is loaded, a changed or an unsigned one is not",
  async run(stage) {
    const { shell, imageFolder } = stage;
    await stage.load({ object: "xdp_drop", type: "xdp", name: "xdp_drop" });
    const signed = await stage.imageOf("xdp_drop");
    const copy = `${imageFolder}/changed.oci`;
    await shell.bpfman(["image", "copy", signed, `oci:${copy}:v1`]);
    shell.say(`  -> one byte of ${changeOneByte(copy)} is changed`);
    const damaged = { code: DAMAGED, reason: /digest|is not what/ };
    await mustRefuse(stage, `oci:${copy}:v1`, damaged);
    const unsigned = `oci:${imageFolder}/unsigned.oci:v1`;
    await shell.bpfman(["image", "build", unsigned, "tests/fixtures/xdp_drop.bpf.o"]);
    await mustRefuse(stage, unsigned, { code: REFUSED, reason: /the image is not signed/ });
  },
};
