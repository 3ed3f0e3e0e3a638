/**
 * What a dispatcher reads of its chain: its frozen configuration, in bpfman's layout.
 *
 * @module
 */
import type { ChainHook, ChainMember } from "../model.ts";
import { maskOf } from "../proceed_on.ts";

/** Programs that one dispatcher calls at most. */
export const SLOTS = 10;

/** First byte of an XDP dispatcher's configuration. */
const XDP_MAGIC = 236;
/** Version of an XDP dispatcher's configuration. */
const XDP_VERSION = 2;

/** Where the words of a configuration are, in bytes. */
interface ConfigurationLayout {
  readonly size: number;
  /** How many slots are called. */
  readonly count: number;
  readonly masks: number;
  readonly priorities: number;
}

const LAYOUTS: Readonly<Record<ChainHook["kind"], ConfigurationLayout>> = {
  xdp: { size: 124, count: 2, masks: 4, priorities: 44 },
  tc: { size: 84, count: 0, masks: 4, priorities: 44 },
};

/** Place of the word that says whether an XDP dispatcher takes packets in several parts. */
const XDP_FRAGS = 3;

/**
 * The bytes of a dispatcher's configuration.
 *
 * @param kind Kind of the chain.
 * @param members At most {@link SLOTS}, in the order in which they run.
 * @param hasFrags True when every member takes packets in several parts.
 */
export function configurationOf(
  kind: ChainHook["kind"],
  members: readonly Pick<ChainMember, "priority" | "proceedOn">[],
  hasFrags: boolean,
): Uint8Array {
  const layout = LAYOUTS[kind];
  const bytes = new Uint8Array(layout.size);
  const view = new DataView(bytes.buffer);
  if (kind === "xdp") {
    bytes.set([XDP_MAGIC, XDP_VERSION]);
    bytes[XDP_FRAGS] = hasFrags ? 1 : 0;
  }
  bytes[layout.count] = members.length;
  for (const [at, { priority, proceedOn }] of members.entries()) {
    view.setUint32(layout.masks + 4 * at, maskOf(kind, proceedOn), true);
    view.setUint32(layout.priorities + 4 * at, priority, true);
  }
  return bytes;
}
