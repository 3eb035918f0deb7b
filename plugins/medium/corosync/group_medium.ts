/**
 * A medium that is a process group: it joins, and joins again after pauses when the group is gone.
 *
 * @module
 */
import { Pause } from "../../../metadata/pause.ts";
import { clearTimer, setTimer, type Timer } from "../../../metadata/timer.ts";
import type { Host } from "../../../pils/plugin.ts";
import type { Medium, MediumEvent } from "../../handler/medium/contract.ts";
import { troubles } from "../../handler/medium/troubles.ts";
import type { Group, Take } from "./group.ts";

/** Bytes of a packet at most, as on the other media; Corosync would carry more. */
export const packetBytesMax = 65_507;
/** Milliseconds until a Corosync that is gone is looked for again. */
const againMs = 1_000;
/** Milliseconds of that pause at most: it doubles with each try that fails. */
const againMsMax = 8_000;

/** What is used of a member of a group. */
export type Joined = Pick<Group, "send" | "close" | "gone">;

/**
 * Makes the medium.
 *
 * @param join joins the group; fails with the reason.
 * @param pause between two tries, if it is not the usual one.
 */
export async function groupMedium(
  name: string,
  join: (take: Take) => Promise<Joined>,
  host: Host<MediumEvent>,
  pause = new Pause(againMs, againMsMax),
): Promise<Medium> {
  const trouble = troubles(host);
  let closed = false;
  let timer: Timer | undefined;
  let joining: Promise<void> | undefined;
  let group: Joined | undefined;

  async function enter(): Promise<void> {
    const joined = await join((bytes, from) => {
      pause.over();
      host.emit({ type: "packet", bytes, from });
    });
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
      joining = enter().catch((error: Error) => {
        trouble(error.message);
        again();
      });
    }, pause.nextMs());
  }

  await enter();
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
}
