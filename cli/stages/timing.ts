/**
 * What took how long, in words and for programs.
 *
 * @module
 */
import type { Phases } from "../../core/handover/types.ts";
import type { OutputFormat } from "../command.ts";
import type { LoaderTimes } from "./stage.ts";
import type { TimingJson } from "../schema/host.ts";

/** What was measured of one command. */
export interface CommandTimes extends LoaderTimes {
  /** Of the process that tells it. */
  readonly own: Phases;
}

/** Such as `12.3`. */
function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}

function sum(phases: Phases): number {
  return phases.reduce((total, [_, ms]) => total + ms, 0);
}

function line(name: string, value: string): string {
  return `  ${`${name}:`.padEnd(26)}${value}\n`;
}

function section(title: string, phases: Phases): string {
  if (phases.length === 0) return "";
  const rows = phases.map(([phase, ms]) => line(phase, `${round(ms)} ms`));
  return `${title}: ${round(sum(phases))} ms\n${rows.join("")}`;
}

function textOf({ phases, own, capabilities }: CommandTimes): string {
  const held = capabilities.map(({ capability, heldMs, times }) =>
    line(capability, `${round(heldMs)} ms in ${times} ${times === 1 ? "window" : "windows"}`)
  );
  const isSplit = phases.start.length > 0;
  return [
    section("Before the jail, all privileges", phases.start),
    section("Front, no privilege", phases.front),
    section(isSplit ? "Loader, in the jail" : "Command", own),
    held.length === 0 ? "" : `Privileges in effect in the loader\n${held.join("")}`,
  ].join("");
}

function jsonOf({ phases, own, capabilities }: CommandTimes): string {
  const list = (some: Phases) => some.map(([phase, ms]) => ({ phase, ms: round(ms) }));
  const timing: TimingJson["timing"] = {
    start: list(phases.start),
    front: list(phases.front),
    loader: list(own),
    capabilities: capabilities.map(({ capability, heldMs, times }) => ({
      capability,
      held_ms: round(heldMs),
      times,
    })),
  };
  return `${JSON.stringify({ timing })}\n`;
}

/** The text for standard error. */
export function timingText(times: CommandTimes, format: OutputFormat): string {
  return format === "json" ? jsonOf(times) : textOf(times);
}
