/**
 * A connection to a daemon of this machine's node, for as long as a command needs it.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import { messageOf } from "../../metadata/message_of.ts";
import type { Client } from "../runtime/client.ts";
import type { Io } from "./command.ts";
import { exit } from "./exit.ts";
import { NotTaken } from "../runtime/questions.ts";
import type { RefusalKind } from "../runtime/refusal_kind.ts";
import { nobodyAnswers } from "./node_sockets.ts";
import { reasonLines } from "./reason_lines.ts";

/**
 * Does something with the daemons behind a socket.
 *
 * @returns what `work` gives; `exit.disconnected` if no node answers there, `exit.unavailable` if a
 * daemon does not.
 */
export async function withNode(
  path: string,
  io: Io,
  work: (client: Client) => Promise<number>,
): Promise<number> {
  // Loaded only where it is needed: most commands ask nobody.
  const [{ connect }, { connectAsUser }] = await Promise.all([
    import("../runtime/client.ts"),
    import("./as_user.ts"),
  ]);
  try {
    await using client = await connect(path).catch((error: unknown) => {
      // It is its owner's. Others are let in elsewhere, if at all.
      if (!(error instanceof Deno.errors.PermissionDenied)) throw error;
      return connectAsUser(path);
    });
    return await work(client);
  } catch (error) {
    if (error instanceof Deno.errors.PermissionDenied) {
      io.err(reasonLines(messageOf(error)));
      return exit.permission;
    }
    if (isAbsent(error)) {
      io.err(nobodyAnswers(path));
      return exit.disconnected;
    }
    if (error instanceof NotTaken) {
      io.err([error.message]);
      return exitOf[error.kind];
    }
    if (!isSilent(error)) throw error;
    io.err([
      withCode("HA0004", `${messageOf(error)}. Fix: see ha status, and the log of the node`),
    ]);
    return exit.unavailable;
  }
}

/** How a command ends whose question a daemon did not take. */
const exitOf: Readonly<Record<RefusalKind, number>> = {
  unknown: exit.unavailable,
  misdirected: exit.permission,
  malformed: exit.badData,
  unsendable: exit.unavailable,
  unreachable: exit.unavailable,
};

/** Nobody listens: there is no such socket, or it is left from a node that was killed. */
export const isAbsent = (error: unknown): boolean =>
  error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory ||
  error instanceof Deno.errors.ConnectionRefused;

/** It did not answer in time, or ended before it could. */
const isSilent = (error: unknown): boolean =>
  error instanceof Deno.errors.TimedOut || error instanceof Deno.errors.ConnectionReset;
