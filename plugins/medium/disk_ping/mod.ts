/**
 * A disk as a pseudo-member, in the place of heartbeat's `hbaping`: for each packet one block is read
 * from it, past every cache of this machine. Nothing is written.
 *
 * @module
 */
import type { Plugin } from "../../../pils/plugin.ts";
import type { Medium, MediumEvent } from "../../handler/medium/contract.ts";
import { troubles } from "../../handler/medium/troubles.ts";
import type manifest from "./manifest.ts";
import { clearTimer, setTimer, type Timer } from "../../../metadata/timer.ts";

/** Bytes of a packet at most: as on the other media, though nothing of it reaches the disk. */
const packetBytesMax = 65_507;
/** Bytes that are read: a block of every disk there is. */
const blockBytes = 4_096;
/** Characters of what the program says at most. */
const saidMax = 200;

const diskPing: Plugin<typeof manifest, Medium, MediumEvent> = ({ name, device }, host) => {
  const trouble = troubles(host);
  /** The reading under way: a disk that hangs hangs one program, not one for each packet. */
  let reading: { readonly child: Deno.ChildProcess; readonly done: Promise<void> } | undefined;
  let closed = false;

  async function read(child: Deno.ChildProcess): Promise<void> {
    const { success, stderr } = await child.output();
    reading = undefined;
    if (closed) return;
    if (success) host.emit({ type: "answered", member: name });
    else trouble(new TextDecoder().decode(stderr).trim().slice(0, saidMax));
  }

  return {
    send(packet) {
      if (packet.length > packetBytesMax) {
        trouble(`a packet of ${packet.length} bytes is more than ${packetBytesMax}`);
        return;
      }
      if (reading !== undefined) return;
      const child = new Deno.Command("/bin/dd", {
        args: [`if=${device}`, "of=/dev/null", `bs=${blockBytes}`, "count=1", "iflag=direct"]
          .concat("status=none"),
        clearEnv: true,
        stdin: "null",
        stdout: "null",
        stderr: "piped",
      }).spawn();
      reading = { child, done: read(child) };
    },
    describe: () => ({ link: name, mtuBytes: packetBytesMax, type: "ping" }),
    async close() {
      closed = true;
      if (reading === undefined) return;
      const { child, done } = reading;
      try {
        child.kill("SIGKILL");
      } catch { /* gone */ }
      // A program that waits for a dead disk cannot be killed: it is not waited for long.
      let timer: Timer | undefined;
      await Promise.race([
        done,
        new Promise<void>((resolve) => timer = setTimer(resolve, 1_000)),
      ]);
      clearTimer(timer);
    },
  };
};

export default diskPing;
