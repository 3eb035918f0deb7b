/**
 * Makes the path of the local socket free: a dead process's socket is removed, and a process that
 * still serves it keeps it. Two daemons on one path would both believe that they serve the node,
 * and the clients of the first would get no request.
 *
 * @module
 */
import { withCode } from "../../../metadata/code.ts";
import net from "node:net";
import { messageOf } from "../../../metadata/message_of.ts";
import type { Credentials } from "./state.ts";

/** Milliseconds that a server may take to answer; the kernel does it for one that is busy. */
const answerMs = 2_000;

/**
 * Needs net, read and write permission for the path.
 *
 * @param credentials asks the kernel who is at the other end; absent: this process may not ask.
 * @throws {Deno.errors.AddrInUse} if somebody serves it, or it cannot be found out.
 */
export async function claim(
  path: string,
  credentials?: (socket: net.Socket) => Credentials,
): Promise<void> {
  const answer = await knock(path, credentials);
  if (answer === "nobody") {
    await Deno.remove(path);
  } else if (answer !== "nothing") {
    throw new Deno.errors.AddrInUse(
      withCode(
        "HA5019",
        `Cannot serve local clients on "${path}": ${answer}. ` +
          "Fix: stop that process (the original's heartbeat, or a running daemon of this node), " +
          "or give this node its own run folder.",
      ),
    );
  }
}

/** Who is there: nothing at all, a socket that nobody serves, or in words why it must be left. */
function knock(
  path: string,
  credentials?: (socket: net.Socket) => Credentials,
): Promise<string> {
  return new Promise((resolve) => {
    const socket = net.connect(path);
    const over = (answer: string) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(answerMs, () => over(`its owner did not answer within ${answerMs} ms`));
    socket.on("connect", () => over(`${called(socket, credentials)} serves it already`));
    socket.on("error", (error: Error & { readonly code?: string }) => {
      if (error.code === "ENOENT") over("nothing");
      else if (error.code === "ECONNREFUSED") over("nobody");
      else over(`cannot find out whether a process serves it (${messageOf(error)})`);
    });
  });
}

function called(socket: net.Socket, credentials?: (socket: net.Socket) => Credentials): string {
  try {
    if (credentials === undefined) return "another process";
    const { pid, uid } = credentials(socket);
    return `process ${pid} of user ${uid}`;
  } catch {
    return "another process";
  }
}
