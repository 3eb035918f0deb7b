/**
 * Questions to a controller over UDP: each is sent again until an answer comes or its time is over.
 * Packets of others, and those that no question waits for, are dropped.
 *
 * @module
 */
import { clearTimer, setTimer } from "../../../metadata/timer.ts";

/** Where the controller is. */
export interface Place {
  readonly address: string;
  readonly port: number;
}

/** Milliseconds until a question is sent again, at first and at most. */
const againMs = 250;
const againMsMax = 2_000;
/** Bytes of a packet that are looked at. */
const packetBytesMax = 1_024;

/** One question under way. */
interface Waiting {
  /** Takes a packet; true if it was the answer. */
  readonly take: (packet: Uint8Array) => boolean;
}

/** A socket for one session. */
export class Channel {
  readonly #socket: Deno.DatagramConn;
  readonly #to: Deno.NetAddr;
  readonly #reading: Promise<void>;
  #waiting: Waiting | undefined;

  /** Opens it. */
  constructor({ address, port }: Place) {
    const hostname = address.includes(":") ? "::" : "0.0.0.0";
    this.#socket = Deno.listenDatagram({ transport: "udp", hostname, port: 0 });
    this.#to = { transport: "udp", hostname: address, port };
    this.#reading = this.#read();
  }

  /**
   * Asks once.
   *
   * @param packet makes the packet of a try: each has a sequence number of its own
   * @param read what it gives for the answer; undefined for any other packet
   * @throws {Error} if no answer comes in time, or `read` throws.
   */
  async ask<T>(
    packet: () => Uint8Array,
    read: (packet: Uint8Array) => T | undefined,
    timeoutMs: number,
  ): Promise<T> {
    const answer = Promise.withResolvers<T>();
    this.#waiting = {
      take(bytes) {
        try {
          const found = read(bytes);
          if (found === undefined) return false;
          answer.resolve(found);
        } catch (error) {
          // Too short to be read: of nobody that keeps to the protocol.
          if (error instanceof RangeError) return false;
          answer.reject(error);
        }
        return true;
      },
    };
    const until = performance.now() + timeoutMs;
    let waitMs = againMs;
    let timer: ReturnType<typeof setTimer> | undefined;
    const silent = () => answer.reject(new Error("the controller does not answer"));
    const send = async () => {
      if (performance.now() >= until) return silent();
      timer = setTimer(() => void send(), Math.max(1, Math.min(waitMs, until - performance.now())));
      waitMs = Math.min(waitMs * 2, againMsMax);
      await this.#socket.send(packet(), this.#to).catch(answer.reject);
    };
    try {
      await send();
      return await answer.promise;
    } finally {
      clearTimer(timer);
      this.#waiting = undefined;
    }
  }

  /** Sends without waiting for an answer. */
  async tell(packet: Uint8Array): Promise<void> {
    await this.#socket.send(packet, this.#to).catch(() => {});
  }

  /** Closes it. */
  async close(): Promise<void> {
    this.#socket.close();
    await this.#reading;
  }

  async #read(): Promise<void> {
    try {
      for await (const [packet, from] of this.#socket) {
        if (from.transport !== "udp" || packet.length > packetBytesMax) continue;
        if (from.hostname !== this.#to.hostname || from.port !== this.#to.port) continue;
        this.#waiting?.take(packet);
      }
    } catch {
      // An ICMP error of the far side: the question is sent again until its time is over.
    }
  }
}
