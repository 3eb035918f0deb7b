/**
 * Isolation level `process`: a `deno run` child with exactly the permissions of its grant. It holds
 * authority, time, memory and crashes.
 *
 * @module
 */
import {
  type ChildOptions,
  denoFlags,
  fate,
  granted,
  killGroup,
  quietly,
  spawnDeno,
} from "./child.ts";
import { within } from "./clock.ts";
import { filePath } from "./found.ts";
import { encodeFrame, FrameReader } from "./frame.ts";
import { permissionNames } from "./grant.ts";
import type { Connect, Link, LinkEvents } from "./remote.ts";
import type { Order } from "./running.ts";

/** Milliseconds that the pipes of an ended child are read on; a grandchild may hold them. */
const drainMs = 100;

/** Characters of a line of standard error at most; longer ones are cut. */
const lineCharactersMax = 4_096;

/** Makes the way to start a plugin in a process. */
export function connectProcess(options: ChildOptions): Connect {
  return (order, events) => start(order, events, options);
}

function start(order: Order, events: LinkEvents, options: ChildOptions): Link {
  const { clock, limits, permissions } = order;
  const child = spawnDeno(
    [
      "run",
      ...denoFlags(options, limits.heapMiBMax),
      ...permissionFlags(order),
      filePath(new URL(import.meta.resolve("./boot_process.ts"))),
    ],
    options,
    limits.heapMiBMax + limits.memoryMiBMax,
    Object.assign({}, ...(permissions.env ?? []).map(granted)),
  );
  const writer = child.stdin.getWriter();
  const output = child.stdout.getReader();
  const errors = child.stderr.getReader();
  let unreadBytes = 0;
  let ended: Promise<void> | undefined;

  async function end(): Promise<void> {
    await killGroup(child, clock);
    // A grandchild that left the group may hold the pipes: they are let go, not waited for.
    await Promise.all([writer.abort(), output.cancel(), errors.cancel()].map(quietly));
  }

  const frames = readFrames(output, events.message)
    .catch((error: Error) => events.ended(`it broke the protocol: ${error.message}`));
  const lines = readLines(
    errors,
    (line) => events.message({ type: "log", level: "warning", text: line }),
  );
  void child.status.then(async (status) => {
    const drained = Promise.all([frames, lines]); // its last words
    await quietly(within(clock, drainMs, drained, () => new Error("its pipes are held")));
    events.ended(fate(status));
  });

  return {
    post(message) {
      const frame = encodeFrame(message);
      if (unreadBytes + frame.length > limits.unreadBytesMax) {
        throw new Error(`"${order.id}" does not read: ${unreadBytes} bytes wait for it`);
      }
      unreadBytes += frame.length;
      const written = () => void (unreadBytes -= frame.length);
      writer.write(frame).then(written, written); // a closed pipe is told by the output's end
    },
    end: () => ended ??= end(),
  };
}

/** The grant as flags. No secret is in it: configuration goes over the pipe. */
function permissionFlags({ id, permissions, code }: Order): string[] {
  const all = { ...permissions, read: [...permissions.read ?? [], ...code] };
  return permissionNames.flatMap((name) => {
    const entries = all[name] ?? [];
    const comma = entries.find((entry) => entry.includes(","));
    if (comma !== undefined) throw new Error(`"${id}": "${comma}" would be two permissions`);
    return entries.length > 0 ? [`--allow-${name}=${entries.join(",")}`] : [];
  });
}

/** Takes each frame of a stream until it ends. Throws when it makes no sense. */
export async function readFrames(
  output: ReadableStreamDefaultReader<Uint8Array>,
  take: (message: unknown) => void,
): Promise<void> {
  const frames = new FrameReader();
  for (;;) {
    const { value, done } = await output.read();
    if (done) return;
    for (const message of frames.take(value)) take(message);
  }
}

async function readLines(
  errors: ReadableStreamDefaultReader<Uint8Array>,
  take: (line: string) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  let kept = "";
  try {
    for (;;) {
      const { value, done } = await errors.read();
      const lines = (kept + decoder.decode(value, { stream: !done })).split("\n");
      kept = done ? "" : lines.pop() ?? "";
      if (kept.length > lineCharactersMax) lines.push(kept), kept = "";
      for (const line of lines) if (line !== "") take(line.slice(0, lineCharactersMax));
      if (done) return;
    }
  } catch { /* the reader was cancelled: the child is gone */ }
}
