/**
 * What the Stateful agent does: it writes its role into a file, and reads it again.
 *
 * @module
 */
import { type Actions, type Outcome, rc } from "../../../../handler/ra/typescript/agent.ts";
import type manifest from "./manifest.ts";

type Role = "promoted" | "unpromoted";

/** The role in the file; undefined if there is none. */
async function roleIn(state: string): Promise<Role | undefined> {
  try {
    return (await Deno.readTextFile(state)).trim() === "promoted" ? "promoted" : "unpromoted";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

const write = (state: string, role: Role) =>
  Deno.writeTextFile(state, `${role}\n`, { mode: 0o600 });

const actions: Actions<typeof manifest> = {
  async start({ state, started }) {
    if (await roleIn(state) === undefined) await write(state, "unpromoted");
    return { rc: rc.ok, promotion: started };
  },
  async stop({ state }): Promise<Outcome> {
    await Deno.remove(state).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
    return { rc: rc.ok, promotion: null };
  },
  async promote({ state, promoted }) {
    if (await roleIn(state) === undefined) return rc.notRunning;
    await write(state, "promoted");
    return { rc: rc.ok, promotion: promoted };
  },
  async demote({ state, started }) {
    if (await roleIn(state) === undefined) return rc.notRunning;
    await write(state, "unpromoted");
    return { rc: rc.ok, promotion: started };
  },
  async monitor({ state, started, promoted }) {
    const role = await roleIn(state);
    if (role === undefined) return rc.notRunning;
    return role === "promoted"
      ? { rc: rc.promoted, promotion: promoted }
      : { rc: rc.ok, promotion: started };
  },
};

export default actions;
