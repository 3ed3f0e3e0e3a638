/**
 * Programs in JSON.
 *
 * @module
 */
import { LINK, LINK_RECORD } from "./link.ts";
import {
  boolean,
  digest,
  type Infer,
  instant,
  integer,
  list,
  named,
  NULL,
  object,
  orNull,
  record,
  text,
  word,
} from "./shape.ts";
import { LINK_ID, METADATA, OBJECT_DIGEST, PROGRAM_ID, PROGRAM_TYPE } from "./words.ts";

const MAP_OWNER = orNull(integer("Program whose maps are shared, null when it has its own"));

const IMAGE_SOURCE = object({
  url: text("Name of the image, complete"),
  digest: digest("What the name stood for: an index or a manifest"),
  manifest_digest: digest("The manifest that the object came from"),
  pull_policy: word(["Always", "IfNotPresent", "Never"], "When the registry was to be asked"),
}, "The image that it came from, null for a file");

/** What is remembered of a program. */
const PROGRAM_RECORD = named("ProgramRecord", {
  program_id: PROGRAM_ID,
  load: object({
    object_path: text("Path of the kept copy of the object file"),
    source_path: orNull(text("Path as it was typed, null for an image")),
    program_name: text("C function name"),
    program_type: PROGRAM_TYPE,
    global_data: record(text("Raw bytes in base64"), "Global variables that were set, by name"),
    image_source: orNull(IMAGE_SOURCE),
    attach_func: orNull(text("Function or hook of fentry, fexit and lsm programs")),
    map_owner_id: MAP_OWNER,
    object_digest: OBJECT_DIGEST,
  }, "How it was loaded"),
  license: text("Licence of the object, empty when it has none"),
  gpl_compatible: boolean("True when the kernel takes the licence as compatible with the GPL"),
  handles: object({
    pin_path: text("Where the program is pinned"),
    map_pin_path: text("Folder of the pins of its maps"),
    map_owner_id: MAP_OWNER,
  }, "Where it is kept"),
  meta: object({
    name: text("C function name"),
    owner: text("Always empty"),
    description: text("Always empty"),
    metadata: METADATA,
  }, "What users say of it"),
  created_at: instant("When it was loaded"),
  updated_at: NULL,
}, "What is remembered of a program");

const KERNEL_PROGRAM = named("KernelProgram", {
  id: PROGRAM_ID,
  name: text("First 15 characters of the function's name"),
  program_type: text("Type in the kernel's words"),
  tag: text("The kernel's hash of the instructions: hex, 16 digits"),
  loaded_at: orNull(instant("When the kernel loaded it")),
  uid: integer("User who loaded it"),
  has_uid: boolean("Always true"),
  btf_id: integer("Id of its BTF, 0 for none"),
  has_btf_id: boolean("True when it has BTF"),
  map_ids: list(integer("The kernel's id of a map"), "Maps that it uses"),
  has_map_ids: boolean("Always true"),
  jited_size: integer("Bytes of machine code, 0 when it is not compiled"),
  xlated_size: integer("Bytes of translated instructions"),
  verified_insns: integer("Instructions that the verifier walked"),
  memlock: integer("Bytes of kernel memory that are charged, 0 when unknown"),
  has_memlock: boolean("True when memlock is known"),
  restricted: boolean("True when the kernel hides the instructions"),
}, "What the kernel says of a program");

const MAP = named("Map", {
  id: integer("The kernel's id of the map, 0 when unknown"),
  name: text("The kernel's name: the first 15 characters"),
  full_name: text("Whole name, where a pin tells it"),
  map_type: orNull(text("Type in the kernel's words, null when unknown")),
  key_size: integer("Bytes of a key"),
  value_size: integer("Bytes of a value"),
  max_entries: integer("Most entries"),
  flags: integer("Flags as the kernel numbers them"),
  btf_id: integer("Id of its BTF, 0 for none"),
  has_btf_id: boolean("True when it has BTF"),
  map_extra: integer("Extra word of some types"),
  has_map_extra: boolean("True when the extra word is set"),
  memlock: integer("Bytes of kernel memory that are charged, 0 when unknown"),
  has_memlock: boolean("True when memlock is known"),
  frozen: boolean("True when user space may not write it any more"),
  pin_path: text("Where it is pinned, empty for internal maps"),
  present: boolean("True when the pin exists"),
}, "A map of a program");

const STATS = object({
  runtime: integer("Nanoseconds spent running, while statistics were on"),
  run_count: integer("Runs, while statistics were on"),
  recursion_misses: integer("Runs that were left out because it would have entered itself"),
}, "Statistics, null after a load");

/** A program with what the kernel says of it. */
export const PROGRAM = named("Program", {
  record: PROGRAM_RECORD,
  status: object({
    kernel: orNull(KERNEL_PROGRAM),
    stats: orNull(STATS),
    prog_pin: text("Where the program is pinned"),
    map_dir: text("Folder of the pins of its maps"),
    bytecode: text("Path of the kept copy of the object file"),
    links: list(LINK_RECORD, "Its links, ascending by id"),
    maps: list(MAP, "Its maps"),
    map_used_by: list(PROGRAM_ID, "Programs that use its maps"),
    pinned: boolean("True when the pin exists"),
  }, "How the program is now"),
}, "A program with what the kernel says of it");

const HOLDER = object({
  pid: integer("Process id"),
  command: text("Short name of the process"),
}, "A process that holds the program open");

/** A row of a list. */
const PROGRAM_ROW = named("ProgramRow", {
  program_id: PROGRAM_ID,
  managed: boolean("True when this manager loaded it"),
  application: text("Application that it belongs to, empty for none"),
  type: text("Our word for the type, or the kernel's for programs of others"),
  function_name: text("C function name; the kernel's 15 characters for programs of others"),
  links: list(LINK_ID, "Its links"),
  record: orNull(PROGRAM_RECORD),
  kernel: orNull(KERNEL_PROGRAM),
  holders: list(HOLDER, "Processes that hold a program of others open"),
}, "A program of a list");

/** Answer of `load`. */
export const LOADED = object({
  programs: list(PROGRAM, "Programs, in the order of the request"),
}, "What was loaded");

/** Answer of `list programs`. */
export const PROGRAMS = object({ programs: list(PROGRAM_ROW, "Programs by id") }, "Programs");

/** Answer of `program replace`. */
export const REPLACED = object({
  replaced: integer("Id of the program that is gone"),
  program: PROGRAM,
}, "A new version that took the place of a program");

/** Answer of `run`. */
export const RAN = object(
  { program: PROGRAM, link: LINK },
  "A program that was loaded and attached",
);

/** Answer of `unload`. */
export const UNLOADED = object(
  { unloaded: list(PROGRAM_ID, "Programs that are gone") },
  "Unloaded",
);

/** Answer of `detach`. */
export const DETACHED = object({ detached: list(LINK_ID, "Links that are gone") }, "Detached");

/** Answer of `delete program`. */
export const PROGRAMS_DELETED = object({
  deleted: list(PROGRAM_ID, "Programs that are gone"),
}, "Deleted programs");

/** Answer of `delete link`. */
export const LINKS_DELETED = object({
  detached: list(LINK_ID, "Links that are gone"),
  deleted: list(PROGRAM_ID, "Programs that had no link left and are gone"),
}, "Deleted links");

/** What is remembered of a program. */
export type ProgramRecordJson = Infer<typeof PROGRAM_RECORD>;
/** What the kernel says of a program. */
export type KernelProgramJson = Infer<typeof KERNEL_PROGRAM>;
/** The image that a program came from. */
export type ImageSourceJson = Infer<typeof IMAGE_SOURCE>;
/** A map of a program. */
export type MapJson = Infer<typeof MAP>;
/** Statistics. */
export type StatsJson = Infer<typeof STATS>;
/** A program. */
export type ProgramJson = Infer<typeof PROGRAM>;
/** A row of a list. */
export type ProgramRowJson = Infer<typeof PROGRAM_ROW>;
