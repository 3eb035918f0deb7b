/**
 * Fences with a switch that has an HTTP interface, one relay for each node:
 *
 *     GET  /relay/NODE             -> {"power":"on"}
 *     POST /relay/NODE?power=off   -> {"power":"off"}
 *
 * Change `ask` into what your switch understands. `off` is confirmed only if the switch itself says
 * that the relay is off.
 *
 * @module
 */
import { messageOf } from "../../../../../metadata/message_of.ts";
import type { Plugin } from "../../../../../pils/plugin.ts";
import type { Stonith } from "../../contract.ts";
import type manifest from "./manifest.ts";

/** Milliseconds that a question without consequences may take. */
const askMs = 5_000;
/** Characters of an answer that are shown. */
const detailCharactersMax = 1_000;

const device: Plugin<typeof manifest, Stonith> = ({ address, port, tokenfile, hostlist }) => {
  const place = address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;

  async function ask(host: string, query: string, timeoutMs: number): Promise<string> {
    const token = tokenfile === undefined ? "" : (await Deno.readTextFile(tokenfile)).trim();
    const response = await fetch(`http://${place}/relay/${encodeURIComponent(host)}${query}`, {
      method: query === "" ? "GET" : "POST",
      headers: token === "" ? {} : { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(timeoutMs),
    });
    const answer: { readonly power?: unknown; readonly error?: unknown } = await response.json();
    if (!response.ok) throw new Error(`the switch answers ${response.status}: ${answer.error}`);
    return String(answer.power);
  }
  const failed = (error: unknown) => ({
    ok: false,
    detail: messageOf(error).slice(0, detailCharactersMax),
  });

  return {
    hosts: () => hostlist,
    async status() {
      try {
        const [host = ""] = hostlist;
        return { ok: true, detail: `the relay of ${host} is ${await ask(host, "", askMs)}` };
      } catch (error) {
        return failed(error);
      }
    },
    async fence(action, host, timeoutMs) {
      if (!hostlist.includes(host)) {
        return { ok: false, detail: `"${host}" is not one of ${hostlist.join(", ")}` };
      }
      const power = action === "on" ? "on" : "off"; // off is enough: the node starts by itself
      try {
        const now = await ask(host, `?power=${power}`, timeoutMs);
        return { ok: now === power, detail: `the switch says that ${host} is ${now}` };
      } catch (error) {
        return failed(error);
      }
    },
    close() {},
  };
};

export default device;
