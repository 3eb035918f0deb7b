/**
 * Speaks to the daemons of this node, as one more client of `cluster.sock`. It imports little, since
 * agents start it often.
 *
 * @module
 */
import { FrameReader, FrameWriter } from "../../runtime/frame.ts";
import type { Message } from "../../runtime/messages.ts";
import { type Rule, smallBytesMax } from "../../runtime/protocol.ts";
import { type Reader, Refusal } from "../../runtime/reader.ts";
import { readRequestRefused } from "../../runtime/request_refused.ts";
import { clearTimer, setTimer } from "../../../metadata/timer.ts";
import { Ending, exitCode } from "./exit_code.ts";

/** Milliseconds within which a daemon answers. A change for another node may take five seconds. */
export const answerMsMax = 20_000;

/** The connection of one call. */
export interface Node {
  /**
   * Sends a question with an id of its own, waits for the answer with that id, and reads it.
   *
   * @param rule of the question: what its receiver would drop is an error here. An agent that waited
   * for an answer that cannot come would exceed the timeout of its operation.
   * @throws {Ending} if there is none, or another one than expected.
   */
  ask<T>(
    service: string,
    rule: Rule,
    question: (id: string) => Message,
    read: Reader<T>,
  ): Promise<T>;
  close(): void;
}

/**
 * Connects. Needs read, write and net permission for the path.
 *
 * @throws {Ending} if no node runs there.
 */
export async function connect(path: string): Promise<Node> {
  let connection: Deno.Conn;
  try {
    connection = await Deno.connect({ transport: "unix", path });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Ending(exitCode.disconnected, `Could not connect to the cluster at ${path}: ${why}`);
  }
  const service = `client-compat-${Deno.pid}`;
  const writer = new FrameWriter();
  const waiting = new Map<string, (answer: unknown) => void>();
  const reader = new FrameReader({
    hello() {},
    envelope({ message }) {
      if (message.type !== "unread") return;
      const answer: unknown = JSON.parse(new TextDecoder().decode(message.json));
      if (typeof answer !== "object" || answer === null || !("id" in answer)) return;
      waiting.get(String(answer.id))?.(answer);
    },
  });
  const send = async () => {
    const bytes = writer.written.slice();
    writer.reset();
    for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
  };
  writer.hello(service, [service]);
  let end: (why: Ending) => void = () => {};
  const ended = new Promise<never>((_resolve, reject) => end = reject);
  ended.catch(() => {});
  const lost = (why: string) =>
    end(new Ending(exitCode.disconnected, `The connection to the cluster has ended: ${why}`));
  const deadline = setTimer(
    () => end(new Ending(exitCode.timeout, `No answer within ${answerMsMax} ms`)),
    answerMsMax,
  );
  void readAll(connection, reader).then(() => lost("closed"), (error) => lost(String(error)));
  let last = 0;
  return {
    async ask(to, rule, question, read) {
      const id = String(++last);
      const message = readableBy(rule, question(id));
      const why = writer.envelope({ to: { service: to }, from: { node: "", service }, message });
      if (why !== undefined) throw new Ending(exitCode.error, why);
      const answer = new Promise<unknown>((resolve) => waiting.set(id, resolve));
      await Promise.race([send(), ended]);
      return answerOf(message, to, await Promise.race([answer, ended]), read);
    },
    close() {
      clearTimer(deadline);
      connection.close();
    },
  };
}

/** @throws {Ending} if the question was refused, or the answer is another one than expected. */
function answerOf<T>(
  { type }: Message,
  to: string,
  said: unknown,
  read: Reader<T>,
): T {
  const refused = readRequestRefused(said);
  if (!(refused instanceof Refusal)) throw new Ending(exitCode.error, refused.error);
  const given = read(said);
  if (!(given instanceof Refusal)) return given;
  throw new Ending(exitCode.error, `The answer of ${to} to ${type} is wrong: ${given}`);
}

/**
 * A message as it is, if its receiver takes it.
 *
 * @throws {Ending} with what the receiver would not take.
 */
export function readableBy({ read, bytesMax = smallBytesMax }: Rule, message: Message): Message {
  const { length } = new TextEncoder().encode(JSON.stringify(message));
  if (length > bytesMax) {
    const why = `A request of ${length} bytes; limit ${bytesMax}`;
    throw new Ending(exitCode.usage, why);
  }
  const readable = read(message);
  if (readable instanceof Refusal) {
    throw new Ending(exitCode.usage, `Cannot ask for that: ${readable}`);
  }
  return message;
}

async function readAll(connection: Deno.Conn, reader: FrameReader): Promise<void> {
  for (;;) {
    const bytes = new Uint8Array(64 * 1024);
    const count = await connection.read(bytes);
    if (count === null) return;
    reader.push(bytes.subarray(0, count));
  }
}
