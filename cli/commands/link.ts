/**
 * Commands on links, as data.
 *
 * @module
 */
import { runLater } from "./run_later.ts";
import type { CommandSpec, OptionSpec } from "../command.ts";
import {
  APPLICATION_FILTER,
  IGNORE_MISSING,
  LINK_ID,
  LINK_IDS,
  METADATA_SELECTOR,
  OUTPUT,
  PROGRAM_TYPE_FILTER,
  QUIET,
  SELECTOR,
} from "../options.ts";

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
    OUTPUT,
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
  options: [OUTPUT],
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
  options: [IGNORE_MISSING, OUTPUT],
  permissions: "detach",
  load: runLater("../run/detach.ts"),
};

/** Commands on links that exist. */
export const LINK_COMMANDS: readonly CommandSpec[] = [LIST_LINKS, GET_LINK, DETACH];
