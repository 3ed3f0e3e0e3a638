/**
 * What a policy may hold, as data: the reader checks by it.
 *
 * @module
 */
import { ACTIONS, HELPER_CLASSES, POLICY_TYPES } from "./types.ts";

/** The shape of a value: what keys it has, or what it may be. */
export type Shape =
  | { readonly kind: "object"; readonly keys: Readonly<Record<string, Shape>> }
  | { readonly kind: "record"; readonly value: Shape }
  | { readonly kind: "list"; readonly item: Shape; readonly length?: number }
  | { readonly kind: "word"; readonly words: readonly string[] }
  | { readonly kind: "text" | "name" | "number" | "boolean" | "pattern" };

const TEXT: Shape = { kind: "text" };
const TEXTS: Shape = { kind: "list", item: TEXT };
const NAMES: Shape = { kind: "list", item: { kind: "name" } };

const SCOPE: Shape = {
  kind: "object",
  keys: {
    action: { kind: "word", words: ACTIONS },
    require: {
      kind: "list",
      item: {
        kind: "object",
        keys: {
          keys: TEXTS,
          identities: {
            kind: "list",
            item: {
              kind: "object",
              keys: {
                subject: TEXT,
                subjectPattern: { kind: "pattern" },
                issuer: TEXT,
                issuerPattern: { kind: "pattern" },
              },
            },
          },
          tlog: { kind: "boolean" },
          attestation: TEXT,
        },
      },
    },
    subjects: {
      kind: "object",
      keys: { users: NAMES, groups: NAMES, serviceAccounts: TEXTS },
    },
    programs: {
      kind: "object",
      keys: {
        types: { kind: "list", item: { kind: "word", words: POLICY_TYPES } },
        helpers: { kind: "list", item: { kind: "word", words: HELPER_CLASSES } },
        maxMapBytes: { kind: "number" },
      },
    },
    attach: {
      kind: "object",
      keys: {
        interfaces: TEXTS,
        netns: TEXTS,
        cgroups: TEXTS,
        targets: TEXTS,
        priorities: { kind: "list", item: { kind: "number" }, length: 2 },
      },
    },
  },
};

/** The shape of a policy. */
export const POLICY_SHAPE: Shape = {
  kind: "object",
  keys: {
    $schema: TEXT,
    default: SCOPE,
    scopes: { kind: "record", value: SCOPE },
    trustedRoots: TEXTS,
  },
};
