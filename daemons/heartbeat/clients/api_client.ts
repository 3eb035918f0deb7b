/**
 * A client of the original's local API, without C: it works with our daemon and with heartbeat 3.0.6.
 *
 * @example
 * ```ts
 * await using client = await signOn({ path: "/run/heartbeat/register", name: "app", encoding });
 * console.log(await client.ask("nodelist"));
 * client.publish([string("t", "hello")], { ordered: true });
 * ```
 *
 * @module
 */
import type { Compression } from "../../../plugins/handler/compression/contract.ts";
import type {
  Encoding,
  WireField,
  WireMessage,
} from "../../../plugins/handler/encoding/contract.ts";
import { string, stringOf } from "../fields.ts";
import { ApiSession } from "./api_session.ts";
import type { Ordered } from "./ordered.ts";

/** How to sign on. */
export interface SignOnOptions {
  readonly path: string;
  /** The name; absent: a casual client, which may only ask. */
  readonly name?: string;
  /** Writes classic framing, reads both. */
  readonly encoding: Encoding;
  /** What packed messages are unpacked with, by heartbeat's names: `zlib`, `bz2`. */
  readonly compressions?: ReadonlyMap<string, Compression>;
  /** The user and group of this process: they are compared with the kernel's word. */
  readonly uid?: number;
  readonly gid?: number;
  /** Messages of the cluster, ordered ones in their order. */
  readonly onMessage?: (message: WireMessage) => void;
}

/** A client that has signed on. */
export interface ApiConnection extends AsyncDisposable {
  /** The node it has signed on to. */
  readonly node: string;
  /** Asks, and gives every answer: one, or one for each item of a list. */
  ask(reqtype: string, fields?: readonly WireField[]): Promise<readonly WireMessage[]>;
  /** Sends a message to the clients of this name: on all nodes, or on `dest`. */
  publish(
    fields: readonly WireField[],
    how?: { readonly dest?: string; readonly ordered?: boolean },
  ): Promise<void>;
  /** The order of what came. */
  readonly ordered: Ordered;
  /** Resolves when the daemon has closed the connection. */
  readonly closed: Promise<void>;
}

/**
 * Connects and signs on. Needs read, write and net permission for the path.
 *
 * @throws {Error} if the daemon refuses, and why.
 */
export async function signOn(options: SignOnOptions): Promise<ApiConnection> {
  const { path, encoding, onMessage = () => {}, uid = 0, gid = 0 } = options;
  const { compressions = new Map<string, Compression>(), name = String(Deno.pid) } = options;
  const connection = await Deno.connect({ transport: "unix", path });
  const session = new ApiSession({ connection, name, encoding, compressions, onMessage });
  const [answer = []] = await session.ask("signon", [
    string("uid", String(uid)),
    string("gid", String(gid)),
  ]).catch((error) => {
    connection.close();
    throw error;
  });
  if (stringOf(answer, "result") !== "OK") {
    connection.close();
    await session.closed;
    throw new Error(`Cannot sign on as ${name}: ${stringOf(answer, "info") ?? "refused"}`);
  }
  session.node = stringOf(answer, "node") ?? "";
  return session;
}
