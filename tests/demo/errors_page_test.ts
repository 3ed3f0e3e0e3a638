import { deepStrictEqual, ok } from "node:assert/strict";

const ROOT = new URL("../../", import.meta.url).pathname;

/** Values that a template in a code stands for. */
const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  "${what}-not-found": ["program-not-found", "link-not-found"],
};

function sources(folder: string): string {
  const files = [...Deno.readDirSync(`${ROOT}${folder}`)];
  return files.map(({ name, isDirectory }) => {
    if (isDirectory) return sources(`${folder}/${name}`);
    const isSource = name.endsWith(".ts") && !name.endsWith("_test.ts");
    return isSource ? Deno.readTextFileSync(`${ROOT}${folder}/${name}`) : "";
  }).join("\n");
}

/** Codes in the sources: values of `code:`, and those that stand for an error of somebody else. */
function codesInSources(): Set<string> {
  const text = `${sources("core")}\n${sources("cli")}`;
  const uses = [/\bcode: ["`]([^"`]+)["`]/g, /\bimageError\(\s*"([^"]+)"/g];
  const found = uses.flatMap((use) => [...text.matchAll(use)].map(([, code]) => code ?? ""));
  // the tools' own codes, with a word before them that says what the bytes were
  const types = sources("bytecode-tools").replace(/\/\*.*?\*\//gs, "")
    .matchAll(/export type (?:Bytecode|Inspect)ErrorCode =([^;]+);/g);
  const objects = [...types].flatMap(([, words = ""]) => [...words.matchAll(/"([a-z-]+)"/g)])
    .map(([, code]) => `object-${code}`);
  const plain = found.filter((code) => !/^(object|kernel)-\$\{/.test(code))
    .flatMap((code) => TEMPLATES[code] ?? [code]);
  return new Set([...plain, ...objects, "permission-denied", "unexpected"]);
}

Deno.test("docs/errors.md lists every code of the sources and no other", () => {
  const page = Deno.readTextFileSync(`${ROOT}docs/errors.md`);
  const tables = page.split("\n").filter((line) => line.startsWith("| `"))
    .map((line) => line.split("|")[1] ?? "").join();
  const notes = page.slice(page.indexOf("## Notes"));
  const listed = new Set(
    [...`${tables} ${notes}`.matchAll(/`([a-z]+(?:-[a-z]+)*)`/g)].map(([, code]) => code ?? ""),
  );
  const real = codesInSources();
  ok(real.size > 30, `only ${real.size} codes were found in the sources`);
  deepStrictEqual([...listed].filter((code) => !real.has(code)), [], "listed, not in the sources");
  deepStrictEqual([...real].filter((code) => !listed.has(code)), [], "in the sources, not listed");
});
