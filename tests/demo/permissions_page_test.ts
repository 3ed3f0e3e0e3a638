import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import {
  DATA_ENVIRONMENT,
  ENVIRONMENT,
  IMAGE_ENVIRONMENT,
  PERMISSION_SETS,
  type PermissionSet,
} from "../../cli/permissions.ts";
import { STAGE_SETS } from "../../cli/stages/permission_sets.ts";

const PAGE = Deno.readTextFileSync(new URL("../../docs/permissions.md", import.meta.url));

const PLACES = {
  any: "every file",
  state: "runtime directory",
  data: "data directory",
  both: "runtime and data directory",
  none: "none",
} as const;

/** The cells of a set's line behind its name and its purpose. */
function cellsOf({ read, write, ffi = [] }: PermissionSet): string[] {
  const libraries = ffi.map((name) => name.slice(0, name.indexOf(".")));
  return [PLACES[read ?? "none"], PLACES[write ?? "none"], libraries.join(", ") || "none"];
}

/** The cells of every line about a set. */
function listedLines(): string[][] {
  return PAGE.split("\n").filter((line) => line.startsWith("| `"))
    .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
}

function isStage([name = ""]: readonly string[]): boolean {
  return Object.hasOwn(STAGE_SETS, name.replaceAll("`", ""));
}

Deno.test("docs/permissions.md has a line for each set of the two processes", () => {
  const listed = listedLines().filter(isStage)
    .map(([name, _purpose, ...cells]) => [name?.replaceAll("`", ""), ...cells]);
  const real = Object.entries(STAGE_SETS).map(([name, set]) => [
    name,
    ...cellsOf(set),
    set.net === true ? "yes" : "no",
  ]);
  deepStrictEqual(listed, real);
  for (const [name, { net, ffi }] of Object.entries(STAGE_SETS)) {
    ok(net !== true || ffi === undefined, `${name} has both the network and C`);
  }
});

Deno.test("docs/permissions.md has a line for each set, and it is true", () => {
  const lines = listedLines().filter((cells) => !isStage(cells));
  const listed = lines.map(([name, _purpose, ...cells]) => [name?.replaceAll("`", ""), ...cells]);
  const real = Object.entries(PERMISSION_SETS).map(([name, set]) => [name, ...cellsOf(set)]);
  deepStrictEqual(listed, real);
});

Deno.test("docs/permissions.md says which set may start a program", () => {
  const sets = Object.entries(PERMISSION_SETS).filter(([_, { run }]) => run !== undefined);
  const helpers = sets.flatMap(([name, { run }]) => name === "kernel-add" ? [] : run ?? []);
  for (const helper of helpers) ok(helper.startsWith("docker-credential-"), helper);
  deepStrictEqual(PERMISSION_SETS["kernel-add"].run, ["dpkg-deb"]);
  const names = sets.map(([name]) => name);
  const networked = Object.entries(PERMISSION_SETS).filter(([_, { net }]) => net === true)
    .map(([name]) => name);
  // whoever may talk to registries may ask for the credentials that this takes
  const registries = networked.filter((name) => name !== "trust-update");
  deepStrictEqual(names, ["kernel-add", ...registries]);
  const text = PAGE.replace(/\s+/g, " ");
  ok(text.includes(`Only ${networked.map((name) => `\`${name}\``).join(", ")} have network`), text);
  ok(text.includes("`kernel-add` may start `dpkg-deb`"));
});

/** Sets of commands that ask the policy, and so who asks. */
const ASKING: readonly string[] = [
  "load",
  "load-image",
  "apply",
  "policy-why",
  "plan",
  "restore",
  "attach",
];

/** Sets of commands that read or write manifests. */
const MANIFESTS: readonly string[] = ["convert", "apply", "plan", "history", "restore"];

/** Variables of a set beyond those of its kind. */
function furtherVariables(name: string): readonly string[] {
  if (["sign", "image-sign"].includes(name)) return ["COSIGN_PASSWORD"];
  return name === "units" ? ["DENO_DIR", "XDG_CACHE_HOME"] : [];
}

Deno.test("docs/permissions.md says which set may ask the system", () => {
  const sets = Object.entries(PERMISSION_SETS).filter(([_, { sys }]) => sys !== undefined);
  deepStrictEqual(sets.map(([name]) => name), ASKING);
  for (const [name, { sys }] of sets) deepStrictEqual(sys, ["gid", "osRelease", "uid"], name);
  const text = PAGE.replace(/\s+/g, " ");
  ok(text.includes(`Only ${ASKING.map((name) => `\`${name}\``).join(", ")} ask the system`), text);
});

Deno.test("docs/permissions.md names the variables, and every set but help may read them", () => {
  for (const name of IMAGE_ENVIRONMENT) ok(PAGE.includes(`\`${name}\``), name);
  for (const [name, { env, hasWholeEnv = false }] of Object.entries(PERMISSION_SETS)) {
    strictEqual(hasWholeEnv, name === "trust-update");
    if (hasWholeEnv) continue;
    const isAboutImages = name.startsWith("image-") ||
      ["load-image", "policy-why"].includes(name) ||
      MANIFESTS.includes(name) && name !== "convert";
    const plain = ["version", "audit", "list", "get", "attach", "detach", "unload", "sign"];
    const isPlain = [...plain, "policy-check", "status", "repair", "convert", "schema", "new"]
      .includes(
        name,
      );
    const wanted = isAboutImages ? IMAGE_ENVIRONMENT : isPlain ? ENVIRONMENT : DATA_ENVIRONMENT;
    const manifests = MANIFESTS.includes(name) ? ["LOG_STREAM", "LOG_TOKENS"] : [];
    const more = [...manifests, ...furtherVariables(name)];
    const asking = name === "policy-why" || name === "plan"
      ? ["BPFMAN_SERVICE_ACCOUNT", "PKEXEC_UID", "SUDO_UID"]
      : [];
    deepStrictEqual(env, name === "help" ? undefined : [...wanted, ...more, ...asking], name);
  }
  const others = [
    "COSIGN_PASSWORD",
    "SUDO_UID",
    "PKEXEC_UID",
    "LOG_STREAM",
    "LOG_TOKENS",
    "DENO_DIR",
  ];
  for (const name of others) {
    ok(PAGE.includes(`\`${name}\``), name);
  }
});
