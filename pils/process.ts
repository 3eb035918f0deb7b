/**
 * Isolation level `process`: a `deno run` child with exactly the permissions of its grant. It
 * confines authority, time, memory and crashes.
 *
 * @module
 */
import { ByteReader } from "../metadata/byte_reader.ts";
import { messageOf } from "../metadata/message_of.ts";
import { denoFlags, fate, killGroup, spawnDeno, variable } from "./child.ts";
import { filePath } from "./found.ts";
import { encodeFrame, FrameReader } from "./frame.ts";
import { frameTypes, isOfType } from "./message.ts";
import { Meter } from "./meter.ts";
import { permissionNames } from "./manifest.ts";
import type { Link, LinkEvents } from "./life.ts";
import { type Order, whileStarting } from "./running.ts";
import { quietly, within } from "../metadata/within.ts";

/** Milliseconds that the pipes of an ended child are read on; a grandchild may hold them. */
const drainMs = 100;

/** Maximum characters of a line of standard error; longer ones are truncated. */
const lineCharactersMax = 4_096;

/** Starts a process for a plugin. */
export function connectProcess(order: Order, events: LinkEvents): Link {
  const { id, limits, permissions, child: options } = order;
  const boot = filePath(new URL(import.meta.resolve("./boot_process.ts")));
  const child = spawnDeno(
    ["run", ...denoFlags(options, limits.heapMiBMax), ...permissionFlags(order), boot],
    options,
    limits.heapMiBMax + limits.memoryMiBMax,
    Object.assign({}, ...(permissions.env ?? []).map(variable)),
  );
  const writer = child.stdin.getWriter();
  const output = new ByteReader(child.stdout);
  const errors = new ByteReader(child.stderr);
  let unreadBytes = 0;

  const meter = new Meter(limits);
  const frames = readFrames(output, events, meter)
    .catch((error) => events.ended(`it broke the protocol: ${messageOf(error)}`));
  const lines = quietly(readLines(errors, events, meter));
  void child.status.then(async (status) => {
    const drained = Promise.all([frames, lines]); // its last messages
    await quietly(within(drainMs, drained, () => new Error("others hold its pipes")));
    events.ended(fate(status));
  });

  return {
    post(message) {
      const frame = encodeFrame(message);
      if (unreadBytes + frame.length > limits.unreadBytesMax) {
        throw new Error(`"${id}" does not read its input: ${unreadBytes} bytes wait`);
      }
      unreadBytes += frame.length;
      const written = () => void (unreadBytes -= frame.length);
      writer.write(frame).then(written, written); // the end of the output reports a closed pipe
    },
    async end() {
      await killGroup(child);
      // A grandchild that left the group may hold the pipes: they are closed without waiting.
      await Promise.all([writer.abort(), output.cancel(), errors.cancel()].map(quietly));
    },
  };
}

/** The grant as flags. They contain no secret: configuration goes over the pipe. */
function permissionFlags(order: Order): string[] {
  const granted = whileStarting(order);
  return permissionNames.flatMap((name) => {
    const entries = granted[name] ?? [];
    const comma = entries.find((entry) => entry.includes(","));
    if (comma !== undefined) throw new Error(`"${order.id}": "${comma}" would be two permissions`);
    return entries.length > 0 ? [`--allow-${name}=${entries.join(",")}`] : [];
  });
}

/**
 * Processes each frame of a stream until it ends or exceeds a limit. Throws if a frame is invalid.
 */
async function readFrames(output: ByteReader, events: LinkEvents, meter: Meter): Promise<void> {
  const frames = new FrameReader(frameTypes);
  for (let chunk; (chunk = await output.read()) !== undefined;) {
    let [begun, bytes] = [performance.now(), chunk.length];
    for (const [type, message] of frames.take(chunk)) {
      if (!isOfType(message, type)) throw new TypeError(`a frame of type ${type} holds another`);
      events.message(message);
      const tooMuch = meter.read(bytes, 1, begun);
      if (tooMuch !== undefined) return events.flooded(tooMuch);
      [begun, bytes] = [performance.now(), 0];
    }
    const tooMuch = meter.read(bytes, 0, begun);
    if (tooMuch !== undefined) return events.flooded(tooMuch);
  }
}

/** Writes each line of standard error to the log. */
async function readLines(errors: ByteReader, events: LinkEvents, meter: Meter): Promise<void> {
  const take = (line: string) =>
    events.message({
      type: "log",
      level: "warning",
      text: line.slice(0, lineCharactersMax),
    });
  const decoder = new TextDecoder();
  let [kept, isCut] = ["", false]; // isCut: the rest of a line that was processed already
  for (let done = false; !done;) {
    const chunk = await errors.read();
    const begun = performance.now();
    done = chunk === undefined;
    const lines = (kept + decoder.decode(chunk, { stream: !done })).split("\n");
    kept = done ? "" : lines.pop() ?? "";
    for (const line of lines) {
      if (line !== "" && !isCut) take(line);
      isCut = false;
    }
    if (kept.length >= lineCharactersMax) {
      if (!isCut) take(kept);
      [kept, isCut] = ["", true];
    }
    const tooMuch = meter.read(chunk?.length ?? 0, 0, begun);
    if (tooMuch !== undefined) return events.flooded(tooMuch);
  }
}
