import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { distance, nearest } from "./suggest.ts";

Deno.test("distance() counts what must be typed", () => {
  const cases: [string, string, number][] = [
    ["", "", 0],
    ["", "abc", 3],
    ["abc", "", 3],
    ["same", "same", 0],
    ["kitten", "sitting", 3],
    ["openat", "opneat", 1],
    ["openat", "openta", 1],
    ["ab", "ba", 1],
    ["eth0", "eth1", 1],
    ["ca", "abc", 3],
  ];
  for (const [a, b, wanted] of cases) {
    strictEqual(distance(a, b), wanted, `${a} to ${b}`);
    strictEqual(distance(b, a), wanted, `${b} to ${a}`);
  }
});

Deno.test("nearest() gives the nearest first and names nothing that is far", () => {
  const names = ["xdp_count", "xdp_counter", "tc_count", "something_else"];
  deepStrictEqual(nearest("xdp_conter", names, 3), ["xdp_counter", "xdp_count"]);
  deepStrictEqual(nearest("xdp_cont", names), ["xdp_count"]);
  deepStrictEqual(nearest("zzzzzzzz", names, 3), []);
  deepStrictEqual(nearest("x", [], 3), []);
});

Deno.test("nearest() takes no note of upper and lower case, and of order among equals", () => {
  deepStrictEqual(nearest("ETH0", ["eth0"]), ["eth0"]);
  deepStrictEqual(nearest("veth9", ["veth2", "veth1"], 2), ["veth1", "veth2"]);
});
