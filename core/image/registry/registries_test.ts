import { equal } from "node:assert/strict";
import { isLoopback, originOf } from "./registries.ts";

Deno.test("isLoopback() knows this machine's own addresses and nothing that looks like them", () => {
  for (const host of ["localhost", "localhost:5000", "127.0.0.1", "127.9.9.9:1", "[::1]:5000"]) {
    equal(isLoopback(host), true, host);
  }
  for (const host of ["localhost.example", "127.example.com", "127.0.0.1.example:5000", "[::2]"]) {
    equal(isLoopback(host), false, host);
  }
});

Deno.test("originOf() is https unless the registry is here or named as insecure", () => {
  equal(originOf("quay.io", undefined), "https://quay.io");
  equal(originOf("docker.io", undefined), "https://registry-1.docker.io");
  equal(originOf("127.0.0.1:5000", undefined), "http://127.0.0.1:5000");
  equal(originOf("localhost:5000", { caFile: "/ca.pem" }), "https://localhost:5000");
  equal(originOf("localhost:5000", { isInsecure: false }), "https://localhost:5000");
  equal(originOf("r.example:80", { isInsecure: true }), "http://r.example");
});
