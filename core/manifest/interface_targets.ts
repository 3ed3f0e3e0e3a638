/**
 * Links of XDP, TC and TCX programs: which interfaces, and in which words.
 *
 * @module
 */
import type { AttachTarget, Direction } from "../types.ts";
import type { ExpandContext, ExpandedLink } from "./expand.ts";
import { expressionOf } from "./rules.ts";
import type { InterfaceLink, InterfaceSelector, ManifestPath, ManifestType } from "./types.ts";

/** What links run at that say nothing, as on a cluster. */
const DEFAULT_PRIORITY = 1000;

/** A link with its place. */
export interface PlacedInterfaceLink {
  readonly link: InterfaceLink;
  readonly path: ManifestPath;
  readonly type: ManifestType;
}

/** A result in our words: `ReDirect` is `redirect`, `DispatcherReturn` is `dispatcher_return`. */
export function actionWord(action: string): string {
  return action === "DispatcherReturn" ? "dispatcher_return" : action.toLowerCase();
}

function isAllowed(name: string, allowed: readonly string[]): boolean {
  return allowed.length === 0 ||
    allowed.some((text) => expressionOf(text)?.test(name) ?? text === name);
}

function discovered(
  config: NonNullable<InterfaceSelector["interfacesDiscoveryConfig"]>,
  path: ManifestPath,
  { host, refuse, warn }: ExpandContext,
): readonly string[] {
  const { interfaceAutoDiscovery, excludeInterfaces, allowedInterfaces = [] } = config;
  if (!interfaceAutoDiscovery) {
    refuse(path, "selects no interface: interfaceAutoDiscovery is not true");
    return [];
  }
  const names = host.interfaces.map(({ name }) => name)
    .filter((name) => !excludeInterfaces.includes(name) && isAllowed(name, allowedInterfaces));
  if (names.length === 0) warn(path, "selects none of the interfaces that are there");
  return names;
}

function primary(
  { primaryNodeInterface }: InterfaceSelector,
  path: ManifestPath,
  { host, refuse, warn }: ExpandContext,
): readonly string[] {
  if (primaryNodeInterface === false) {
    warn([...path, "primaryNodeInterface"], "false means the same as true, as on a cluster");
  }
  const names = host.interfaces.filter(({ hasDefaultRoute }) => hasDefaultRoute)
    .map(({ name }) => name);
  if (names.length === 0) {
    refuse([...path, "primaryNodeInterface"], "selects no interface: none has a default route");
  }
  return names;
}

function selected(
  link: InterfaceLink,
  at: ManifestPath,
  context: ExpandContext,
): readonly string[] {
  const path = [...at, "interfaceSelector"];
  const { interfaces, interfacesDiscoveryConfig } = link.interfaceSelector;
  if (interfacesDiscoveryConfig !== undefined) {
    return discovered(interfacesDiscoveryConfig, [...path, "interfacesDiscoveryConfig"], context);
  }
  if (interfaces === undefined) return primary(link.interfaceSelector, path, context);
  if (interfaces.length === 0) context.refuse([...path, "interfaces"], "selects no interface");
  return interfaces;
}

function directionOf({ direction }: InterfaceLink): Direction {
  return direction === "Egress" ? "egress" : "ingress";
}

function targetOf(link: InterfaceLink, type: ManifestType, name: string): AttachTarget {
  const { priority = DEFAULT_PRIORITY, netnsPath, proceedOn = [] } = link;
  const place = {
    interface: name,
    priority,
    ...(netnsPath === undefined ? {} : { netns: netnsPath }),
  };
  const words = proceedOn.map(actionWord);
  if (type === "XDP") return { kind: "xdp", ...place, proceedOn: words };
  const direction = directionOf(link);
  if (type === "TC") return { kind: "tc", ...place, direction, proceedOn: words };
  return { kind: "tcx", ...place, direction };
}

/** The places of a link: one for each interface that it selects. */
export function interfaceTargets(
  { link, path, type }: PlacedInterfaceLink,
  context: ExpandContext,
): ExpandedLink[] {
  return selected(link, path, context)
    .map((name) => ({ path, target: targetOf(link, type, name) }));
}
