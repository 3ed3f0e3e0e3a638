/**
 * Names and passwords where podman and docker keep them.
 *
 * @module
 */
import { isObject, type JsonObject, readJson } from "../documents.ts";
import { imageError } from "../errors.ts";
import type { Credentials } from "../settings.ts";
import { askHelper } from "./credential_helper.ts";

/** Most bytes of a file of credentials. */
const FILE_LIMIT = 1024 * 1024;
const DOCKER_KEYS: readonly string[] = [
  "https://index.docker.io/v1/",
  "docker.io",
  "index.docker.io",
  "registry-1.docker.io",
];

/** Reads the environment. */
export type Environment = (name: string) => string | undefined;

/**
 * The files that may hold credentials, in the order in which they are asked.
 *
 * @param env Reads the environment.
 */
export function credentialFiles(env: Environment): string[] {
  const set = (name: string) => {
    const value = env(name);
    return value === "" ? undefined : value;
  };
  const home = set("HOME");
  const runtime = set("XDG_RUNTIME_DIR");
  const config = set("XDG_CONFIG_HOME") ?? (home === undefined ? undefined : `${home}/.config`);
  const docker = set("DOCKER_CONFIG") ?? (home === undefined ? undefined : `${home}/.docker`);
  const files = [
    set("REGISTRY_AUTH_FILE"),
    runtime === undefined ? undefined : `${runtime}/containers/auth.json`,
    config === undefined ? undefined : `${config}/containers/auth.json`,
    docker === undefined ? undefined : `${docker}/config.json`,
  ];
  return files.filter((file) => file !== undefined);
}

/** The host and repository of a key: without scheme, and without what docker puts behind it. */
function plainKey(key: string): string {
  return key.replace(/^https?:\/\//, "").replace(/\/(?:v[12]\/?)?$/, "");
}

/** Keys under which credentials of a repository may stand, longest first. */
function keysOf(host: string, repository: string): string[] {
  const parts = repository.split("/");
  const longer = parts.map((_, count) => `${host}/${parts.slice(0, count + 1).join("/")}`);
  const hosts = host === "docker.io" ? DOCKER_KEYS.map(plainKey) : [host];
  return [...longer.reverse(), ...hosts];
}

function findEntry(table: unknown, keys: readonly string[]): unknown {
  if (!isObject(table)) return undefined;
  for (const key of keys) {
    const found = Object.keys(table).find((one) => one === key || plainKey(one) === key);
    if (found !== undefined) return table[found];
  }
  return undefined;
}

/**
 * Splits `user:password` in base64, as credentials are handed over; the first colon counts.
 *
 * @throws {BpfmanError} When it is none.
 */
export function decodeAuth(text: string, what: string): Credentials {
  let plain: string;
  try {
    plain = new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.fromBase64(text));
  } catch (cause) {
    throw imageError("credentials-unreadable", `Cannot use ${what}: it is not base64`, { cause });
  }
  const colon = plain.indexOf(":");
  if (colon <= 0 || colon === plain.length - 1) {
    throw imageError(
      "credentials-unreadable",
      `Cannot use ${what}: it is not NAME:PASSWORD in base64`,
    );
  }
  return { username: plain.slice(0, colon), password: plain.slice(colon + 1).replace(/\0+$/, "") };
}

function fromEntry(entry: unknown, file: string): Credentials | undefined {
  if (!isObject(entry)) return undefined;
  const { auth, identitytoken, registrytoken, username, password } = entry;
  if (typeof registrytoken === "string" && registrytoken !== "") {
    return { registryToken: registrytoken };
  }
  if (typeof identitytoken === "string" && identitytoken !== "") {
    return { identityToken: identitytoken };
  }
  if (typeof auth === "string" && auth !== "") return decodeAuth(auth, `an entry of "${file}"`);
  if (typeof username === "string" && typeof password === "string") return { username, password };
  return undefined;
}

function readFile(path: string): JsonObject | undefined {
  try {
    if (Deno.statSync(path).size > FILE_LIMIT) {
      throw imageError("credentials-unreadable", `Cannot read "${path}": it is too large`);
    }
    return readJson(Deno.readFileSync(path), `"${path}"`);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound || cause instanceof Deno.errors.NotADirectory) {
      return undefined;
    }
    if (cause instanceof Deno.errors.PermissionDenied || cause instanceof Deno.errors.NotCapable) {
      throw imageError("credentials-unreadable", `Cannot read "${path}": it is not readable`, {
        cause,
      });
    }
    throw cause;
  }
}

/**
 * Looks for the credentials of a repository.
 *
 * @param host The registry as the user writes it.
 * @param repository The repository.
 * @param env Reads the environment.
 * @returns What the first file that knows the registry says; undefined when none does.
 * @throws {BpfmanError} When a file or a helper cannot be used.
 */
export async function findCredentials(
  host: string,
  repository: string,
  env: Environment,
): Promise<Credentials | undefined> {
  const keys = keysOf(host, repository);
  for (const path of credentialFiles(env)) {
    const json = readFile(path);
    if (json === undefined) continue;
    const entry = findEntry(json["auths"], keys);
    const helper = findEntry(json["credHelpers"], keys) ?? json["credsStore"];
    const server = host === "docker.io" ? DOCKER_KEYS[0] ?? host : host;
    const found = typeof helper === "string" && helper !== ""
      ? await askHelper(helper, server) ?? fromEntry(entry, path)
      : fromEntry(entry, path);
    if (found !== undefined) return found;
  }
  return undefined;
}
