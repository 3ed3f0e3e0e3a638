/**
 * The environment of the two processes: a short list of variables, and what they tell each other.
 * Whatever changes how programs are linked, run or debugged stays behind.
 *
 * @module
 */
import { findUser, realUid } from "../../core/users.ts";
import { BUILDER } from "../build_info.ts";

/** Which stage a process is at. */
const STAGE_VARIABLE = "BPFMAN_STAGE";
/** Process id of the front, for the loader. */
export const FRONT_VARIABLE = "BPFMAN_FRONT";
/** Process id of the loader, for the front. */
export const LOADER_VARIABLE = "BPFMAN_LOADER";
/** Capabilities that the loader was given. */
export const CAPABILITIES_VARIABLE = "BPFMAN_CAPABILITIES";
/** `none` where the jail has no Landlock, for commands about other processes. */
export const LANDLOCK_VARIABLE = "BPFMAN_LANDLOCK";
/** Path of the object file that was opened for the front, with links resolved. */
export const OBJECT_VARIABLE = "BPFMAN_OBJECT";
/** What the first process measured. */
export const PHASES_VARIABLE = "BPFMAN_PHASES";

/** Variables that the stages use among themselves. */
export const STAGE_ENVIRONMENT = [
  STAGE_VARIABLE,
  FRONT_VARIABLE,
  LOADER_VARIABLE,
  CAPABILITIES_VARIABLE,
  LANDLOCK_VARIABLE,
  OBJECT_VARIABLE,
  PHASES_VARIABLE,
] as const;

/** Variables that both processes keep: places, language, looks. */
const KEPT_BY_ALL = [
  "BPFMAN_SERVICE_ACCOUNT",
  "BPFMAN_CONFIG",
  "BPFMAN_DATA_DIR",
  "BPFMAN_DEBUG",
  "BPFMAN_LOCK_TIMEOUT",
  "BPFMAN_RUNTIME_DIR",
  "COLORTERM",
  "DENO_DIR",
  "HOME",
  "JSR_URL",
  "LANG",
  "LC_ALL",
  "NO_COLOR",
  "PKEXEC_UID",
  "SUDO_GID",
  "SUDO_UID",
  "SUDO_USER",
  "TERM",
  "TZ",
  "XDG_CACHE_HOME",
  "XDG_DATA_HOME",
] as const;

/** Variables of the network: credentials, proxies, authorities. The loader has no use for them. */
const KEPT_BY_FRONT = [
  "BPFMAN_REGISTRY_AUTH",
  "DENO_AUTH_TOKENS",
  "DENO_CERT",
  "DENO_TLS_CA_STORE",
  "DOCKER_CONFIG",
  "HTTPS_PROXY",
  "HTTP_PROXY",
  "NO_PROXY",
  "PATH",
  "REGISTRY_AUTH_FILE",
  "SOURCE_DATE_EPOCH",
  "SSL_CERT_DIR",
  "SSL_CERT_FILE",
  "XDG_CONFIG_HOME",
  "XDG_RUNTIME_DIR",
  "http_proxy",
  "https_proxy",
  "no_proxy",
] as const;

/**
 * Where permissions are baked in, Deno looks for the programs among them when it starts, and refuses
 * to start without a place to look at. The loader may start none.
 */
const KEPT_BY_PERMISSIONS: readonly string[] = BUILDER === "deno-compile" ? ["PATH"] : [];

/** Variables by name. */
export type Environment = Readonly<Record<string, string>>;

/** Understands the content of `/proc/self/environ`; of a name that is there twice, the first counts. */
export function parseEnvironment(text: string): Environment {
  const entries = text.split("\0").filter((line) => line.includes("=")).map((line) => {
    const end = line.indexOf("=");
    return [line.slice(0, end), line.slice(end + 1)] as const;
  });
  return Object.fromEntries(entries.reverse());
}

/**
 * The variables that stages keep, one by one: the kernel closes `/proc/self/environ` to a user whose
 * process has the privileges of its file.
 */
export function keptEnvironment(env: (name: string) => string | undefined): Environment {
  return Object.fromEntries([...KEPT_BY_ALL, ...KEPT_BY_FRONT].flatMap((name) => {
    const value = env(name);
    return value === undefined ? [] : [[name, value]];
  }));
}

/** The environment of a stage. */
export function environmentOf(
  stage: "front" | "loader",
  whole: Environment,
  more: Environment,
): Environment {
  const kept: readonly string[] = stage === "front"
    ? [...KEPT_BY_ALL, ...KEPT_BY_FRONT]
    : [...KEPT_BY_ALL, ...KEPT_BY_PERMISSIONS];
  const entries = kept.flatMap((name) => {
    const value = whole[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  // a process that is confined cannot ask whether there is a newer Deno, and shall not try
  return {
    ...Object.fromEntries(entries),
    DENO_NO_UPDATE_CHECK: "1",
    [STAGE_VARIABLE]: stage,
    ...more,
  };
}

/**
 * The home of a user, for whom a service manager set none.
 *
 * @param status Text of `/proc/self/status`.
 * @param passwd Text of `/etc/passwd`.
 */
export function homeInFiles(status: string, passwd: string): string | undefined {
  const uid = realUid(status);
  return uid === null ? undefined : findUser(passwd, uid)?.home;
}

/**
 * The directory in which Deno keeps modules, as Deno finds it.
 *
 * @param whole The environment.
 * @param findHome Finds the user's home where the environment does not tell it.
 */
export function denoDirectory(
  whole: Environment,
  findHome: () => string | undefined = () => undefined,
): string | undefined {
  const { DENO_DIR: named, XDG_CACHE_HOME: cache, HOME } = whole;
  if (named !== undefined && named !== "") return named;
  if (cache !== undefined && cache.startsWith("/")) return `${cache}/deno`;
  const home = HOME === undefined || HOME === "" ? findHome() : HOME;
  return home === undefined || home === "" ? undefined : `${home}/.cache/deno`;
}
