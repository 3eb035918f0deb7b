/**
 * A connection to the node of another user: its own sockets are not this user's, but heartbeat lets in
 * those whom the node configuration names, to ask the cib and the history.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import { pause } from "../../metadata/timer.ts";
import { type Client, connect } from "../runtime/client.ts";
import { socketForUsers } from "./node_sockets.ts";

/** Tries to connect, and milliseconds between two. */
const triesMax = 4;
const againMs = 150;

/**
 * Connects where other users are let in.
 *
 * @param path the node's own socket.
 * @throws {Deno.errors.PermissionDenied} that says which right is missing.
 */
export async function connectAsUser(path: string): Promise<Client> {
  const { PermissionDenied, ConnectionReset } = Deno.errors;
  for (let tries = 1;; tries++) {
    try {
      return await connect(socketForUsers(path), undefined, true);
    } catch (error) {
      // Of those who may open the socket, heartbeat closes the connection of whom no rule names, and
      // of whom it has too many just now.
      if (error instanceof ConnectionReset && tries < triesMax) {
        await pause(againMs);
        continue;
      }
      if (error instanceof PermissionDenied || error instanceof ConnectionReset) {
        throw new PermissionDenied(mayNotConnect(path));
      }
      throw error;
    }
  }
}

const mayNotConnect = (path: string): string =>
  withCode(
    "HA0025",
    `This user may not connect to the node at ${path}. ` +
      "Fix: call it as the user of the node, or have a group of this user (see id) added to the node " +
      'configuration as "apiauth": [{ "client": "ha", "gids": [NUMBER] }], and restart the node',
  );

/** What a user is to know who sees the CIB and nothing of the daemons. */
export const seenAsUser: string = withCode(
  "HA0025",
  "This user may read the CIB of this node, and not ask its daemons: whether there is a quorum, and " +
    "whether the CIB is current, is not known. Fix: call it as the user of the node",
);
