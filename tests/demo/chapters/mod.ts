/**
 * The chapters in their order. A new one is a file here and a line below; programs and links that it
 * makes with the stage are taken away by the last chapter and checked at the end.
 *
 * @module
 */
import type { Chapter } from "../chapter.ts";
import { chain } from "./chain.ts";
import { lookAround } from "./look_around.ts";
import { signatures } from "./signatures.ts";
import { takeAway } from "./take_away.ts";
import { tcx } from "./tcx.ts";
import { tracepoint } from "./tracepoint.ts";
import { xdp } from "./xdp.ts";

/** All chapters. */
export const CHAPTERS: readonly Chapter[] = [
  xdp,
  chain,
  tcx,
  tracepoint,
  signatures,
  lookAround,
  takeAway,
];
