/**
 * Sends blobs. Objects are small: one request opens the upload, one sends all bytes.
 *
 * @module
 */
import { imageError } from "../errors.ts";
import type { Descriptor } from "../types.ts";
import { answerError } from "./answers.ts";
import type { Session } from "./session.ts";

/** Uploads that are begun anew when one fails in the middle. */
const TRIES = 3;
/** Answers after which an upload can be begun anew. */
const LOST: readonly number[] = [404, 408, 416, 500, 502, 503, 504];

async function begin(session: Session, action: string): Promise<URL> {
  const { response, url } = await session.send({
    method: "POST",
    url: session.url("blobs/uploads/"),
    headers: { "content-length": "0" },
  }, "pull,push");
  if (response.status !== 202) throw await answerError(response, action);
  await response.body?.cancel();
  const location = response.headers.get("location");
  if (location === null || !URL.canParse(location, url)) {
    throw imageError("registry-failed", `${action}: the registry names no place for it`);
  }
  const place = new URL(location, url);
  if (url.startsWith("https:") && place.protocol !== "https:") {
    throw imageError("registry-redirect", `${action}: the place for it is not reached over https`);
  }
  return place;
}

/**
 * Sends a blob.
 *
 * @param session The repository.
 * @param descriptor What it is.
 * @param bytes The blob, compared with the descriptor before.
 * @throws {BpfmanError} When the registry does not take it.
 */
export async function uploadBlob(
  session: Session,
  { digest }: Descriptor,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const action = `Cannot push ${digest}`;
  for (let attempt = 1;; attempt++) {
    const place = await begin(session, action);
    place.searchParams.set("digest", digest);
    const { response } = await session.send({
      method: "PUT",
      url: place.href,
      headers: { "content-type": "application/octet-stream" },
      body: bytes,
      canRepeat: false,
    }, "pull,push");
    if (response.status === 201) return await response.body?.cancel();
    if (attempt >= TRIES || !LOST.includes(response.status)) {
      throw await answerError(response, action);
    }
    await response.body?.cancel();
  }
}
