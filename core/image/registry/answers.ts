/**
 * What registries say when they do not do what they were asked.
 *
 * @module
 */
import type { BpfmanError } from "../../errors.ts";
import { isObject } from "../documents.ts";
import { imageError } from "../errors.ts";
import { readBody } from "./body.ts";

const ERROR_LIMIT = 64 * 1024;
const SHOWN_LENGTH = 300;

/** The codes and words of an error's body; the body may be anything. */
function readWords(text: string): string {
  try {
    const json: unknown = JSON.parse(text);
    if (!isObject(json) || !Array.isArray(json["errors"])) return "";
    return json["errors"].filter(isObject).map(({ code, message }) =>
      [code, message].filter((word) => typeof word === "string" && word !== "").join(": ")
    ).join("; ");
  } catch {
    return "";
  }
}

/** Text of others on one line, without what a terminal would obey. */
function plain(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/[\x00-\x1f\x7f-\x9f]+/g, " ").slice(0, SHOWN_LENGTH).trim();
}

/**
 * Makes the error of an answer, whose body is read.
 *
 * @param response The answer.
 * @param action What was tried, such as `Cannot pull "quay.io/net/xdp:v1"`.
 */
export async function answerError(response: Response, action: string): Promise<BpfmanError> {
  const { status } = response;
  let words = "";
  try {
    const options = { limit: ERROR_LIMIT, what: "the error" };
    words = readWords(new TextDecoder().decode(await readBody(response, options)));
  } catch {
    // the status says enough
  }
  const said = words === "" ? `status ${status}` : `status ${status}, ${plain(words)}`;
  const message = `${action}: the registry answers ${said}`;
  if (status === 404) return imageError("image-not-found", message);
  if (status === 401 || status === 403) {
    return imageError("registry-denied", message, {
      hint: 'Log in with "podman login", or give --registry-auth',
    });
  }
  if (status === 429) return imageError("registry-busy", message, { hint: "Try again later" });
  return imageError("registry-failed", message);
}

/** The address of the next page in a `Link` header. */
export function nextPage(header: string | null, url: string): string | undefined {
  const target = /<([^>]+)>\s*;[^,]*\brel="?next"?/i.exec(header ?? "")?.[1];
  return target === undefined || !URL.canParse(target, url) ? undefined : new URL(target, url).href;
}
