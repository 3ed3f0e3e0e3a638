import { deepEqual } from "node:assert/strict";
import { isImageName } from "./object_name.ts";

const DIGEST = `sha256:${"0".repeat(64)}`;

const IMAGES = [
  "oci:out",
  "oci:out:v1",
  "oci:/tmp/out",
  "oci-archive:out.tar:v1",
  "quay.io/net/counter",
  "quay.io/net/counter:v1",
  `quay.io/net/counter@${DIGEST}`,
  `quay.io/net/counter:v1@${DIGEST}`,
  "localhost/counter",
  "localhost:5000/counter",
  "registry:5000/counter",
  "net/counter:v1",
];

const FILES = [
  "counter.bpf.o",
  "counter",
  "out/counter",
  "out/counter.bpf.o",
  "out.d/counter.bpf.o",
  "/quay.io/net/counter:v1",
  "./quay.io/net/counter:v1",
  "../quay.io/net/counter:v1",
  "~/counter:v1",
  "Out.d/Counter",
  "quay.io/net/",
  "oci://out",
  "",
];

Deno.test("isImageName() tells references and layouts from paths", () => {
  deepEqual(IMAGES.filter((name) => !isImageName(name)), []);
  deepEqual(FILES.filter((name) => isImageName(name)), []);
});

Deno.test("isImageName() takes what exists for a file", async () => {
  const folder = await Deno.makeTempDir();
  const before = Deno.cwd();
  try {
    await Deno.mkdir(`${folder}/quay.io/net`, { recursive: true });
    await Deno.writeTextFile(`${folder}/quay.io/net/counter:v1`, "");
    Deno.chdir(folder);
    const names = ["quay.io/net/counter:v1", "quay.io/net/counter:v2"];
    deepEqual(names.filter((name) => isImageName(name)), ["quay.io/net/counter:v2"]);
  } finally {
    Deno.chdir(before);
    await Deno.remove(folder, { recursive: true });
  }
});
