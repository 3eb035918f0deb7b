/**
 * User and groups of the peer of a Unix socket: numbers from the kernel (`SO_PEERCRED` and
 * `SO_PEERGROUPS`), names from the system's databases. Nothing of it is the peer's own word.
 *
 * @module
 */
import type net from "node:net";
import { groupsMax, type User } from "../../runtime/user.ts";
import { descriptorOf, libraries } from "./peer_credentials.ts";

/** A process at the other end. */
export interface Identity {
  readonly uid: number;
  /** Its group, and those beside it. */
  readonly gids: readonly number[];
}

/** The ways to ask. */
export interface AskIdentity {
  /** The user alone. */
  who(socket: net.Socket): Pick<Identity, "uid">;
  identity(socket: net.Socket): Identity;
  /** The names. What has none, or one that could be a number, keeps its number. */
  named(identity: Identity): Promise<User>;
}

const socketLevel = 1;
const peerCredentials = 17;
const peerGroups = 59;
/** Bytes of an entry of the databases at most: a group's members stand in it. */
const entryBytesMax = 256 * 1024;
/** Bytes of a name at most. */
const nameBytesMax = 255;
/** `ERANGE`. */
const tooSmall = 34;

/** The C library, with the calls that are needed. */
function open(path: string) {
  const option = ["i32", "i32", "i32", "buffer", "buffer"] as const;
  const lookup = ["u32", "buffer", "buffer", "usize", "buffer"] as const;
  return Deno.dlopen(path, {
    getsockopt: { parameters: option, result: "i32" },
    // A directory of users in the network may take its time: this process does not wait.
    getpwuid_r: { parameters: lookup, result: "i32", nonblocking: true },
    getgrgid_r: { parameters: lookup, result: "i32", nonblocking: true },
    // Deno reads what is at an address only with a grant for every library.
    strncpy: { parameters: ["buffer", "usize", "usize"], result: "usize" },
  }).symbols;
}

/** The name of a number; the number where there is none. */
async function nameOf(
  symbols: ReturnType<typeof open>,
  which: "getpwuid_r" | "getgrgid_r",
  id: number,
): Promise<string> {
  const entry = new BigUint64Array(16);
  const result = new BigUint64Array(1);
  for (let size = 4_096; size <= entryBytesMax; size *= 4) {
    const text = new Uint8Array(size);
    const code = await symbols[which](id, entry, text, BigInt(size), result);
    if (code === tooSmall) continue;
    // Of both entries the first member is the address of the name.
    const address = entry[0] ?? 0n;
    if (code !== 0 || result[0] === 0n || address === 0n) break;
    const copied = new Uint8Array(nameBytesMax + 1);
    symbols.strncpy(copied, address, BigInt(copied.length));
    const end = copied.indexOf(0);
    // The copy is read while its entry is still there.
    if (end < 0 || text.length === 0) break;
    const name = new TextDecoder().decode(copied.subarray(0, end));
    return /^[0-9]*$/.test(name) ? String(id) : name;
  }
  return String(id);
}

/** Undefined: `ffi` is not granted for a C library. */
export function askIdentity(): AskIdentity | undefined {
  const path = libraries.find((path) =>
    Deno.permissions.querySync({ name: "ffi", path }).state === "granted"
  );
  if (path === undefined) return undefined;
  const symbols = open(path);
  const numbers = (socket: net.Socket, which: number, count: number): readonly number[] => {
    const descriptor = descriptorOf(socket);
    const found = new Uint32Array(count);
    const length = new Uint32Array([found.byteLength]);
    if (
      descriptor === undefined ||
      symbols.getsockopt(descriptor, socketLevel, which, found, length) !== 0
    ) throw new Error("the kernel does not say who it is, or it has too many groups");
    return [...found.subarray(0, (length[0] ?? 0) / found.BYTES_PER_ELEMENT)];
  };
  return {
    who(socket) {
      const [, uid] = numbers(socket, peerCredentials, 3);
      if (uid === undefined) throw new Error("the kernel does not say who it is");
      return { uid };
    },
    identity(socket) {
      const [, uid, gid] = numbers(socket, peerCredentials, 3);
      if (uid === undefined || gid === undefined) {
        throw new Error("the kernel does not say who it is");
      }
      const more = numbers(socket, peerGroups, groupsMax - 1);
      return { uid, gids: [...new Set([gid, ...more])] };
    },
    async named({ uid, gids }) {
      const groups: string[] = [];
      for (const gid of gids) groups.push(await nameOf(symbols, "getgrgid_r", gid));
      return { name: await nameOf(symbols, "getpwuid_r", uid), groups };
    },
  };
}
