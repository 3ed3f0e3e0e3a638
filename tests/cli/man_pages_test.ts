/**
 * groff reads every man page without a warning, and shows what stands in it.
 *
 * @module
 */
import { equal, match } from "node:assert/strict";
import { manPages } from "../../cli/output/man_page.ts";
import { referencePages } from "../tools/man/pages.ts";

Deno.test("groff has no warning for any man page and shows options as they are typed", async () => {
  const folder = Deno.makeTempDirSync({ prefix: "bpfman-man-" });
  using _removed = { [Symbol.dispose]: () => Deno.removeSync(folder, { recursive: true }) };
  const paths = [...manPages(), ...referencePages()].map(({ name, text }) => {
    const path = `${folder}/${name}`;
    Deno.writeTextFileSync(path, text);
    return path;
  });
  const groff = async (args: readonly string[]) => {
    const { code, stdout, stderr } = await new Deno.Command("groff", {
      args: ["-man", "-Tutf8", "-ww", "-P-cbou", ...args],
      stdin: "null",
    }).output();
    const decoder = new TextDecoder();
    equal(decoder.decode(stderr), "");
    equal(code, 0);
    return decoder.decode(stdout);
  };
  // each page by itself: what one leaves open must not be hidden by the next
  const texts: string[] = [];
  for (const path of paths) texts.push(await groff([path]));
  const load = texts[paths.findIndex((path) => path.endsWith("/bpfman-load-file.1"))] ?? "";
  match(load, /^ +-g, --global NAME=VALUE$/m);
  match(load, /bpfman load file app\.bpf\.o --programs xdp:in tcx:out -g sampling=100 -a shop$/m);
  const policy = texts[paths.findIndex((path) => path.endsWith("/bpfman-policy.5"))] ?? "";
  match(policy, /^ {7}require\[\]\.attestation$/m);
  match(policy, /^ +"\$schema": "docs\/schema\/policy\.schema\.json",$/m);
  const facts = texts[paths.findIndex((path) => path.endsWith("/bpfman-facts.5"))] ?? "";
  match(facts, /^ {7}host\.programTypes\[\]\.isLoadable$/m);
  match(facts, /^ +gzip -dc node7\.facts\.gz \| jq '\{name, release, securityModules, host\}'$/m);
  const concepts = texts[paths.findIndex((path) => path.endsWith("/bpfman-concepts.7"))] ?? "";
  match(concepts, /^ +packet -> eth0 -> main program of the chain$/m);
  match(texts[0] ?? "", /^ +~\/\.local\/share\/bpfman$/m);
});
