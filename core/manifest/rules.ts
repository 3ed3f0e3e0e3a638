/**
 * Rules that no shape can say: between several values, or in the grammar of a text.
 *
 * @module
 */
import { parseLocation } from "../image/reference.ts";
import { MEMBERS } from "./words.ts";
import type { InterfaceLink, ManifestPath, ManifestProgram, ManifestSpec } from "./types.ts";

/** Is told of each problem. */
export type Tell = (path: ManifestPath, message: string) => void;

/** The reason for which some work fails; undefined when it does not. */
function whyNot(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof Error) return error.message;
    throw error;
  }
}

/** The expression of `/…/`; undefined for a plain name. */
export function expressionOf(allowed: string): RegExp | undefined {
  const isExpression = allowed.length > 2 && allowed.startsWith("/") && allowed.endsWith("/");
  return isExpression ? new RegExp(allowed.slice(1, -1), "u") : undefined;
}

function checkNames(programs: readonly ManifestProgram[], tell: Tell): void {
  const first = new Map<string, number>();
  for (const [at, { name }] of programs.entries()) {
    const before = first.get(name);
    first.set(name, before ?? at);
    if (before === undefined) continue;
    tell(["spec", "programs", at, "name"], `"${name}" is programs[${before}] already`);
  }
}

function checkInterfaces(link: InterfaceLink, path: ManifestPath, tell: Tell): void {
  const { interfaceSelector, netnsPath } = link;
  const { interfaces, interfacesDiscoveryConfig } = interfaceSelector;
  const at = [...path, "interfaceSelector"];
  if (netnsPath !== undefined && interfaces === undefined) {
    tell([...path, "netnsPath"], "goes with interfaceSelector.interfaces only");
  }
  const allowed = interfacesDiscoveryConfig?.allowedInterfaces ?? [];
  for (const [index, text] of allowed.entries()) {
    const why = whyNot(() => expressionOf(text));
    if (why === undefined) continue;
    const where = [...at, "interfacesDiscoveryConfig", "allowedInterfaces", index];
    tell(where, `${JSON.stringify(text)} is no regular expression: ${why}`);
  }
}

/** The member of a program that is named like its type, and its path. */
function interfaceLinks(
  program: ManifestProgram,
  at: number,
): readonly { readonly link: InterfaceLink; readonly path: ManifestPath }[] {
  const { xdp, tc, tcx } = program;
  const config = xdp ?? tc ?? tcx;
  return (config?.links ?? []).map((link, index) => ({
    link,
    path: ["spec", "programs", at, MEMBERS[program.type], "links", index],
  }));
}

/**
 * Checks what is wanted, beyond its shape.
 *
 * @param spec What fits the shape.
 * @param tell Is told of each problem.
 */
export function checkRules(spec: ManifestSpec, tell: Tell): void {
  const { image } = spec.byteCode;
  const why = image === undefined ? undefined : whyNot(() => parseLocation(image.url));
  if (why !== undefined) tell(["spec", "byteCode", "image", "url"], why);
  checkNames(spec.programs, tell);
  for (const [at, program] of spec.programs.entries()) {
    for (const { link, path } of interfaceLinks(program, at)) checkInterfaces(link, path, tell);
  }
}
