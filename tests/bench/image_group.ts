/**
 * Images: built, and pulled from a registry on loopback, against skopeo, which is written in Go.
 *
 * @module
 */
import { empty, FIXTURES, NAMES } from "./groups.ts";
import type { Group } from "./subject.ts";
import { BPFMAN, run, type Workshop } from "./workshop.ts";

const OBJECT = `${FIXTURES}/xdp_counter.bpf.o`;

function removeTree(path: string): () => Promise<void> {
  return () => Deno.remove(path, { recursive: true });
}

/**
 * The group.
 *
 * @param workshop Folder for stores and layouts.
 * @param host Host and port of the registry.
 */
export async function imageGroup(workshop: Workshop, host: string): Promise<Group> {
  const name = `${host}/bench/counter:v1`;
  const folder = (word: string): string => `${workshop.folder}/images-${word}`;
  const envOf = (word: string) => ({ env: { BPFMAN_DATA_DIR: folder(word) } });
  await run([...BPFMAN, "image", "build", name, OBJECT, "--push"], envOf("kept").env);
  const copy = ["copy", "--quiet", "--src-tls-verify=false"];
  return {
    title: "Images",
    subjects: [
      empty,
      {
        name: NAMES.skopeoCopy,
        command: () => ["skopeo", ...copy, `docker://${name}`, `oci:${folder("layout")}:v1`],
        after: removeTree(folder("layout")),
      },
      {
        name: NAMES.imagePull,
        command: () => [...BPFMAN, "image", "pull", name],
        options: envOf("pulled"),
        after: removeTree(folder("pulled")),
      },
      {
        name: NAMES.imagePullAgain,
        command: () => [...BPFMAN, "image", "pull", name],
        options: envOf("kept"),
      },
      {
        name: NAMES.imageBuild,
        command: () => [...BPFMAN, "image", "build", name, OBJECT],
        options: envOf("built"),
        after: removeTree(folder("built")),
      },
    ],
  };
}
