/**
 * The class `service`: the unit of systemd of a name, or else the init script of that name.
 *
 * @module
 */
import { messageOf } from "../../../../metadata/message_of.ts";
import type { Ra } from "../contract.ts";
import { noScript } from "./lsb.ts";
import { rc, say } from "./result.ts";
import type { Systemd } from "./systemd.ts";

/** Makes the methods of the class from those of the other two. */
export function serviceClass(systemd: Systemd, lsb: Ra, scripts: string): Ra {
  /** Who has it; the reason if nobody does. */
  const holder = async (type: string): Promise<Ra | string> => {
    if (systemd.runs() && await systemd.has(type)) return systemd;
    const why = noScript(type, scripts);
    if (why === undefined) return lsb;
    return `${
      systemd.runs() ? `systemd has no unit "${type}"` : "systemd does not run here"
    }, and ${why}`;
  };
  return {
    async list() {
      const units = systemd.runs() ? await systemd.list() : [];
      const types = new Set([...units, ...await lsb.list()].map(({ type }) => type));
      return [...types].sort().map((type) => ({ type }));
    },
    async describe(agent) {
      const one = await holder(agent.type);
      if (typeof one === "string") throw new Error(one);
      return await one.describe(agent);
    },
    async run(operation) {
      let one: Ra | string;
      try {
        one = await holder(operation.agent.type);
      } catch (error) {
        return say(rc.error, messageOf(error));
      }
      return typeof one === "string" ? say(rc.notInstalled, one) : await one.run(operation);
    },
    async prepare(operation) {
      const one = await holder(operation.agent.type);
      if (typeof one === "string") return { why: one };
      return await one.prepare?.(operation) ?? { why: "it starts nothing" };
    },
    end: (operation) => lsb.end?.(operation),
    close: () => lsb.close(),
  };
}
