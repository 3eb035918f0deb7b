/**
 * What the kernel says of the other end of a connection: who it is, when that process began, and
 * whether it has sent something that nobody has read.
 *
 * @module
 */
import type net from "node:net";
import { askKernel, descriptorOf } from "../heartbeat/doors/client_socket.ts";
import { libraries } from "../site/c_libraries.ts";
import type { Peer } from "./state.ts";

/** The questions. */
export interface Kernel {
  /** @throws {Error} if it does not say. */
  peerOf(socket: net.Socket): Peer;
  /** As whom this process runs. */
  readonly uid: number;
  /** Bytes wait, or the end does. */
  waits(socket: net.Socket): boolean;
}

const statBytesMax = 1_024;
/** `MSG_PEEK` and `MSG_DONTWAIT`. */
const peek = 0x42;

/** The way to ask; undefined: `ffi` is not granted for the C library. */
export function kernel(): Kernel | undefined {
  const credentials = askKernel();
  const path = libraries.find((path) =>
    Deno.permissions.querySync({ name: "ffi", path }).state === "granted"
  );
  if (credentials === undefined || path === undefined) return undefined;
  const { symbols: libc } = Deno.dlopen(path, {
    open: { parameters: ["buffer", "i32"], result: "i32" },
    read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
    close: { parameters: ["i32"], result: "i32" },
    getuid: { parameters: [], result: "u32" },
    recv: { parameters: ["i32", "buffer", "usize", "i32"], result: "isize" },
  });
  const one = new Uint8Array(1);
  /** Deno itself reads nothing below /proc for a process with few rights. */
  const startOf = (pid: number): number => {
    const file = libc.open(new TextEncoder().encode(`/proc/${pid}/stat\0`), 0);
    if (file < 0) return 0;
    const bytes = new Uint8Array(statBytesMax);
    const count = Number(libc.read(file, bytes, BigInt(statBytesMax)));
    libc.close(file);
    return count <= 0 ? 0 : startIn(new TextDecoder().decode(bytes.subarray(0, count)));
  };
  return {
    uid: libc.getuid(),
    peerOf(socket) {
      const who = credentials(socket);
      return { ...who, started: startOf(who.pid) };
    },
    waits(socket) {
      const descriptor = descriptorOf(socket);
      return descriptor !== undefined && Number(libc.recv(descriptor, one, 1n, peek)) >= 0;
    },
  };
}

/** The start of a process in its `stat`: the 20th field behind its name, which may hold anything. */
export function startIn(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(")") + 1).trim().split(/\s+/);
  const started = Number(fields[19]);
  return Number.isSafeInteger(started) && started > 0 ? started : 0;
}
