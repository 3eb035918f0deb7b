/**
 * Kernel buffers for received UDP packets, through the C library, if the operator granted it
 * (`"tick": "realtime"`). Deno has no call for it. The default, 208 KiB, is full after six
 * milliseconds of a flood of 50,000 packets a second; 4 MiB last a hundred.
 *
 * @module
 */
import { libraries } from "./clients/peer_credentials.ts";

/** Bytes that are asked for; the kernel gives `net.core.rmem_max` at most without CAP_NET_ADMIN. */
const bufferBytes = 4 * 1024 * 1024;
/** Descriptors that are looked at: a daemon has a few dozen. */
const descriptorsMax = 256;

const socketLevel = 1;
const socketType = 3;
const receiveBuffer = 8;
const receiveBufferForced = 33;
const socketDomain = 39;
const datagram = 2;
const internet: readonly number[] = [2, 10];

/** Has the C library open. */
export interface BufferEnlarger {
  /** Enlarges the buffers of this process's UDP sockets: how many have more than before. */
  enlarge(): number;
  close(): void;
}

/** The way to do it; undefined: no C library is granted. */
export function bufferEnlarger(): BufferEnlarger | undefined {
  const path = libraries.find((path) =>
    Deno.permissions.querySync({ name: "ffi", path }).state === "granted" && isThere(path)
  );
  if (path === undefined) return undefined;
  const library = Deno.dlopen(path, {
    getsockopt: { parameters: ["i32", "i32", "i32", "buffer", "buffer"], result: "i32" },
    setsockopt: { parameters: ["i32", "i32", "i32", "buffer", "u32"], result: "i32" },
  });
  const { symbols: libc } = library;
  const value = new Int32Array(1);
  const ask = (descriptor: number, option: number): number | undefined =>
    libc.getsockopt(descriptor, socketLevel, option, value, new Uint32Array([4])) === 0
      ? value[0]
      : undefined;
  const enlarge = () => {
    let enlarged = 0;
    for (let descriptor = 3; descriptor < descriptorsMax; descriptor++) {
      if (ask(descriptor, socketType) !== datagram) continue;
      if (!internet.includes(ask(descriptor, socketDomain) ?? 0)) continue;
      const before = ask(descriptor, receiveBuffer) ?? bufferBytes;
      if (before >= bufferBytes) continue;
      for (const option of [receiveBufferForced, receiveBuffer]) {
        const wanted = Int32Array.of(bufferBytes);
        if (libc.setsockopt(descriptor, socketLevel, option, wanted, 4) === 0) break;
      }
      if ((ask(descriptor, receiveBuffer) ?? 0) > before) enlarged++;
    }
    return enlarged;
  };
  return { enlarge, close: () => library.close() };
}

function isThere(path: string): boolean {
  try {
    Deno.dlopen(path, {}).close();
    return true;
  } catch {
    return false;
  }
}
