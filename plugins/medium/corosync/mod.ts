/**
 * Packets through a process group of Corosync: for those who have it, or whose cluster outgrows what
 * heartbeat itself carries.
 *
 * @module
 */
import type { Plugin } from "../../../pils/plugin.ts";
import type { Medium, MediumEvent } from "../../handler/medium/contract.ts";
import { troubles } from "../../handler/medium/troubles.ts";
import { Group } from "./group.ts";
import type manifest from "./manifest.ts";
import { Pause } from "../../../metadata/pause.ts";
import { clearTimer, setTimer, type Timer } from "../../../metadata/timer.ts";

/** Bytes of a packet at most, as on the other media; Corosync would carry more. */
const packetBytesMax = 65_507;
/** Milliseconds until a Corosync that is gone is looked for again. */
const againMs = 1_000;
/** Milliseconds of that pause at most: it doubles with each try that fails. */
const againMsMax = 8_000;

const corosync: Plugin<typeof manifest, Medium, MediumEvent> = async ({ name, library }, host) => {
  const trouble = troubles(host);
  let closed = false;
  const pause = new Pause(againMs, againMsMax);
  let timer: Timer | undefined;
  let joining: Promise<void> | undefined;
  let group: Group | undefined;

  async function join(): Promise<void> {
    const joined = await Group.join(
      library,
      name,
      (bytes, from) => {
        pause.over();
        host.emit({ type: "packet", bytes, from });
      },
    );
    if (closed) return await joined.close();
    group = joined;
    void joined.gone.then(async (why) => {
      if (closed) return;
      group = undefined;
      trouble(why);
      await joined.close();
      again();
    });
  }

  function again(): void {
    if (closed) return;
    timer = setTimer(() => {
      joining = join().catch((error: Error) => {
        trouble(error.message);
        again();
      });
    }, pause.nextMs());
  }

  await join();
  return {
    send(packet) {
      if (packet.length > packetBytesMax) {
        trouble(`a packet of ${packet.length} bytes is more than ${packetBytesMax}`);
        return;
      }
      const error = group?.send(packet);
      if (error === undefined) trouble("there is no connection to Corosync");
      else if (error < 0) trouble(`Corosync rejects the packet (${error})`);
    },
    describe: () => ({ link: name, mtuBytes: packetBytesMax, type: "cluster" }),
    async close() {
      closed = true;
      clearTimer(timer);
      await joining;
      await group?.close();
    },
  };
};

export default corosync;
