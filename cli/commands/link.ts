/**
 * Commands on links, as data.
 *
 * @module
 */
import type { CommandSpec, OptionSpec } from "../command.ts";
import {
  APPLICATION_FILTER,
  IGNORE_MISSING,
  LINK_ID,
  LINK_IDS,
  LIST_OUTPUT,
  METADATA_SELECTOR,
  PROGRAM_TYPE_FILTER,
  QUIET,
  SELECTOR,
  WIDE,
} from "../options.ts";
import { runLater } from "./run_later.ts";
import { POLICY } from "./trust_options.ts";
import { ENGINE, PRIORITY, PROCEED_ON } from "./place.ts";

/** Kinds that listed links must have. */
export const KIND_FILTER: OptionSpec<"linkKind"> = {
  name: "kind",
  type: "linkKind",
  placeholder: "KIND",
  summary: "Only of these kinds; comma list, may be repeated",
  repeat: true,
  isCommaList: true,
};

/** Program that listed links must belong to. */
export const PROGRAM_ID_FILTER: OptionSpec<"id"> = {
  name: "program-id",
  type: "id",
  placeholder: "PROGRAM-ID",
  summary: "Only of this program",
};

/** Another priority. */
export const NEW_PRIORITY: OptionSpec<"priority"> = {
  ...PRIORITY,
  isRequired: false,
  defaultText: "what it is",
};

/** Other results after which the next program runs. */
export const NEW_PROCEED_ON: OptionSpec<"proceedOn"> = {
  ...PROCEED_ON,
  defaultText: "what it is",
};

/** Another engine. */
export const NEW_ENGINE: OptionSpec<"engine"> = { ...ENGINE, defaultText: "what it is" };

const LIST_LINKS: CommandSpec = {
  id: "list-links",
  paths: ["list links", "link list", "link"],
  group: "Links",
  summary: "List links",
  description:
    "Lists the places where programs are attached, by id. Filters must all hold; those " +
    "on application, type and metadata look at the program that owns the link.",
  examples: [
    { comment: "List the links", command: "bpfman list links" },
    { comment: "Ids of the links of program 63", command: "bpfman list links --program-id 63 -q" },
  ],
  positionals: [],
  options: [
    QUIET,
    KIND_FILTER,
    PROGRAM_ID_FILTER,
    PROGRAM_TYPE_FILTER,
    APPLICATION_FILTER,
    METADATA_SELECTOR,
    SELECTOR,
    LIST_OUTPUT,
    WIDE,
  ],
  permissions: "list",
  load: runLater("../run/list_links.ts"),
};

const GET_LINK: CommandSpec = {
  id: "get-link",
  paths: ["get link", "link get"],
  group: "Links",
  summary: "Show one link",
  description: "Shows where a program is attached and whether the kernel still has the link.",
  examples: [{ comment: "Show link 7", command: "bpfman get link 7" }],
  positionals: [LINK_ID],
  options: [LIST_OUTPUT],
  permissions: "get",
  load: runLater("../run/get_link.ts"),
};

const DETACH: CommandSpec = {
  id: "detach",
  paths: ["detach", "link detach"],
  group: "Links",
  summary: "Detach links",
  description:
    "Cuts links from their hooks. The programs stay loaded. A failure with one id does " +
    "not keep the others from being done.",
  examples: [
    { comment: "Detach one link", command: "bpfman detach 7" },
    {
      comment: "Detach some that may be gone already",
      command: "bpfman detach 7 8 --ignore-missing",
    },
  ],
  positionals: [LINK_IDS],
  options: [IGNORE_MISSING, LIST_OUTPUT],
  permissions: "detach",
  load: runLater("../run/detach.ts"),
};

const UPDATE: CommandSpec = {
  id: "update-link",
  paths: ["link update"],
  group: "Links",
  summary: "Change the place of an XDP or TC link in its chain",
  description:
    "Changes priority, proceed-on or engine, and prints the link. The chain is swapped " +
    "as a whole: each packet meets the old one or the new one. The engine is that of the whole hook.",
  examples: [
    { comment: "Run link 7 behind those of priority 50", command: "bpfman link update 7 -p 60" },
    {
      comment: "Let the next program run also when link 7 drops",
      command: "bpfman link update 7 --proceed-on pass,drop",
    },
    {
      comment: "Run the hook of link 7 by another engine",
      command: "bpfman link update 7 --engine freplace",
    },
  ],
  positionals: [LINK_ID],
  options: [NEW_PRIORITY, NEW_PROCEED_ON, NEW_ENGINE, POLICY, LIST_OUTPUT],
  permissions: "attach",
  load: runLater("../run/update_link.ts"),
};

/** Commands on links that exist. */
export const LINK_COMMANDS: readonly CommandSpec[] = [LIST_LINKS, GET_LINK, UPDATE, DETACH];
