/**
 * Fences with a program:
 *
 *     PROGRAM off NODE       switches it off; PROGRAM on NODE switches it on
 *     PROGRAM status NODE    prints "on" or "off"
 *
 * What the program says when it switches is not believed: `off` is confirmed only if `status` prints
 * "off" afterwards.
 *
 * @module
 */
import { messageOf } from "../../../../../metadata/message_of.ts";
import type { Plugin } from "../../../../../pils/plugin.ts";
import type { Stonith } from "../../contract.ts";
import type manifest from "./manifest.ts";

/** Milliseconds that a question without consequences may take. */
const askMs = 5_000;
/** Characters of what it says that are shown. */
const detailCharactersMax = 1_000;

const device: Plugin<typeof manifest, Stonith> = ({ program, hostlist }) => {
  /** What it prints. */
  async function run(word: string, host: string, timeoutMs: number): Promise<string> {
    const leftMs = Math.max(1, timeoutMs);
    const { success, code, stdout, stderr } = await new Deno.Command(program, {
      args: [word, host],
      clearEnv: true,
      env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      signal: AbortSignal.timeout(leftMs),
    }).output();
    const [said, complained] = [stdout, stderr].map((one) => new TextDecoder().decode(one).trim());
    if (!success) throw new Error(`${word} ${host} ended with code ${code}: ${complained || said}`);
    return said ?? "";
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
        const said = (await run("status", host, askMs)).slice(0, detailCharactersMax);
        return { ok: /^(?:on|off)$/.test(said), detail: `the status of ${host} is "${said}"` };
      } catch (error) {
        return failed(error);
      }
    },
    async fence(action, host, timeoutMs) {
      if (!hostlist.includes(host)) {
        return { ok: false, detail: `"${host}" is not one of ${hostlist.join(", ")}` };
      }
      const until = performance.now() + timeoutMs;
      const power = action === "on" ? "on" : "off"; // off is enough: the node starts by itself
      try {
        await run(power, host, timeoutMs);
        const now = await run("status", host, until - performance.now());
        return {
          ok: now === power,
          detail: `the status of ${host} is "${now.slice(0, detailCharactersMax)}"`,
        };
      } catch (error) {
        return failed(error);
      }
    },
    close() {},
  };
};

export default device;
