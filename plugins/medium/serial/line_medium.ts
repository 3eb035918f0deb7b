/**
 * A medium that is a line: frames out of what it carries, and the line opened again after pauses when
 * it is gone.
 *
 * @module
 */
import type { Host } from "../../../pils/plugin.ts";
import type { Medium, MediumEvent } from "../../handler/medium/contract.ts";
import { troubles } from "../../handler/medium/troubles.ts";
import { FrameReader } from "./frames.ts";
import type { Line, LineSettings } from "./line.ts";
import { Pause } from "../../../metadata/pause.ts";
import { clearTimer, setTimer, type Timer } from "../../../metadata/timer.ts";

/** Bytes of one frame at most. */
export const frameBytesMax = 65_507;
/** Milliseconds of the line's time that may wait to be written; a single frame may always. */
const waitingMsMax = 2_000;
/** Milliseconds until a line that is gone is tried again. */
const againMs = 1_000;
/** Milliseconds of that pause at most: it doubles with each try that fails. */
const againMsMax = 8_000;

/** What is used of a line. */
export type OpenLine = Pick<Line, "waiting" | "ended" | "write" | "close">;

/** How lines come about. */
export interface Lines {
  /** Makes the device ready; fails with the reason. */
  setUp(): Promise<void>;
  open(take: (chunk: Uint8Array) => void): OpenLine;
}

/**
 * Makes the medium.
 *
 * @param pause between two tries, if it is not the usual one.
 */
export async function lineMedium(
  { device, baud }: Pick<LineSettings, "device" | "baud">,
  host: Host<MediumEvent>,
  { setUp, open: openLine }: Lines,
  pause = new Pause(againMs, againMsMax),
): Promise<Medium> {
  const trouble = troubles(host);
  let closed = false;
  let timer: Timer | undefined;
  let line: OpenLine | undefined;

  function open(): OpenLine {
    const frames = new FrameReader(frameBytesMax);
    const opened = openLine((chunk) => {
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
      setUp().then(
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

  await setUp();
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
}

/** Why a packet cannot be written to a line now. */
function unsendable(
  packet: Uint8Array,
  line: OpenLine | undefined,
  baud: number,
): string | undefined {
  if (packet.length > frameBytesMax) {
    return `a packet of ${packet.length} bytes is more than ${frameBytesMax}`;
  }
  if (line === undefined) return "the line has closed";
  const waitingMax = waitingMsMax * baud / 10_000;
  if (line.waiting === 0 || line.waiting + packet.length <= waitingMax) return undefined;
  return `more waits than ${baud} baud can carry in ${waitingMsMax} ms: a packet is dropped`;
}
