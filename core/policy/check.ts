/**
 * Finds in a policy what is allowed there and yet cannot mean what it says.
 *
 * @module
 */
import { isDigest } from "../image/reference.ts";
import type { LoadedPolicy, Requirement, ScopeRule } from "./types.ts";

/** What a check may look at besides the policy. */
export interface PolicySurroundings {
  hasUser(user: string | number): boolean;
  hasGroup(group: string | number): boolean;
  /** Why a key cannot be used; undefined when it can. */
  keyProblem(key: string): string | undefined;
  /** Why a trusted root cannot be used; undefined when it can. */
  rootProblem(path: string): string | undefined;
}

/** One thing that is most likely wrong. */
export interface PolicyWarning {
  /** Line of it, 0 when it is not known. */
  readonly line: number;
  readonly message: string;
}

type Path = readonly (string | number)[];
type Warn = (path: Path, message: string) => void;

/** Why no image can have a scope; undefined when one can. */
function imageScopeProblem(scope: string): string | undefined {
  const at = scope.indexOf("@");
  const name = at < 0 ? scope : scope.slice(0, at);
  const [host = "", ...rest] = name.split("/");
  if (at >= 0 && !isDigest(scope.slice(at + 1))) return `"${scope.slice(at + 1)}" is no digest`;
  if (at >= 0 && rest.length === 0) return "a digest stands behind a whole repository";
  if (scope.includes("://")) return "names of images have no scheme";
  if (/[*?\s]/.test(scope)) return "scopes are whole parts of names and no patterns";
  if (!/[.:]/.test(host) && host !== "localhost") {
    return `it begins with no registry; complete names do, such as docker.io/${name}`;
  }
  if (rest.join("/").includes(":")) return "scopes have no tags: only a digest says what is meant";
  if (rest.join("/") !== rest.join("/").toLowerCase()) return "repositories are in lower case";
  return undefined;
}

function scopeProblem(scope: string): string | undefined {
  const path = /^(?:file|oci):(.*)$/s.exec(scope)?.[1];
  if (path === undefined) return imageScopeProblem(scope);
  if (path === "" || path === "/") return undefined;
  if (!path.startsWith("/")) return "its path is not absolute";
  const isCanonical = !/\/\.{0,2}(\/|$)/.test(path.replace(/(.)\/$/, "$1"));
  return isCanonical ? undefined : "its path has parts such as //, /./ or /../";
}

function checkRequirement(
  { keys = [], identities = [] }: Requirement,
  path: Path,
  surroundings: PolicySurroundings,
  warn: Warn,
): void {
  if (keys.length === 0 && identities.length === 0) {
    warn(path, "it names neither keys nor identities, so that nothing can fulfil it");
  }
  for (const [at, key] of keys.entries()) {
    const problem = surroundings.keyProblem(key);
    if (problem !== undefined) warn([...path, "keys", at], problem);
  }
  for (const [at, rule] of identities.entries()) {
    const hasSubject = rule.subject !== undefined || rule.subjectPattern !== undefined;
    const hasIssuer = rule.issuer !== undefined || rule.issuerPattern !== undefined;
    if (hasSubject && hasIssuer) continue;
    const lacking = hasSubject ? "issuer" : "subject";
    warn([...path, "identities", at], `it has no ${lacking}, and so stands for nobody`);
  }
}

function checkSubjects(
  { subjects }: ScopeRule,
  path: Path,
  surroundings: PolicySurroundings,
  warn: Warn,
): void {
  if (subjects === undefined) return;
  const { users = [], groups = [], serviceAccounts = [] } = subjects;
  for (const [at, user] of users.entries()) {
    if (surroundings.hasUser(user)) continue;
    warn([...path, "users", at], `there is no user ${JSON.stringify(user)}`);
  }
  for (const [at, group] of groups.entries()) {
    if (surroundings.hasGroup(group)) continue;
    warn([...path, "groups", at], `there is no group ${JSON.stringify(group)}`);
  }
  for (const [at, account] of serviceAccounts.entries()) {
    if (/^[a-z0-9-]+\/[a-z0-9.-]+$/.test(account)) continue;
    warn([...path, "serviceAccounts", at], `"${account}" is not NAMESPACE/NAME`);
  }
  if (users.length + groups.length + serviceAccounts.length === 0) {
    warn(path, "it names nobody, so that not even root may");
  }
}

function checkRule(
  rule: ScopeRule,
  path: Path,
  surroundings: PolicySurroundings,
  warn: Warn,
): void {
  const { action, require = [], programs, attach } = rule;
  if (action === "reject" && require.length > 0) {
    warn([...path, "require"], "it means nothing, as everything is rejected");
  }
  for (const [at, one] of require.entries()) {
    checkRequirement(one, [...path, "require", at], surroundings, warn);
  }
  checkSubjects(rule, [...path, "subjects"], surroundings, warn);
  if (programs?.types?.length === 0) {
    warn([...path, "programs", "types"], "it is empty, so that no program is allowed");
  }
  const [least, greatest] = attach?.priorities ?? [0, 0];
  if (least > greatest) {
    warn([...path, "attach", "priorities"], `${least} is greater than ${greatest}`);
  }
}

/**
 * Checks a policy.
 *
 * @param loaded The policy.
 * @param surroundings Users, groups and files of this machine.
 * @returns Warnings in the order of the policy.
 */
export function checkPolicy(
  loaded: LoadedPolicy,
  surroundings: PolicySurroundings,
): PolicyWarning[] {
  const warnings: PolicyWarning[] = [];
  const warn: Warn = (path, message) => {
    const name = path.map((part) => typeof part === "number" ? `[${part}]` : `.${part}`).join("");
    warnings.push({
      line: loaded.lineOf(path),
      message: `${name.replace(/^\./, "")}: ${message}`,
    });
  };
  const { default: rest, scopes = {}, trustedRoots = [] } = loaded.policy;
  if (rest !== undefined) checkRule(rest, ["default"], surroundings, warn);
  for (const [scope, rule] of Object.entries(scopes)) {
    const problem = scopeProblem(scope);
    if (problem !== undefined) warn(["scopes", scope], `nothing is in this scope: ${problem}`);
    checkRule(rule, ["scopes", scope], surroundings, warn);
  }
  for (const [at, path] of trustedRoots.entries()) {
    const problem = surroundings.rootProblem(path);
    if (problem !== undefined) warn(["trustedRoots", at], problem);
  }
  return warnings;
}
