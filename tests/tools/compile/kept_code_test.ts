import { strictEqual } from "node:assert/strict";
import { runProgram } from "../../support/must.ts";
import { mainModule, packText } from "./main_module.ts";
import { runtimeFor } from "./runtime.ts";
import { DESCRIPTOR, joinFile } from "./single_file.ts";

/** Characters of which V8 hashes no more than their number. */
const LONG = 20_000;

/** A file that prints a word of its main module and one of its pack. */
async function makeFile(path: string, [main, packed]: readonly [string, string]): Promise<void> {
  const start = `((need,later)=>{later(1).then((word)=>console.log("${main}",word))})`;
  const filling = `(()=>"${"-".repeat(LONG)}")`;
  const packs = [[start], [`(()=>"${packed}")`, filling]];
  const bundle = {
    main: mainModule({ packs, start: 0, descriptor: DESCRIPTOR - 1 }),
    packs: packs.slice(1).map(packText),
  };
  using file = await Deno.create(path);
  for (const part of joinFile(await runtimeFor(Deno.build.arch), bundle)) {
    for (let at = 0; at < part.length;) at += await file.write(part.subarray(at));
  }
  await Deno.chmod(path, 0o755);
}

Deno.test("files that differ in a letter run their own code, whatever Deno keeps of the others", async () => {
  const folder = await Deno.makeTempDir({ prefix: "bpfman-kept-" });
  try {
    const env = { DENO_DIR: `${folder}/deno`, NO_COLOR: "1" };
    for (const words of [["main", "pack"], ["Main", "pack"], ["main", "Pack"]] as const) {
      await makeFile(`${folder}/bpfman`, words);
      // the first run keeps code, the second may take it
      for (const run of ["first", "second"]) {
        const { code, stdout, stderr } = await runProgram(`${folder}/bpfman`, [], { env });
        strictEqual(`${code} ${stdout}${stderr}`, `0 ${words.join(" ")}\n`, run);
      }
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
