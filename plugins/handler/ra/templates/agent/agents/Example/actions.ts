/**
 * What the cluster has the agent do. Each action is a process with the agent's own permissions. With a
 * service, `start` and `stop` are not needed, and `monitor` is asked only while its process lives.
 *
 * @module
 */
import { type Actions, rc } from "../../../../typescript/agent.ts";
import type manifest from "./manifest.ts";

/** Milliseconds that an answer may take. */
const answerMs = 5_000;

const actions: Actions<typeof manifest> = {
  async monitor({ address, port, token }) {
    const host = address.includes(":") ? `[${address}]` : address;
    try {
      const response = await fetch(`http://${host}:${port}/`, {
        signal: AbortSignal.timeout(answerMs),
        ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
      });
      await response.body?.cancel();
      if (response.ok) return rc.ok;
      console.error(`ocf-exit-reason:it answers with status ${response.status}`);
    } catch (error) {
      console.error(`ocf-exit-reason:it does not answer: ${error}`);
    }
    return rc.error;
  },
};

export default actions;
