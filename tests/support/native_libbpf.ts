/**
 * What the machine's own libbpf makes of objects, in child processes that may crash.
 *
 * @module
 */

/** What native libbpf did with an object. */
export type NativeResult = "refused" | "opened" | "linked" | "crashed";

function frame(objects: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const size = objects.reduce((sum, { length }) => sum + 4 + length, 0);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const object of objects) {
    view.setUint32(at, object.length, true);
    bytes.set(object, at + 4);
    at += 4 + object.length;
  }
  return bytes;
}

/** Runs one child over the objects; returns the results up to its end or its crash. */
async function runChild(objects: readonly Uint8Array[]): Promise<NativeResult[]> {
  const script = new URL("native_libbpf_child.ts", import.meta.url).pathname;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-lock", "--allow-ffi", script],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const writer = child.stdin.getWriter();
  // a child that dies early breaks the pipe; its output tells how far it came
  const written = writer.write(frame(objects)).then(() => writer.close()).catch(() => undefined);
  const { stdout, success } = await child.output();
  await written;
  const lines = new TextDecoder().decode(stdout).split("\n");
  const results = lines.slice(0, -1).map((line) => line.split(" ")[1] as NativeResult);
  const isComplete = results.length === objects.length;
  if (isComplete) return results;
  if (success || lines.at(-1) === "") {
    throw new Error("Cannot run native libbpf: the child ended before its first object");
  }
  return [...results, "crashed"];
}

/**
 * Opens and links objects with native libbpf.
 *
 * @param objects Files, damaged or not.
 * @returns One result each; after a crash a new child goes on with the next object.
 */
export async function nativeResults(objects: readonly Uint8Array[]): Promise<NativeResult[]> {
  const results: NativeResult[] = [];
  while (results.length < objects.length) {
    results.push(...await runChild(objects.slice(results.length)));
  }
  return results;
}
