/**
 * Debian's `docker-registry`: open, with a password, with tokens, and over TLS with an authority of
 * its own. What is pushed comes back with the same digest on a store that has never seen it.
 *
 * @module
 */
import { deepEqual, equal, match, notEqual, ok, rejects } from "node:assert/strict";
import { fixture } from "../support/cli.ts";
import { kernelTest, type Need } from "../support/requires.ts";
import { makeServerCertificate, makeTokenKey } from "./support/certificates.ts";
import { blobsOf, Client, type ClientOptions } from "./support/client.ts";
import { DebianRegistry, PASSWORD_USER } from "./support/debian_registry.ts";
import { TemporaryFolder } from "./support/temporary.ts";
import { IDENTITY_TOKEN, TOKEN_USER, TokenServer } from "./support/token_server.ts";

const NEEDS: readonly Need[] = ["command:docker-registry"];
const BYTES = Deno.readFileSync(fixture("xdp_counter"));

/** Builds an image of two platforms and pushes it. */
async function publish(name: string, options: ClientOptions): Promise<string> {
  using client = Client.open(options);
  const inputs = ["amd64", "arm64"].map((architecture) => ({
    path: "xdp_counter.bpf.o",
    bytes: BYTES,
    platform: { os: "linux", architecture },
  }));
  const { descriptor } = await client.images.build({ name, inputs });
  const pushed = await client.images.push(name);
  equal(pushed.descriptor.digest, descriptor.digest);
  return descriptor.digest;
}

/** Pulls on an empty store; gives the digest of what came. */
async function fetchAnew(name: string, options: ClientOptions): Promise<string> {
  using client = Client.open(options);
  deepEqual(await client.images.list(), []);
  const { descriptor, isNew } = await client.images.pull(name, {
    platform: { os: "linux", architecture: "arm64" },
  });
  equal(isNew, true);
  ok(blobsOf(client.store).includes(descriptor.digest), "the index is not in the store");
  const object = await client.images.object(name, {
    policy: "Never",
    platform: { os: "linux", architecture: "arm64" },
  });
  deepEqual(object.bytes, BYTES);
  return descriptor.digest;
}

/** Environment of a user whose credentials are in the file. */
function userWith(path: string, content: unknown): ClientOptions {
  Deno.writeTextFileSync(path, JSON.stringify(content));
  return { env: (name) => name === "REGISTRY_AUTH_FILE" ? path : undefined };
}

kernelTest("an open registry gives back what was pushed", NEEDS, async () => {
  using folder = new TemporaryFolder();
  await using registry = await DebianRegistry.start({ folder: folder.path });
  const name = `${registry.host}/net/counter:v1`;
  const digest = await publish(name, {});
  equal(await fetchAnew(name, {}), digest);
  equal(await fetchAnew(`${registry.host}/net/counter@${digest}`, {}), digest);
  using client = Client.open();
  await client.refuse(`${registry.host}/net/counter:v2`, "image-not-found");
  await client.refuse(`${registry.host}/net/nothing:v1`, "image-not-found");
  // again: nothing is transferred, and nothing is stored twice
  await client.images.pull(name);
  const blobs = blobsOf(client.store);
  equal((await client.images.pull(name)).isNew, false);
  deepEqual(blobsOf(client.store), blobs);
});

kernelTest(
  "a registry with a password takes it from every place, and nothing else",
  NEEDS,
  async () => {
    using folder = new TemporaryFolder();
    await using registry = await DebianRegistry.start({ folder: folder.path, hasPassword: true });
    const name = `${registry.host}/net/counter:v1`;
    const { username, password } = PASSWORD_USER;
    const auth = btoa(`${username}:${password}`);
    const digest = await publish(name, { credentials: PASSWORD_USER });
    const file = `${folder.path}/auth.json`;
    // podman's file, also with a key for part of the registry
    for (const key of [registry.host, `${registry.host}/net`, `https://${registry.host}/v2/`]) {
      equal(await fetchAnew(name, userWith(file, { auths: { [key]: { auth } } })), digest, key);
    }
    // docker's file
    Deno.writeTextFileSync(
      `${folder.path}/config.json`,
      JSON.stringify({ auths: { [registry.host]: { auth } } }),
    );
    const docker = { env: (word: string) => word === "DOCKER_CONFIG" ? folder.path : undefined };
    equal(await fetchAnew(name, docker), digest);
    using stranger = Client.open();
    const { message } = await stranger.refuse(name, "registry-denied");
    match(message, /wants a name and a password/);
    using wrong = Client.open({ credentials: { username, password: "wrong" } });
    await wrong.refuse(name, "registry-denied");
    await rejects(publish(name, {}), /wants a name and a password/);
  },
);

kernelTest(
  "a registry with tokens sends to its token server, and no further than needed",
  NEEDS,
  async () => {
    using folder = new TemporaryFolder();
    const key = await makeTokenKey(folder.path);
    await using server = TokenServer.start(key);
    const tokens = { realm: server.realm, certificate: key.certificate };
    await using registry = await DebianRegistry.start({ folder: folder.path, tokens });
    const name = `${registry.host}/net/counter:v1`;
    const digest = await publish(name, { credentials: TOKEN_USER });
    const pushes = server.requests.splice(0);
    ok(pushes.some(({ scopes }) => scopes.some((scope) => scope.includes("push"))));
    // a pull asks for no more than a pull
    equal(await fetchAnew(name, { credentials: TOKEN_USER }), digest);
    const pulls = server.requests.splice(0);
    notEqual(pulls.length, 0);
    for (const { scopes } of pulls) deepEqual(scopes, ["repository:net/counter:pull"]);
    // a token in place of a password is traded at the same server
    const auths = { [registry.host]: { identitytoken: IDENTITY_TOKEN } };
    equal(await fetchAnew(name, userWith(`${folder.path}/auth.json`, { auths })), digest);
    ok(
      server.requests.splice(0).every(({ method, user }) => method === "POST" && user === "alice"),
    );
    using wrong = Client.open({ credentials: { ...TOKEN_USER, password: "wrong" } });
    await wrong.refuse(name, "registry-denied");
    using stranger = Client.open();
    await stranger.refuse(name, "registry-denied");
  },
);

kernelTest("everybody may pull where a token server lets nobody in particular", NEEDS, async () => {
  using folder = new TemporaryFolder();
  const key = await makeTokenKey(folder.path);
  await using server = TokenServer.start(key);
  const tokens = { realm: server.realm, certificate: key.certificate };
  await using registry = await DebianRegistry.start({ folder: folder.path, tokens });
  const name = `${registry.host}/public/counter:v1`;
  const digest = await publish(name, { credentials: TOKEN_USER });
  equal(await fetchAnew(name, {}), digest);
  await rejects(publish(name, {}), { code: "registry-denied" });
});

kernelTest("a registry over TLS is trusted with its authority only", NEEDS, async () => {
  using folder = new TemporaryFolder();
  const tls = await makeServerCertificate(folder.path);
  await using registry = await DebianRegistry.start({ folder: folder.path, tls });
  const name = `${registry.host}/net/counter:v1`;
  const options = { registries: { [registry.host]: { caFile: tls.authority } } };
  const digest = await publish(name, options);
  equal(await fetchAnew(name, options), digest);
  using distrustful = Client.open({ registries: { [registry.host]: { isInsecure: false } } });
  const error = await distrustful.refuse(name, "registry-unreachable");
  match(`${error.message} ${error.hint}`, /certificate|ca_file/i);
});

kernelTest("a credential helper is asked, and its failure is told", NEEDS, async () => {
  using folder = new TemporaryFolder();
  await using registry = await DebianRegistry.start({ folder: folder.path, hasPassword: true });
  const name = `${registry.host}/net/counter:v1`;
  const digest = await publish(name, { credentials: PASSWORD_USER });
  const helpers = `${folder.path}/bin`;
  Deno.mkdirSync(helpers);
  const write = (helper: string, script: string) =>
    Deno.writeTextFileSync(`${helpers}/docker-credential-${helper}`, `#!/bin/sh\n${script}\n`, {
      mode: 0o755,
    });
  const answer = JSON.stringify({
    Username: PASSWORD_USER.username,
    Secret: PASSWORD_USER.password,
  });
  write("test-good", `read host; [ "$host" = "${registry.host}" ] && echo '${answer}'`);
  write("test-empty", "echo 'credentials not found in native keychain'; exit 1");
  write("test-broken", "echo 'the key ring is locked' >&2; exit 1");
  const path = Deno.env.get("PATH") ?? "";
  Deno.env.set("PATH", `${helpers}:${path}`);
  try {
    const file = `${folder.path}/auth.json`;
    const using = (helper: string) => userWith(file, { credHelpers: { [registry.host]: helper } });
    equal(await fetchAnew(name, using("test-good")), digest);
    equal(await fetchAnew(name, userWith(file, { credsStore: "test-good" })), digest);
    await rejects(fetchAnew(name, using("test-empty")), { code: "registry-denied" });
    await rejects(fetchAnew(name, using("test-broken")), /the key ring is locked/);
    await rejects(fetchAnew(name, using("test-absent")), { code: "credentials-helper" });
    await rejects(fetchAnew(name, using("../../bin/sh")), { code: "credentials-helper" });
  } finally {
    Deno.env.set("PATH", path);
  }
});
