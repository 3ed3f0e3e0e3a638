import { equal } from "node:assert/strict";
import { VERSION } from "./version_number.ts";

Deno.test("VERSION is that of deno.json", async () => {
  const text = await Deno.readTextFile(new URL("../deno.json", import.meta.url));
  equal(VERSION, JSON.parse(text).version);
});
