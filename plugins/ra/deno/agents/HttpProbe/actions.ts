/**
 * Asks for the page, and says why an answer is none.
 *
 * @module
 */
import { messageOf } from "../../../../../metadata/message_of.ts";
import { type Actions, type Parameters, rc } from "../../../../handler/ra/typescript/agent.ts";
import type manifest from "./manifest.ts";

/** Bytes of an answer that are read: it may never end. */
const answerBytesMax = 64 * 1024;

/** Why the page is not good; undefined if it is. */
async function wrongWith(
  { url, status, text, answer, token }: Parameters<typeof manifest>,
): Promise<string | undefined> {
  try {
    const response = await fetch(url, {
      redirect: "manual",
      signal: AbortSignal.timeout(answer),
      ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
    });
    const body = await beginOf(response);
    if (response.status !== status) {
      return `it answers with status ${response.status}; expected ${status}`;
    }
    if (text !== undefined && !body.includes(text)) {
      return `"${text}" is not in the first ${answerBytesMax} bytes of the answer`;
    }
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

async function beginOf(response: Response): Promise<string> {
  let text = "";
  let bytes = 0;
  if (response.body === null) return text;
  const decoder = new TextDecoder();
  for await (const part of response.body) {
    text += decoder.decode(part, { stream: true });
    if ((bytes += part.length) >= answerBytesMax) break; // which cancels the rest
  }
  return text;
}

const actions: Actions<typeof manifest> = {
  async start(parameters) {
    const wrong = await wrongWith(parameters);
    if (wrong !== undefined) {
      console.error(`ocf-exit-reason:${parameters.url}: ${wrong}`);
      return rc.error;
    }
    await Deno.writeTextFile(parameters.state, "started\n", { mode: 0o600 });
    return rc.ok;
  },
  async stop({ state }) {
    await Deno.remove(state).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
    return rc.ok;
  },
  async monitor(parameters) {
    try {
      await Deno.lstat(parameters.state);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return rc.notRunning;
      throw error;
    }
    const wrong = await wrongWith(parameters);
    if (wrong === undefined) return rc.ok;
    console.error(`ocf-exit-reason:${parameters.url}: ${wrong}`);
    return rc.error;
  },
  "reload-agent": () => rc.ok,
};

export default actions;
