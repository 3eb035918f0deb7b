/**
 * Tells whether the web server answers, not merely whether its process lives.
 *
 * @module
 */
import { messageOf } from "../../../../../metadata/message_of.ts";
import { type Actions, rc } from "../../../../handler/ra/typescript/agent.ts";
import type manifest from "./manifest.ts";

/** Milliseconds the page may take. */
const answerMs = 5_000;

const actions: Actions<typeof manifest> = {
  async monitor({ address, port }) {
    const host = address.includes(":") ? `[${address}]` : address;
    try {
      const response = await fetch(`http://${host}:${port}/`, {
        signal: AbortSignal.timeout(answerMs),
      });
      await response.body?.cancel();
      if (response.ok) return rc.ok;
      console.error(`The page came with status ${response.status}`);
    } catch (error) {
      console.error(messageOf(error));
    }
    return rc.error;
  },
};

export default actions;
