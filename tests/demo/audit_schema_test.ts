import { deepStrictEqual, ok } from "node:assert/strict";
import { AUDIT_RESULTS } from "../../core/audit/types.ts";
import { AuditScene } from "../support/audit_scene.ts";
import { schemaProblems } from "../support/schemas.ts";

Deno.test("docs/schema/audit.schema.json describes every line of the audit log", async () => {
  using scene = new AuditScene();
  const via = { tool: "sudo", uid: 1000, user: null } as const;
  await scene.append({ who: { uid: 0, user: "root", via, login: 1000, account: "a/b" } });
  const rule = { allowed: false, scope: "default", path: "default", where: "p.json:1" };
  for (const result of AUDIT_RESULTS) {
    await scene.append({ result, rule, object: null, signer: "key sha256:00", error: "usage" });
  }
  await scene.append({ source: { kind: "named", name: "quay.io/a/b" } });
  const digest = `sha256:${"2".repeat(64)}`;
  await scene.append({ source: { kind: "image", reference: "quay.io/a/b:c", digest } });
  await scene.append({ source: { kind: "layout", path: "/srv/layout", digest } });
  scene.writeLines([...scene.lines().slice(0, -1), "cut"]);
  await scene.append({ source: null });
  const lines = scene.lines().filter((line) => line !== "cut").map((line) => JSON.parse(line));
  ok("torn" in lines.at(-1) && "lost" in lines.at(-1));
  for (const line of lines) deepStrictEqual(schemaProblems("audit", line), []);
  // and it is no schema that takes everything
  const [first] = lines;
  ok(schemaProblems("audit", { ...first, more: 1 }).length > 0);
  ok(schemaProblems("audit", { ...first, result: "odd" }).length > 0);
  const { hash: _hash, ...bare } = first;
  ok(schemaProblems("audit", bare).length > 0);
});
