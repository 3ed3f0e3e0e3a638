import { deepStrictEqual, throws } from "node:assert/strict";
import { writeOutputFile } from "./output_file.ts";

const BYTES = new Uint8Array([1, 2, 3]);

Deno.test({
  name: "writeOutputFile() says that devices are closed to a command with narrow permissions",
  permissions: { read: true, write: true },
  fn: () => {
    throws(() => writeOutputFile("/dev/full", BYTES), {
      name: "BpfmanError",
      code: "file-unwritable",
      message: 'Cannot write "/dev/full": it is in /dev, /proc or /sys',
      hint: "Name a file in another folder",
    });
  },
});

Deno.test({
  name: "writeOutputFile() hands on that a permission was not given",
  permissions: { read: true },
  fn: () => throws(() => writeOutputFile("/tmp/never.bin", BYTES), Deno.errors.NotCapable),
});

Deno.test("writeOutputFile() replaces a file, and leaves nothing else in its folder", () => {
  const folder = Deno.makeTempDirSync();
  try {
    Deno.writeTextFileSync(`${folder}/facts`, "old");
    writeOutputFile(`${folder}/facts`, BYTES);
    deepStrictEqual(Deno.readFileSync(`${folder}/facts`), BYTES);
    deepStrictEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["facts"]);
    throws(() => writeOutputFile(`${folder}/none/facts`, BYTES), /its folder does not exist/);
    throws(() => writeOutputFile(folder, BYTES), /it is not writable/);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
