import { equal, throws } from "node:assert/strict";
import { libc } from "./libc.ts";
import { holdText } from "./memory_file.ts";

// what the process keeps is no leak of a test
libc();

Deno.test("holdText() holds a text that can be read and not be changed", () => {
  const text = "äpplication\n".repeat(20_000);
  using file = holdText(text);
  const path = `/proc/self/fd/${file.raw}`;
  equal(Deno.readTextFileSync(path), text);
  throws(() => Deno.writeTextFileSync(path, "other", { append: true }));
  throws(() => Deno.truncateSync(path, 1));
  equal(Deno.readTextFileSync(path), text);
});

Deno.test("holdText() holds an empty text", () => {
  using file = holdText("");
  equal(Deno.readTextFileSync(`/proc/self/fd/${file.raw}`), "");
});
