import { deepEqual, equal } from "node:assert/strict";
import { mergeScopes, parseChallenge } from "./challenge.ts";

Deno.test("parseChallenge() reads quoted and plain parameters", () => {
  deepEqual(
    parseChallenge('Bearer realm="https://a.example/t?x=1,2",service=reg, Scope="a:b:pull,push"'),
    {
      scheme: "bearer",
      parameters: { realm: "https://a.example/t?x=1,2", service: "reg", scope: "a:b:pull,push" },
    },
  );
  deepEqual(parseChallenge("Basic realm=x"), { scheme: "basic", parameters: { realm: "x" } });
  deepEqual(parseChallenge('Basic realm="a \\"b\\""')?.parameters["realm"], 'a "b"');
  deepEqual(parseChallenge("Negotiate"), { scheme: "negotiate", parameters: {} });
});

Deno.test("parseChallenge() finds nothing in what is none", () => {
  equal(parseChallenge(null), undefined);
  equal(parseChallenge(""), undefined);
  deepEqual(parseChallenge("Bearer =,=,"), { scheme: "bearer", parameters: {} });
});

Deno.test("mergeScopes() names each resource once, with all that is asked of it", () => {
  deepEqual(
    mergeScopes(["repository:a:pull", "repository:b:pull", "repository:a:push,pull", "odd"]),
    ["repository:a:pull,push", "repository:b:pull"],
  );
});
