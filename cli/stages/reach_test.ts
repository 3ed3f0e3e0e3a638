import { equal, throws } from "node:assert/strict";
import { layoutPath } from "./needed_paths.ts";
import { checkReach, closedPart, partsOf, type PathFacts } from "./reach.ts";

const ALICE = 1000;

function folder(path: string, uid: number, mode: number, gid = uid): PathFacts {
  return { path, uid, gid, mode, isDirectory: true };
}

function file(path: string, uid: number, mode: number): PathFacts {
  return { ...folder(path, uid, mode), isDirectory: false };
}

const HOME = [folder("/", 0, 0o755), folder("/home", 0, 0o755)];

function closed(...way: PathFacts[]): string | undefined {
  return closedPart([...HOME, ...way])?.path;
}

Deno.test("closedPart() finds the folder or file that root cannot use without capabilities", () => {
  const cases = [
    [[folder("h", ALICE, 0o700), file("f", ALICE, 0o644)], "h"],
    [[folder("h", ALICE, 0o750), file("f", ALICE, 0o644)], "h"],
    [[folder("h", ALICE, 0o711), file("f", ALICE, 0o644)], undefined],
    [[folder("h", ALICE, 0o755), file("f", ALICE, 0o600)], "f"],
    // what is listed must be open for reading too
    [[folder("h", ALICE, 0o711)], "h"],
    [[folder("h", ALICE, 0o755)], undefined],
    // root's own, and what belongs to its group
    [[folder("h", 0, 0o700), file("f", 0, 0o600)], undefined],
    [[folder("h", ALICE, 0o750, 0), file("f", 0, 0o400)], undefined],
    // the owner's bits count for an owner, whatever others may
    [[folder("h", 0, 0o077)], "h"],
  ] as const;
  for (const [way, wanted] of cases) equal(closed(...way), wanted, JSON.stringify(way));
});

Deno.test("partsOf() has every folder from the top on", () => {
  equal(partsOf("/a/b/c").join(" "), "/ /a /a/b /a/b/c");
  equal(partsOf("/").join(" "), "/");
});

Deno.test("layoutPath() knows where a layout is", () => {
  equal(layoutPath("oci:/srv/x:v1"), "/srv/x");
  equal(layoutPath(`oci:/srv/x@sha256:${"0".repeat(64)}`), "/srv/x");
  equal(layoutPath("oci:x"), "x");
  equal(layoutPath("oci-archive:/srv/x.tar:v1"), "/srv/x.tar");
  equal(layoutPath("quay.io/x/y:v1"), undefined);
});

Deno.test("checkReach() leaves what is not there to whoever reads it", () => {
  checkReach([{ what: "the key", path: "/no/such/place" }]);
  const path = Deno.makeTempFileSync();
  try {
    Deno.chmodSync(path, 0o644);
    checkReach([{ what: "the key", path }]);
    Deno.chmodSync(path, 0);
    throws(() => checkReach([{ what: "the key", path }]), { code: "path-closed" });
  } finally {
    Deno.removeSync(path);
  }
});
