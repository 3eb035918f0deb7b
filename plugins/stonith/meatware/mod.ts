/**
 * Fences with a person, who switches the node and confirms that with its name. What stood in the file
 * before the request is never taken for an answer to it.
 *
 * @module
 */
import { clip } from "../../../metadata/clip.ts";
import { messageOf } from "../../../metadata/message_of.ts";
import type { Plugin } from "../../../pils/plugin.ts";
import { bounded, pauseIn } from "../../handler/stonith/bounded.ts";
import type { FenceAction, FenceResult, Stonith } from "../../handler/stonith/contract.ts";
import { confirmationIn } from "./confirm.ts";
import type manifest from "./manifest.ts";

/** Milliseconds between two looks at the file. */
const lookMs = 200;
/** The part of the time that is waited. */
const timePart = 0.98;

const device: Plugin<typeof manifest, Stonith> = ({ hostlist, folder }, host) => {
  const [request, confirm] = [`${folder}/request`, `${folder}/confirm`];
  let pending: string | undefined;

  async function wait(action: FenceAction, node: string, timeoutMs: number): Promise<FenceResult> {
    const wanted = `${action} ${node}`;
    const { stamp } = await confirmationIn(confirm);
    await Deno.writeTextFile(request, `${wanted}\n`, { mode: 0o644 });
    const asked = `A PERSON MUST ACT: switch ${node} ${action}, and see that it is so. ` +
      `Then confirm: echo ${wanted} >${confirm}`;
    host.log("err", `${asked} (within ${Math.round(timeoutMs / 1_000)} s)`);
    return await bounded(timeoutMs * timePart, async (signal) => {
      while (!signal.aborted) {
        const now = await confirmationIn(confirm);
        if (now.stamp !== stamp && now.line === wanted) {
          return { ok: true, detail: `a person has confirmed "${wanted}" in ${confirm}` };
        }
        await pauseIn(lookMs, signal);
      }
      return { ok: false, detail: `nobody confirmed in time. ${asked}` };
    });
  }

  return {
    hosts: () => hostlist,
    async status() {
      try {
        await confirmationIn(confirm);
        return { ok: true, detail: `a person confirms in ${confirm}` };
      } catch (error) {
        return { ok: false, detail: messageOf(error) };
      }
    },
    async fence(action, node, timeoutMs) {
      if (!hostlist.includes(node)) {
        return { ok: false, detail: `"${clip(node, 255)}" is not one of ${hostlist.join(", ")}` };
      }
      if (pending !== undefined) {
        return { ok: false, detail: `a person is asked for "${pending}" already` };
      }
      pending = `${action} ${node}`;
      try {
        return await wait(action, node, timeoutMs);
      } catch (error) {
        return { ok: false, detail: messageOf(error) };
      } finally {
        pending = undefined;
        await Deno.remove(request).catch(() => {}); // there may be none
      }
    },
    close() {},
  };
};

export default device;
