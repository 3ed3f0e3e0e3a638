import { deepEqual, equal, rejects, throws } from "node:assert/strict";
import { credentialFiles, decodeAuth, findCredentials } from "./credentials.ts";

const auth = (text: string) => ({ auth: new TextEncoder().encode(text).toBase64() });

/** Looks into one file with this content. */
async function find(content: unknown, host: string, repository = "net/xdp") {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(path, JSON.stringify(content));
    const env = (name: string) => name === "REGISTRY_AUTH_FILE" ? path : undefined;
    return await findCredentials(host, repository, env);
  } finally {
    await Deno.remove(path);
  }
}

Deno.test("credentialFiles() asks podman's places first, then docker's", () => {
  const set: Record<string, string> = {
    REGISTRY_AUTH_FILE: "/r",
    XDG_RUNTIME_DIR: "/run/u",
    HOME: "/home/u",
  };
  deepEqual(credentialFiles((name) => set[name]), [
    "/r",
    "/run/u/containers/auth.json",
    "/home/u/.config/containers/auth.json",
    "/home/u/.docker/config.json",
  ]);
  const docker = { ...set, DOCKER_CONFIG: "/d", REGISTRY_AUTH_FILE: "" };
  equal(
    credentialFiles((name) => (docker as Record<string, string>)[name]).at(-1),
    "/d/config.json",
  );
  deepEqual(credentialFiles(() => undefined), []);
});

Deno.test("findCredentials() takes the longest key that fits", async () => {
  const auths = {
    "r.example": auth("host:1"),
    "r.example/net": auth("net:2"),
    "r.example/net/xdp": auth("xdp:3"),
    "r.example/network": auth("other:4"),
  };
  equal((await find({ auths }, "r.example", "net/xdp"))?.username, "xdp");
  equal((await find({ auths }, "r.example", "net/tc"))?.username, "net");
  equal((await find({ auths }, "r.example", "a/b"))?.username, "host");
  equal(await find({ auths }, "s.example"), undefined);
  equal(await find({ auths }, "r.example:5000"), undefined);
});

for (
  const key of ["https://r.example", "https://r.example/v2/", "http://r.example/", "r.example"]
) {
  Deno.test(`findCredentials() reads the key ${key}`, async () => {
    const found = await find({ auths: { [key]: auth("bob:s3:cr") } }, "r.example");
    deepEqual(found, { username: "bob", password: "s3:cr" });
  });
}

Deno.test("findCredentials() knows what docker calls its registry", async () => {
  const auths = { "https://index.docker.io/v1/": auth("bob:pw") };
  equal((await find({ auths }, "docker.io", "library/alpine"))?.username, "bob");
});

Deno.test("findCredentials() reads tokens", async () => {
  const one = { auths: { "r.example": { ...auth("x:y"), identitytoken: "id" } } };
  deepEqual(await find(one, "r.example"), { identityToken: "id" });
  const two = { auths: { "r.example": { registrytoken: "reg" } } };
  deepEqual(await find(two, "r.example"), { registryToken: "reg" });
  deepEqual(await find({ auths: { "r.example": {} } }, "r.example"), undefined);
});

Deno.test("findCredentials() refuses a helper whose name is a path", async () => {
  await rejects(find({ credsStore: "../../bin/sh" }, "r.example"), /no name of a program/);
});

Deno.test("findCredentials() refuses a file that is no JSON", async () => {
  const path = await Deno.makeTempFile();
  await Deno.writeTextFile(path, "{");
  await rejects(findCredentials("r.example", "x", () => path), { code: "image-malformed" });
  await Deno.remove(path);
});

Deno.test("decodeAuth() wants a name and a password", () => {
  deepEqual(decodeAuth("Ym9iOnB3", "x"), { username: "bob", password: "pw" });
  for (const text of ["bob", "Ym9i", "OnB3", "Ym9iOg==", "%%%"]) {
    throws(() => decodeAuth(text, "x"), { code: "credentials-unreadable" }, text);
  }
});
