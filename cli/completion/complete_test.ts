import { deepEqual, equal, match, notEqual } from "node:assert/strict";
import type { OptionSpec, PositionalSpec, ValueTypeName } from "../command.ts";
import { COMMANDS } from "../commands/mod.ts";
import { optionsOf } from "../options_of.ts";
import { answerText } from "./answer.ts";
import { complete } from "./complete.ts";
import { BY_TYPE, completionOf } from "./decisions.ts";
import { type Clues, SOURCE_NAMES, type SourceName, type Sources } from "./types.ts";
import { unquoteBash } from "./unquote.ts";

/** Sources that have the given words, and fail where none are given. */
function sources(words: Partial<Record<SourceName, (clues: Clues) => readonly string[]>>): Sources {
  const entries = SOURCE_NAMES.map((name) => {
    const look = words[name];
    return [name, (clues: Clues) => {
      if (look === undefined) throw new Error(`Cannot look up "${name}": nobody may ask`);
      return look(clues).map((word) => ({ word }));
    }];
  });
  return Object.fromEntries(entries);
}

async function wordsAt(line: string, words: Parameters<typeof sources>[0] = {}): Promise<string[]> {
  const { candidates } = await complete(line.split(" "), sources(words));
  return candidates.map(({ word }) => word);
}

Deno.test("complete() offers the words of commands, and no hidden ones", async () => {
  deepEqual(await wordsAt("get "), ["program", "link", "dispatcher"]);
  deepEqual(await wordsAt("get p"), ["program"]);
  const first = await wordsAt("");
  equal(first.includes("load") && first.includes("completion"), true);
  equal(first.includes("__complete") || first.includes("verify-bundle"), false);
  deepEqual(await wordsAt("attach 63 xd"), ["xdp"]);
  deepEqual(await wordsAt("nosuch "), []);
});

Deno.test("complete() tells what each word is", async () => {
  const { candidates } = await complete(["get", "p"], sources({}));
  deepEqual(candidates, [{ word: "program", text: "Show one program" }]);
  const { candidates: words } = await complete(["audit", ""], sources({}));
  match(words.find(({ word }) => word === "verify")?.text ?? "", /whole/);
});

Deno.test("complete() offers ids where a word of the spelling stands for them", async () => {
  const words = await wordsAt("attach ", { programs: () => ["63"] });
  equal(words.includes("63") && words.includes("xdp"), true);
  const asked = await wordsAt("--runtime-dir /x attach ", {
    programs: ({ given }) => given("runtime-dir"),
  });
  equal(asked.includes("/x"), true);
  deepEqual(await wordsAt("detach 7 ", { links: () => ["7", "8"] }), ["8"]);
  deepEqual(await wordsAt("detach ", { links: () => ["7", "8"] }), ["7", "8"]);
});

Deno.test("complete() offers what is needed first, and the rest after a dash", async () => {
  deepEqual(await wordsAt("attach 63 xdp lo "), ["--priority"]);
  const all = await wordsAt("attach 63 xdp lo -");
  equal(all[0], "--priority");
  equal(all.includes("--netns") && all.includes("--runtime-dir"), true);
  equal((await wordsAt("attach 63 xdp lo --priority 5 --")).includes("--priority"), false);
});

Deno.test("complete() offers values of options, with and without an equals sign", async () => {
  deepEqual(await wordsAt("attach 63 xdp lo --mode "), ["native", "generic"]);
  deepEqual(await wordsAt("attach 63 xdp lo --mode=g"), ["--mode=generic"]);
  deepEqual(await wordsAt("attach 63 xdp -i l", { interfaces: () => ["lo", "eth0"] }), ["lo"]);
  deepEqual(await wordsAt("list programs -o t"), ["text"]);
});

Deno.test("complete() goes on with lists of values and leaves out those that are there", async () => {
  deepEqual(await wordsAt("attach 63 xdp lo --proceed-on pass,p"), ["pass,pipe"]);
  deepEqual(await wordsAt("list links --kind=xdp,tc"), [
    ...["--kind=xdp,tc", "--kind=xdp,tcx"],
  ]);
});

Deno.test("complete() hands what the line says to whoever looks words up", async () => {
  const programSpecs = ({ given }: Clues) => [`xdp:${given("path")[0]}`, "tc:b"];
  const line = "load file a.o --programs xdp:a.o ";
  deepEqual(await wordsAt("load file a.o --programs x", { programSpecs }), ["xdp:a.o"]);
  deepEqual(await wordsAt(line, { programSpecs }), ["tc:b"]);
  const generations = ({ given }: Clues) => [`${given("APPLICATION")[0]?.length}`];
  deepEqual(await wordsAt("rollback shop ", { generations }), ["4"]);
  const links = ({ given }: Clues) => given("runtime-dir");
  deepEqual(await wordsAt("--runtime-dir /x get link ", { links }), ["/x"]);
});

Deno.test("complete() completes a command that another one takes as that command", async () => {
  const programSpecs = ({ given }: Clues) => [`xdp:${given("path")[0]}`];
  const load = "load file a.o --programs ";
  deepEqual(await wordsAt(`policy why ${load}`, { programSpecs }), ["xdp:a.o"]);
  for (const why of ["policy why ", "policy why -- ", "policy why --policy=p -o json "]) {
    for (const line of [load, "load ", "load file a.o --pr", "load file a.o --key=", "run a.o -"]) {
      deepEqual(
        await complete(`${why}${line}`.split(" "), sources({ programSpecs })),
        await complete(line.split(" "), sources({ programSpecs })),
        `${why}${line}`,
      );
    }
  }
  const programs = ({ given }: Clues) => given("runtime-dir");
  const words = await wordsAt("policy why --runtime-dir /x attach ", { programs });
  equal(words.includes("/x") && words.includes("xdp"), true);
});

Deno.test("complete() knows the options of a command that takes another one", async () => {
  const own = await wordsAt("policy why -");
  equal(own.includes("--policy") && own.includes("--output"), true);
  deepEqual(await wordsAt("policy why --output js"), ["json", "jsonpath="]);
  equal((await wordsAt("policy why --policy p ")).includes("load"), true);
});

Deno.test("complete() hands paths over to the shell, with what stands before them", async () => {
  const at = async (line: string) => {
    const { paths, skip } = await complete(line.split(" "), sources({ images: () => [] }));
    return [paths, skip];
  };
  deepEqual(await at("load file a"), ["files", 0]);
  deepEqual(await at("load file --path=a"), ["files", 7]);
  deepEqual(await at("--config "), ["files", 0]);
  deepEqual(await at("--runtime-dir=/t"), ["directories", 14]);
  deepEqual(await at("image build registry/x linux/arm64=a"), ["files", 12]);
  deepEqual(await at("get program "), [undefined, 0]);
});

Deno.test("complete() is silent about sources that fail, and offers the other words", async () => {
  deepEqual(await wordsAt("get program "), []);
  deepEqual(await wordsAt("check a.o -k "), ["all"]);
});

Deno.test("every value of every argument has a decision on what completes it", () => {
  for (const command of COMMANDS) {
    const specs: (OptionSpec | PositionalSpec)[] = [...optionsOf(command), ...command.positionals];
    for (const spec of specs) {
      notEqual(completionOf(spec), undefined, `${command.id}: ${spec.name} (${spec.type})`);
    }
  }
});

Deno.test("the types whose values mean many things are those of text and numbers", () => {
  const types = Object.keys(BY_TYPE) as ValueTypeName[];
  deepEqual(types.filter((type) => BY_TYPE[type] === "by word"), ["id", "text"]);
});

Deno.test("answerText() has a line about the answer and one for each word", () => {
  const text = answerText({
    candidates: [
      { word: "xdp:", text: "two\nlines\x1b[2J" },
      ...["a\tb", "a\nb", "a\x1b[2Jb", "a\u009bb"].map((word) => ({ word })),
    ],
    paths: "files",
    skip: 3,
  });
  equal(text, "files 3 space\nxdp:\ttwo lines\ufffd[2J\n");
  equal(answerText({ candidates: [{ word: "sched/" }], skip: 0 }), "none 0 glue\nsched/\n");
  equal(answerText({ candidates: [], skip: 0 }), "none 0 space\n");
});

Deno.test("unquoteBash() makes of a word what bash would", () => {
  equal(unquoteBash(String.raw`my\ file`), "my file");
  equal(unquoteBash(`'a b'"c d"e`), "a bc de");
  equal(unquoteBash(`"a \\"b\\" \\n`), 'a "b" \\n');
  equal(unquoteBash("'open"), "open");
  equal(unquoteBash("xdp:a=b"), "xdp:a=b");
});
