/**
 * Credentials that were given on the command line belong to one registry.
 *
 * @module
 */
import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { Client } from "./support/client.ts";
import { GOOD } from "./support/hostile.ts";
import { OwnRegistry } from "./support/own_registry.ts";
import { makeSample, storeSample } from "./support/sample_image.ts";

const BOB = { username: "bob", password: "secret" };

/** Two registries that want the same name and password; the first has an image. */
async function twoRegistries() {
  await using stack = new AsyncDisposableStack();
  const first = stack.use(OwnRegistry.start({ basic: "bob:secret" }));
  const second = stack.use(OwnRegistry.start({ basic: "bob:secret" }));
  for (const registry of [first, second]) {
    storeSample(registry.repository("net/xdp"), await makeSample(GOOD), "v1");
  }
  const client = stack.use(Client.open({ credentials: BOB }));
  const kept = stack.move();
  return { first, second, client, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

function authorizations({ requests }: OwnRegistry): (string | null)[] {
  return requests.map(({ authorization }) => authorization);
}

Deno.test("copy() keeps given credentials for the registry that it writes to", async () => {
  await using scene = await twoRegistries();
  const { first, second, client } = scene;
  const from = `${first.host}/net/xdp:v1`;
  await rejects(client.images.copy(from, `${second.host}/net/copy:v1`), {
    code: "registry-denied",
  });
  ok(first.requests.length > 0);
  deepEqual(authorizations(first).filter((one) => one !== null), []);
  // within one registry they are for both
  using other = Client.open({ credentials: BOB });
  const copied = await other.images.copy(from, `${first.host}/net/copy:v1`);
  equal(copied.name, `${first.host}/net/copy:v1`);
});

Deno.test("diff() keeps given credentials for the registry that is named first", async () => {
  await using scene = await twoRegistries();
  const { first, second, client } = scene;
  const names = [`${first.host}/net/xdp:v1`, `${second.host}/net/xdp:v1`] as const;
  await rejects(client.images.diff(...names), { code: "registry-denied" });
  ok(authorizations(first).some((one) => one !== null));
  ok(second.requests.length > 0);
  deepEqual(authorizations(second).filter((one) => one !== null), []);
});
