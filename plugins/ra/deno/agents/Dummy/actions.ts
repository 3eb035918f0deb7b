/**
 * What the Dummy agent does: it makes a file, looks for it, removes it.
 *
 * @module
 */
import { type Actions, rc } from "../../../../handler/ra/typescript/agent.ts";
import type manifest from "./manifest.ts";

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const actions: Actions<typeof manifest> = {
  async start({ state, op_sleep }) {
    await pause(op_sleep);
    await Deno.writeTextFile(state, "started\n", { mode: 0o600 });
    return rc.ok;
  },
  async stop({ state, op_sleep }) {
    await pause(op_sleep);
    await Deno.remove(state).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
    return rc.ok;
  },
  async monitor({ state, op_sleep }) {
    await pause(op_sleep);
    try {
      await Deno.lstat(state);
      return rc.ok;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return rc.notRunning;
      throw error;
    }
  },
};

export default actions;
