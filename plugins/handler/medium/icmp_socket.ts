/**
 * A socket for ICMP echo. Deno has none, so this module calls the C library. That needs `ffi` for
 * the library, and from the kernel either a group within `net.ipv4.ping_group_range` or
 * CAP_NET_RAW.
 *
 * @module
 */
import { addressBytes, type EchoReply, echoReply, echoRequest } from "./icmp_echo.ts";

/** What pings need of a socket. */
export interface EchoSocket {
  /** Sends a request; gives the kernel's error number, 0 if there is none. */
  send(address: string, sequence: number, data: Uint8Array): number;
  /** Ends it and the reading. */
  close(): Promise<void>;
}

/** Is given every reply, and whom it came from. */
export type TakeReply = (from: Uint8Array, reply: EchoReply) => void;

const names = {
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  sendto: { parameters: ["i32", "buffer", "usize", "i32", "buffer", "u32"], result: "isize" },
  recvfrom: {
    parameters: ["i32", "buffer", "usize", "i32", "buffer", "buffer"],
    result: "isize",
  },
  poll: { parameters: ["buffer", "u64", "i32"], result: "i32", nonblocking: true },
  pipe: { parameters: ["buffer"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  memcpy: { parameters: ["buffer", "pointer", "usize"], result: "pointer" },
  __errno_location: { parameters: [], result: "pointer" },
} as const satisfies Deno.ForeignLibraryInterface;

const SOCK_DGRAM = 2, SOCK_RAW = 3, SOCK_NONBLOCK = 0o4000, SOCK_CLOEXEC = 0o2000000;
const POLLIN = 1;
const packetBytesMax = 65_536;

const families = {
  4: { family: 2, protocol: 1, addressAt: 4, addressBytes: 4, socketAddressBytes: 16 },
  6: { family: 10, protocol: 58, addressAt: 8, addressBytes: 16, socketAddressBytes: 28 },
} as const;

/** Where the C library is on Debian and its like. */
export const usualLibrary = `/lib/${Deno.build.arch}-linux-gnu/libc.so.6`;

type Library = Deno.DynamicLibrary<typeof names>;

/** The error of the last call. */
function errorNumber(libc: Library["symbols"]): number {
  const out = new Int32Array(1);
  libc.memcpy(out, libc.__errno_location(), 4n);
  return out[0] ?? 0;
}

/** Opens the socket, and a pipe whose end wakes the one that waits for the socket. */
function descriptors(loaded: Library, version: 4 | 6) {
  const libc = loaded.symbols;
  const { family, protocol } = families[version];
  let raw = false;
  let socket = libc.socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
  if (socket < 0) {
    raw = true;
    socket = libc.socket(family, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
  }
  const pipe = new Int32Array(2);
  if (socket < 0 || libc.pipe(pipe) !== 0) {
    const number = errorNumber(libc);
    loaded.close();
    throw new Error(
      `Cannot open a socket for ICMP (errno ${number}): the kernel requires CAP_NET_RAW, or a group ` +
        `of this user within net.ipv4.ping_group_range`,
    );
  }
  const [wakeRead = -1, wakeWrite = -1] = pipe;
  return { socket, raw, wakeRead, wakeWrite };
}

/**
 * Opens it: a datagram socket, of which the kernel sorts the replies, else a raw one.
 *
 * @throws {Error} saying what the kernel wants.
 */
export function openEchoSocket(library: string, version: 4 | 6, take: TakeReply): EchoSocket {
  const loaded = Deno.dlopen(library, names);
  const libc = loaded.symbols;
  const { family, addressAt, addressBytes: length, socketAddressBytes } = families[version];
  const { socket, raw, wakeRead, wakeWrite } = descriptors(loaded, version);
  const identifier = Deno.pid & 0xffff;
  let closed = false;

  function receive(): void {
    const bytes = new Uint8Array(packetBytesMax);
    const from = new Uint8Array(socketAddressBytes);
    for (;;) {
      const fromBytes = new Uint32Array([from.length]);
      const count = Number(
        libc.recvfrom(socket, bytes, BigInt(bytes.length), 0, from, fromBytes),
      );
      if (count < 0) return;
      const reply = echoReply(version, bytes.subarray(0, count), raw);
      // A raw socket hears the replies to every program.
      if (reply === undefined || raw && reply.identifier !== identifier) continue;
      take(from.slice(addressAt, addressAt + length), reply);
    }
  }

  async function reading(): Promise<void> {
    const wanted = new DataView(new ArrayBuffer(16));
    while (!closed) {
      [socket, wakeRead].forEach((descriptor, at) => {
        wanted.setInt32(8 * at, descriptor, true);
        wanted.setUint32(8 * at + 4, POLLIN, true);
      });
      await libc.poll(new Uint8Array(wanted.buffer), 2n, -1);
      if (!closed) receive();
    }
  }

  const done = reading();
  return {
    send(address, sequence, data) {
      const to = new Uint8Array(socketAddressBytes);
      to[0] = family;
      to.set(addressBytes(address), addressAt);
      const packet = echoRequest(version, identifier, sequence, data);
      const sent = libc.sendto(socket, packet, BigInt(packet.length), 0, to, to.length);
      return Number(sent) < 0 ? errorNumber(libc) : 0;
    },
    async close() {
      closed = true;
      // The end of the pipe wakes the poll.
      libc.close(wakeWrite);
      await done;
      libc.close(wakeRead);
      libc.close(socket);
      loaded.close();
    },
  };
}
