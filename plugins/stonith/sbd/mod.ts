/**
 * Fences with the poison pill of sbd: a message in the node's slot on a shared disk. The sbd of the
 * node reads its slot and obeys; a node that cannot read its slot is reset by its watchdog. So `off`
 * is confirmed when the message has stood for the time that the disk's header says, on as many disks
 * as the node must be able to read.
 *
 * @module
 */
import { clip } from "../../../metadata/clip.ts";
import { messageOf } from "../../../metadata/message_of.ts";
import type { Plugin } from "../../../pils/plugin.ts";
import { bounded } from "../../handler/stonith/bounded.ts";
import type { FenceResult, Stonith } from "../../handler/stonith/contract.ts";
import { Disks, waitMsOf } from "./disks.ts";
import type manifest from "./manifest.ts";
import { send } from "./pill.ts";
import { unusable } from "../../handler/stonith/fault.ts";

/** Milliseconds of a status, and of the first look. */
const statusMs = 5_000;
/** Milliseconds of a fencing beside the waiting. */
const accessMs = 500;
/** Characters of a detail. */
const detailCharactersMax = 1_000;

const device: Plugin<typeof manifest, Stonith> = async ({ devices, hostlist, sender }) => {
  const disks = new Disks(devices);
  const hosts = () => hostlist ?? disks.named;

  // What the first look cannot do, `status` reports.
  await bounded(statusMs, (signal) => disks.look(signal)).catch(() => {});

  return {
    hosts,
    status: () =>
      answered(statusMs, async (signal) => {
        const reads = await disks.look(signal);
        const missing = hosts().filter((host) => !disks.named.includes(host.toLowerCase()));
        if (missing.length > 0) {
          throw unusable(`no slot for ${missing.join(", ")}`, "start sbd there");
        }
        return `${reads.length} of ${disks.count} disks; msgwait ${waitMsOf(reads) / 1_000} s; ` +
          `slots: ${disks.named.join(", ")}`;
      }),
    async fence(action, host, timeoutMs) {
      if (!hosts().includes(host)) {
        return { ok: false, detail: `"${host}" is not one of ${hosts().join(", ")}` };
      }
      if (action === "on") {
        return { ok: false, detail: "a message on a disk cannot switch a machine on" };
      }
      return await answered(timeoutMs - accessMs / 2, async (signal) => {
        const reads = await disks.look(signal);
        const waitMs = waitMsOf(reads);
        if (waitMs + accessMs > timeoutMs) {
          throw unusable(
            `the disk says to wait ${waitMs} ms, and the request allows ${timeoutMs} ms`,
            "raise the fencing timeout",
          );
        }
        const pill = { node: host, message: action === "off" ? "off" : "reset", sender } as const;
        return await send(reads, pill, { disks: disks.count, signal });
      });
    },
    close: () => disks.close(),
  };
};

/** The result of work, or why there is none. */
async function answered(
  ms: number,
  work: (signal: AbortSignal) => Promise<string>,
): Promise<FenceResult> {
  try {
    return { ok: true, detail: clip(await bounded(ms, work), detailCharactersMax) };
  } catch (error) {
    return { ok: false, detail: clip(messageOf(error), detailCharactersMax) };
  }
}

export default device;
