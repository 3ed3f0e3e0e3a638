import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { parseStatus } from "./confinement.ts";

const STATUS = `Name:	deno
Seccomp_count:	9
CapInh:	0000000000000001
CapPrm:	000000c000001000
CapEff:	0000008000000000
CapBnd:	000001ffffffffff
CapAmb:	0000000000000002
NoNewPrivs:	1
Seccomp:	2
Seccomp_filters:	3
`;

Deno.test("parseStatus() reads the sets, no_new_privs and the filters of a thread", () => {
  deepStrictEqual(parseStatus(STATUS), {
    noNewPrivs: true,
    seccompFilters: 3,
    permitted: 0xc000001000n,
    effective: 0x8000000000n,
    bounding: 0x1ffffffffffn,
    inheritable: 1n,
    ambient: 2n,
  });
});

Deno.test("parseStatus() tells one filter from none where the kernel does not count them", () => {
  const old = STATUS.replace(/^Seccomp_filters.*\n/m, "");
  strictEqual(parseStatus(old).seccompFilters, 1);
  strictEqual(parseStatus(old.replace("Seccomp:\t2", "Seccomp:\t0")).seccompFilters, 0);
  strictEqual(parseStatus(STATUS.replace("NoNewPrivs:\t1", "NoNewPrivs:\t0")).noNewPrivs, false);
});
