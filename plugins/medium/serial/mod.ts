/**
 * Heartbeat's classic frames over a serial line, as heartbeat's `serial`.
 *
 * @module
 */
import type { Plugin } from "../../../pils/plugin.ts";
import type { Medium, MediumEvent } from "../../handler/medium/contract.ts";
import { troubles } from "../../handler/medium/troubles.ts";
import { FrameReader } from "./frames.ts";
import { Line, setUp } from "./line.ts";
import type manifest from "./manifest.ts";
import { Pause } from "../../../metadata/pause.ts";
import { clearTimer, setTimer, type Timer } from "../../../metadata/timer.ts";

/** Bytes of one frame at most. */
const frameBytesMax = 65_507;
/** Milliseconds of the line's time that may wait to be written; a single frame may always. */
const waitingMsMax = 2_000;
/** Milliseconds until a line that is gone is tried again. */
const againMs = 1_000;
/** Milliseconds of that pause at most: it doubles with each try that fails. */
const againMsMax = 8_000;

const serial: Plugin<typeof manifest, Medium, MediumEvent> = async (settings, host) => {
  const { device, baud } = settings;
  const trouble = troubles(host);
  let closed = false;
  const pause = new Pause(againMs, againMsMax);
  let timer: Timer | undefined;
  let line: Line | undefined;

  function open(): Line {
    const frames = new FrameReader(frameBytesMax);
    const opened = new Line(settings, (chunk) => {
      for (const bytes of frames.take(chunk)) {
        pause.over();
        host.emit({ type: "packet", bytes, from: device });
      }
    });
    void opened.ended.then(async (why) => {
      if (closed) return;
      trouble(why);
      line = undefined;
      await opened.close();
      again();
    });
    return opened;
  }

  function again(): void {
    if (closed) return;
    timer = setTimer(() => {
      setUp(settings).then(
        () => {
          if (!closed) line = open();
        },
        (error: Error) => {
          trouble(error.message);
          again();
        },
      );
    }, pause.nextMs());
  }

  await setUp(settings);
  line = open();
  return {
    send(packet) {
      const why = unsendable(packet, line, baud);
      if (why === undefined) line?.write(packet);
      else trouble(why);
    },
    describe: () => ({ link: device, mtuBytes: frameBytesMax, type: "cluster", text: true }),
    async close() {
      closed = true;
      clearTimer(timer);
      await line?.close();
    },
  };
};

export default serial;

/** Why a packet cannot be written to a line now. */
function unsendable(packet: Uint8Array, line: Line | undefined, baud: number): string | undefined {
  if (packet.length > frameBytesMax) {
    return `a packet of ${packet.length} bytes is more than ${frameBytesMax}`;
  }
  if (line === undefined) return "the line has closed";
  const waitingMax = waitingMsMax * baud / 10_000;
  if (line.waiting === 0 || line.waiting + packet.length <= waitingMax) return undefined;
  return `more waits than ${baud} baud can carry in ${waitingMsMax} ms: a packet is dropped`;
}
