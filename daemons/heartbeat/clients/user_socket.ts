/**
 * The daemon's own socket, served for other users too: the kernel says who each of them is, and a rule
 * of `apiauth` for the client {@linkcode userClient} which of them may connect. What they may do there,
 * the rules of the CIB say (`cib/access/`).
 *
 * Root and the owner of the daemon are connected as on any other socket of the node.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import net from "node:net";
import { messageOf } from "../../../metadata/message_of.ts";
import type { ListenToUsers } from "../../runtime/endpoint.ts";
import type { Pipe } from "../../runtime/pipe.ts";
import type { User } from "../../runtime/user.ts";
import { userClient } from "../../site/users.ts";
import type { ClientRule } from "./state.ts";
import type { AskIdentity, Identity } from "./peer_identity.ts";

/** Connections whose user is being asked for at once at most. */
const askingMax = 64;
/** Milliseconds between two lines about somebody who is turned away. */
const lineEveryMs = 60_000;
/** Connections of one user that are taken in a window of time at most. */
const takenMax = 50;
const windowMs = 50;
/** The same of all users together: one user may have many numbers, by a namespace. */
const takenOfAllMax = 500;

/** The users and groups of the rule; undefined: nobody but the owner may connect. */
export const userRule = (rules: readonly ClientRule[] | undefined): ClientRule | undefined =>
  rules?.find(({ client }) => client === userClient);

/** Whether the rule lets somebody connect. */
const mayConnect = (
  { uids, gids }: Pick<ClientRule, "uids" | "gids">,
  { uid, gids: own }: Pick<Identity, "uid" | "gids">,
): boolean => uids.includes(uid) || own.some((gid) => gids.includes(gid));

/** Serves it. */
export const listenToUsersBy = (
  rule: ClientRule,
  ask: AskIdentity,
  log: (text: string) => void,
): ListenToUsers =>
async (path, serve) => {
  let asking = 0;
  let toldMs = -lineEveryMs;
  const isTooMany = connectionsOf();
  const server = net.createServer({ pauseOnConnect: true }, async (socket) => {
    // An error of a client is its own.
    socket.on("error", () => socket.destroy());
    asking++;
    try {
      const { uid } = ask.who(socket);
      if (uid === 0) return serve(pipeOf(socket), undefined);
      if (isTooMany(uid) || asking > askingMax) return void socket.destroy();
      if (uid === Deno.statSync(path).uid) return serve(pipeOf(socket), undefined);
      const identity = ask.identity(socket);
      if (!mayConnect(rule, identity)) throw new Error(`user ${uid} is in no rule of apiauth`);
      const user: User = await ask.named(identity);
      if (socket.destroyed) return;
      serve(pipeOf(socket), user);
    } catch (error) {
      const now = performance.now();
      if (now - toldMs >= lineEveryMs) {
        toldMs = now;
        log(`a client is turned away: ${messageOf(error)}`);
      }
      socket.destroy();
    } finally {
      asking--;
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, resolve);
  });
  server.on("error", (error) => log(`the socket for users: ${error.message}`));
  Deno.chmodSync(path, 0o666);
  return {
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
};

/** Whether a user connects too often just now: the flood of one does not shut out the others. */
export function connectionsOf(nowMs = () => performance.now()): (uid: number) => boolean {
  const taken = new Map<number, number>();
  let all = 0;
  let sinceMs = -Infinity;
  return (uid) => {
    const now = nowMs();
    if (now - sinceMs > windowMs) {
      taken.clear();
      all = 0;
      sinceMs = now;
    }
    const count = (taken.get(uid) ?? 0) + 1;
    if (count > takenMax || ++all > takenOfAllMax) return true;
    taken.set(uid, count);
    return false;
  };
}

/** The bytes of a connection, which waits while nobody reads it. */
function pipeOf(socket: net.Socket): Pipe {
  let wake = () => {};
  let ended = false;
  const over = () => {
    ended = true;
    wake();
  };
  socket.on("readable", () => wake()).on("end", over).on("close", over);
  return {
    async read() {
      for (;;) {
        const bytes: unknown = socket.read();
        if (bytes instanceof Uint8Array) return new Uint8Array(bytes);
        if (ended || socket.destroyed) return null;
        await new Promise<void>((resolve) => wake = resolve);
      }
    },
    write: (bytes) =>
      new Promise((resolve, reject) => {
        // The writer's bytes are used again once this has resolved.
        socket.write(Buffer.from(bytes), (error) => error ? reject(error) : resolve());
      }),
    close: () => void socket.destroy(),
  };
}
