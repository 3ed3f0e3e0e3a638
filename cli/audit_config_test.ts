import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { readAudit } from "./audit_config.ts";
import { auditPlace } from "./audit_place.ts";
import type { GlobalSettings } from "./context.ts";

const SETTINGS: GlobalSettings = {
  runtimeDirectory: "/run/bpfman",
  lockTimeoutMs: 1,
  isVerbose: false,
};

Deno.test("readAudit() reads what may be set, and nothing else", () => {
  strictEqual(readAudit(undefined, "x.toml"), undefined);
  deepStrictEqual(readAudit({}, "x.toml"), {});
  const table = { required: true, file: "/srv/a.jsonl", max_size: 4096 };
  deepStrictEqual(readAudit(table, "x.toml"), {
    isRequired: true,
    file: "/srv/a.jsonl",
    maxBytes: 4096,
  });
  const wrong = [7, { required: "yes" }, { file: "a.jsonl" }, { file: "/srv/" }, { max_size: 1 }];
  for (const value of wrong) {
    throws(() => readAudit(value, "x.toml"), /Cannot use audit.* in "x.toml": it must be/);
  }
});

Deno.test("auditPlace() keeps the log of the usual directory, and those of others with them", () => {
  deepStrictEqual(auditPlace(SETTINGS), {
    file: "/var/log/bpfman/audit.jsonl",
    head: "/run/bpfman/db/audit_head.json",
  });
  deepStrictEqual(auditPlace({ ...SETTINGS, runtimeDirectory: "/srv/x/" }), {
    file: "/srv/x/audit.jsonl",
    head: "/srv/x/db/audit_head.json",
  });
  const audit = { file: "/srv/a.jsonl", maxBytes: 4096 };
  deepStrictEqual(auditPlace({ ...SETTINGS, audit }), {
    file: "/srv/a.jsonl",
    head: "/run/bpfman/db/audit_head.json",
    maxBytes: 4096,
  });
});
