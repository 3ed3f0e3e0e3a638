/**
 * Applications, plans and generations in JSON.
 *
 * @module
 */
import { DECISION_FIELDS, SIGNER, SOURCE } from "./policy.ts";
import {
  boolean,
  digest,
  either,
  type Infer,
  instant,
  integer,
  list,
  named,
  object,
  orNull,
  text,
  word,
} from "./shape.ts";
import {
  ENGINE_NAMES,
  LINK_ID,
  LINK_KIND,
  OBJECT_DIGEST,
  PROGRAM_ID,
  PROGRAM_TYPE,
} from "./words.ts";

const STEP = word(["keep", "load", "replace", "unload"], "What is done with the program");
const OWNER = text("Whose the application is");
const GENERATION = integer("Number of the generation, from 1", { min: 1 });
const NETNS = orNull(text("Path of the network namespace, null for the manager's own"));

const APPLIED_APPLICATION = named("AppliedApplication", {
  name: text("Name, or NAMESPACE/NAME"),
  generation: GENERATION,
  is_changed: boolean("True when something was done"),
  is_deleted: boolean("True when it was taken away"),
  owner: OWNER,
  object_digest: OBJECT_DIGEST,
  programs: list(
    object({
      name: text("C function name"),
      program_id: PROGRAM_ID,
      type: PROGRAM_TYPE,
      step: STEP,
    }, "A program"),
    "Programs as they are now",
  ),
  links: list(object({ link_id: LINK_ID, program_id: PROGRAM_ID }, "A link"), "Links"),
}, "An application that was applied");

/** What came of an apply. */
export const APPLIED = object({
  applications: list(APPLIED_APPLICATION, "In the order of the request"),
}, "What came of an apply");

const MAP_EFFECT = object({
  name: text("Full name"),
  fate: word(["kept", "shared", "created", "incompatible", "dropped", "unknown"], "What becomes"),
  reason: orNull(text("The first difference, or why it is not known")),
}, "What becomes of a map");

const PROGRAM_EFFECT = named("ProgramEffect", {
  step: STEP,
  name: text("C function name"),
  type: PROGRAM_TYPE,
  program_id: orNull(PROGRAM_ID),
  from_digest: orNull(text("Digest of the object that it was loaded from")),
  to_digest: orNull(text("Digest of the object that it is to run; null when it goes")),
  maps: list(MAP_EFFECT, "Its maps; none are told of programs that are kept"),
}, "What becomes of a program");

const LINK_EFFECT = named("LinkEffect", {
  step: word(["keep", "attach", "detach", "update"], "What is done with the link"),
  program: text("Program within the application"),
  kind: LINK_KIND,
  place: text("Where, in words"),
  netns: NETNS,
  link_id: orNull(LINK_ID),
  changes: list(text("Such as priority 50 -> 10"), "What changes"),
}, "What becomes of a link");

const VERDICT = object({
  ...DECISION_FIELDS,
  source: SOURCE,
  object_digest: orNull(OBJECT_DIGEST),
  signer: orNull(SIGNER),
  warnings: list(text("Warning"), "What the user should know"),
}, "What the policy says of its object, null when nothing is loaded");

const APPLICATION_EFFECT = named("ApplicationEffect", {
  name: text("Name, or NAMESPACE/NAME"),
  generation: GENERATION,
  last_generation: orNull(GENERATION),
  unchanged: boolean("True when nothing is done"),
  deleted: boolean("True when it is taken away"),
  owner: OWNER,
  verdict: orNull(VERDICT),
  programs: list(PROGRAM_EFFECT, "What becomes of its programs"),
  links: list(LINK_EFFECT, "What becomes of its links"),
  cut_by_hand: list(LINK_ID, "Links made by hand on programs that are unloaded, and so go too"),
}, "What is done for an application");

const CHAIN_PLACE = named("ChainPlace", {
  mark: word(["same", "new", "changed", "gone"], "What becomes of the place"),
  application: orNull(text("Application of the link, null for one made by hand")),
  program: text("C function name"),
  program_id: orNull(PROGRAM_ID),
  link_id: orNull(LINK_ID),
  priority: integer("Lower runs first", { min: -1 }),
  proceed_on: orNull(list(text("Result"), "Results after which the next program runs")),
  new_version: boolean("True when a new version takes this place"),
}, "A program's place in the order of a hook");

const CHAIN_EFFECT = named("ChainEffect", {
  kind: word(["xdp", "tc", "tcx", "netkit"], "Kind of its links"),
  interface: text("Name of the interface"),
  side: orNull(text("Direction or end, null for XDP")),
  netns: NETNS,
  engine: orNull(word(ENGINE_NAMES, "What runs it now, null where there is no chain")),
  before: list(CHAIN_PLACE, "In the order in which they run now"),
  after: list(CHAIN_PLACE, "In the order in which they will run"),
}, "A hook, before and after");

/** What an apply will do. */
export const PLAN = object({
  unchanged: boolean("True when nothing is to be done"),
  applications: list(APPLICATION_EFFECT, "In the order of the request"),
  chains: list(CHAIN_EFFECT, "Hooks whose programs or order change"),
  capabilities: list(text("Capability"), "Capabilities that the change needs"),
}, "What an apply will do");

const BYTECODE = either([
  object({
    kind: word(["image"], "An image"),
    url: text("Name of the image"),
    pullPolicy: word(["Always", "IfNotPresent", "Never"], "When the registry is asked"),
  }, "An image"),
  object({ kind: word(["file"], "A file"), path: text("Path of the file") }, "A file"),
], "Where the object comes from");

const GENERATION_ROW = named("Generation", {
  application: text("Name, or NAMESPACE/NAME"),
  generation: GENERATION,
  is_deleted: boolean("True when this generation took the application away"),
  owner: OWNER,
  created_at: instant("When it was applied"),
  created_by: text("Who applied it"),
  rollback_of: orNull(integer("The generation that was gone back to", { min: 1 })),
  digest: digest("Digest of the application as JSON"),
  object_digest: OBJECT_DIGEST,
  image: orNull(digest("Digest of the image, null for a file")),
  bytecode: BYTECODE,
  programs: list(
    object({
      name: text("C function name"),
      type: PROGRAM_TYPE,
      links: integer("Number of its links"),
    }, "A program"),
    "Programs of the application",
  ),
}, "A state of an application that was made");

/** Answer of `history`. */
export const HISTORY = object({ generations: list(GENERATION_ROW, "Generations") }, "Generations");

/** What came of an apply. */
export type AppliedJson = Infer<typeof APPLIED>;
/** An application that was applied. */
export type AppliedApplicationJson = Infer<typeof APPLIED_APPLICATION>;
/** What an apply will do. */
export type PlanJson = Infer<typeof PLAN>;
/** What becomes of a map. */
export type MapEffectJson = Infer<typeof MAP_EFFECT>;
/** What becomes of a program. */
export type ProgramEffectJson = Infer<typeof PROGRAM_EFFECT>;
/** What becomes of a link. */
export type LinkEffectJson = Infer<typeof LINK_EFFECT>;
/** What the policy says. */
export type VerdictJson = Infer<typeof VERDICT>;
/** What is done for an application. */
export type ApplicationEffectJson = Infer<typeof APPLICATION_EFFECT>;
/** A place in a chain. */
export type ChainPlaceJson = Infer<typeof CHAIN_PLACE>;
/** A hook, before and after. */
export type ChainEffectJson = Infer<typeof CHAIN_EFFECT>;
/** Generations. */
export type HistoryJson = Infer<typeof HISTORY>;
