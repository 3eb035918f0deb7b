/**
 * Frames between the processes of a node: four bytes of length, most significant first, then
 *
 *     kind     1 byte    0: hello, 1: envelope
 *     hello    JSON      {"hello": process, "services": [...], "users": {service: user}}
 *     envelope 4 names   to.node (empty: the receiver's), to.service, from.node, from.service;
 *                        each one byte of length, then UTF-8
 *              the rest  the message, as JSON; not read here
 *
 * The length is checked before anything is read into memory, and memory grows with what has come.
 *
 * @module
 */
import { messageOf } from "../../metadata/message_of.ts";
import { depthMax } from "./protocol.ts";
import { list, name, object, record, Refusal } from "./reader.ts";
import type { Envelope } from "./router.ts";
import { isDeeper, parsed } from "./unread.ts";
import { readUser, type User } from "./user.ts";

/** Bytes of one frame at most: a CIB of a large cluster fits. */
export const frameBytesMax = 64 * 1024 * 1024;
/** Bytes of a name at most. */
export const nameBytesMax = 255;
/** Bytes of a buffer that is kept for the next frames at most. */
const keptBytesMax = 1024 * 1024;
/** Bytes of a buffer at first. */
const firstBytes = 16 * 1024;

const helloKind = 0;
const envelopeKind = 1;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });
/** Bytes of a hello at most: names of this many services. */
const helloBytesMax = 512 * 1024;
const servicesMax = 1024;
const hello = object({ hello: name, services: list(name, servicesMax) }, {
  users: record(readUser, servicesMax),
});

/** Users of the services that programs with limits have announced, by service. */
export type Users = Readonly<Record<string, User>>;

/** Takes what frames say. */
export interface FrameTaker {
  /** Which process speaks, and which services can be reached through it. */
  hello(process: string, services: readonly string[], users: Users): void;
  /** Its message is unread, and a view of the bytes that were given. */
  envelope(envelope: Envelope): void;
}

/** Frames, one behind the other in one buffer that is used again. */
export class FrameWriter {
  readonly #bytesMax: number;
  readonly #keptBytesMax: number;
  #bytes = new Uint8Array(0);
  #length = 0;
  /** The names of the last envelope, since the next one's are mostly the same. */
  #names: readonly string[] = [];
  #head = new Uint8Array(0);

  /** @param bytesMax of one frame. @param kept bytes of the buffer that `reset` keeps at most. */
  constructor(bytesMax = frameBytesMax, kept = keptBytesMax) {
    this.#bytesMax = bytesMax;
    this.#keptBytesMax = kept;
  }

  /** Bytes that were written since the last `reset`. */
  get length(): number {
    return this.#length;
  }

  /** What was written, as a view: gone with the next write after `reset`. */
  get written(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  reset(): void {
    this.#length = 0;
    if (this.#bytes.length > this.#keptBytesMax) this.#bytes = new Uint8Array(0);
  }

  hello(process: string, services: readonly string[], users: Users = {}): void {
    const start = this.#begin(1);
    this.#bytes[this.#length++] = helloKind;
    const known = Object.keys(users).length === 0 ? {} : { users };
    this.#text(JSON.stringify({ hello: process, services, ...known }));
    this.#end(start);
  }

  /**
   * Adds a message.
   *
   * @returns why it cannot be sent: it is larger than a frame may be, or a name is too long.
   */
  envelope(envelope: Envelope): string | undefined {
    const start = this.#length;
    try {
      this.#envelope(envelope);
      return undefined;
    } catch (error) {
      // A text that is longer than any text, or a buffer that cannot be had, is one kind with these.
      if (!(error instanceof RangeError)) throw error;
      this.#length = start;
      return messageOf(error);
    }
  }

  #envelope({ to, from, message }: Envelope): void {
    const head = this.#headOf(to.node ?? "", to.service, from.node, from.service);
    const start = this.#begin(head.length);
    this.#bytes.set(head, this.#length);
    this.#length += head.length;
    if (message.type === "unread") {
      this.#room(message.json.length);
      this.#bytes.set(message.json, this.#length);
      this.#length += message.json.length;
    } else this.#text(JSON.stringify(message));
    this.#end(start);
  }

  #headOf(...names: readonly string[]): Uint8Array {
    if (names.some((name, at) => name !== this.#names[at])) {
      const parts = names.map((name) => encoder.encode(name));
      for (const { length } of parts) {
        if (length > nameBytesMax) {
          throw new RangeError(`A name of ${length} bytes; limit ${nameBytesMax}`);
        }
      }
      this.#names = names;
      this.#head = Uint8Array.of(
        envelopeKind,
        ...parts.flatMap((part) => [part.length, ...part]),
      );
    }
    return this.#head;
  }

  #begin(bytes: number): number {
    this.#room(4 + bytes);
    const start = this.#length;
    this.#length += 4;
    return start;
  }

  #end(start: number): void {
    const size = this.#length - start - 4;
    if (size > this.#bytesMax) {
      throw new RangeError(`Frame of ${size} bytes; limit ${this.#bytesMax}`);
    }
    this.#bytes[start] = size >>> 24;
    this.#bytes[start + 1] = size >>> 16;
    this.#bytes[start + 2] = size >>> 8;
    this.#bytes[start + 3] = size;
  }

  #text(text: string): void {
    // Three bytes for each unit is the most that UTF-8 takes; large texts are rarely so.
    this.#room(text.length < 4096 ? text.length * 3 : text.length + 16);
    let { read, written } = encoder.encodeInto(text, this.#bytes.subarray(this.#length));
    this.#length += written;
    while (read < text.length) {
      const rest = text.slice(read);
      this.#room(rest.length * 3);
      ({ read, written } = encoder.encodeInto(rest, this.#bytes.subarray(this.#length)));
      this.#length += written;
      if (read === rest.length) break;
    }
  }

  #room(more: number): void {
    const wanted = this.#length + more;
    if (wanted <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(wanted, 2 * this.#bytes.length, firstBytes));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}

/** Takes bytes as they come and gives what whole frames say. */
export class FrameReader {
  readonly #taker: FrameTaker;
  readonly #bytesMax: number;
  /** What came last, and how far it is read. */
  #bytes = new Uint8Array(0);
  #at = 0;
  /** A frame of which the end has not come. */
  #partial = new Uint8Array(0);
  #have = 0;
  /** The names of the last envelope: their bytes, and what they say. */
  #head = new Uint8Array(0);
  #to: Envelope["to"] = { service: "" };
  #from: Envelope["from"] = { node: "", service: "" };

  constructor(taker: FrameTaker, bytesMax = frameBytesMax) {
    this.#taker = taker;
    this.#bytesMax = bytesMax;
  }

  /**
   * Adds bytes, which are the reader's from now on, and takes every frame that is whole.
   *
   * @throws {RangeError} if a frame announces more than the bound, or is none.
   * @throws {SyntaxError | TypeError} if a hello is not JSON, or not UTF-8.
   */
  push(bytes: Uint8Array<ArrayBuffer>): void {
    this.feed(bytes);
    while (this.next());
  }

  /** Adds bytes, which are the reader's from now on, once `next` has said that it needs some. */
  feed(bytes: Uint8Array<ArrayBuffer>): void {
    this.#bytes = bytes;
    this.#at = 0;
    // What is left of a frame that has begun.
    while (this.#have > 0 && this.#at < bytes.length) {
      const wanted = this.#have < 4 ? 4 : 4 + this.#sizeOf(this.#partial, 0);
      const missing = wanted - this.#have;
      if (missing === 0) return;
      this.#keep(Math.min(bytes.length, this.#at + missing));
    }
  }

  /** Takes one frame; false: there is no whole one, and more bytes are needed. Throws as `push`. */
  next(): boolean {
    if (!this.isWhole) {
      this.#keep(this.#bytes.length);
      return false;
    }
    if (this.#have > 0) {
      const [whole, length] = [this.#partial, this.#have];
      this.#partial = new Uint8Array(0);
      this.#have = 0;
      this.#take(whole, 4, length);
    } else {
      const from = this.#at + 4;
      this.#at = from + this.#sizeOf(this.#bytes, this.#at);
      this.#take(this.#bytes, from, this.#at);
    }
    return true;
  }

  /** Whether `next` has a frame to take. Throws as `push`. */
  get isWhole(): boolean {
    if (this.#have > 0) {
      return this.#have >= 4 && this.#have === 4 + this.#sizeOf(this.#partial, 0);
    }
    const left = this.#bytes.length - this.#at;
    return left >= 4 && left - 4 >= this.#sizeOf(this.#bytes, this.#at);
  }

  /** Bytes of memory that a frame holds of which the end has not come. */
  get unfinishedBytes(): number {
    return this.#have === 0 ? 0 : this.#partial.length;
  }

  /** Adds to the partial frame what has come, as far as `to`. */
  #keep(to: number): void {
    if (to === this.#at) return;
    const wanted = this.#have + to - this.#at;
    if (wanted > this.#partial.length) {
      // Grows with what has come, not with what was announced.
      const whole = this.#have < 4 ? wanted : 4 + this.#sizeOf(this.#partial, 0);
      const larger = new Uint8Array(
        Math.max(wanted, Math.min(whole, 2 * this.#partial.length)),
      );
      larger.set(this.#partial.subarray(0, this.#have));
      this.#partial = larger;
    }
    this.#partial.set(this.#bytes.subarray(this.#at, to), this.#have);
    this.#have = wanted;
    this.#at = to;
  }

  #sizeOf(bytes: Uint8Array, at: number): number {
    const size = bytes[at]! * 0x1000000 + (bytes[at + 1]! << 16) + (bytes[at + 2]! << 8) +
      bytes[at + 3]!;
    if (size > this.#bytesMax) {
      throw new RangeError(`Frame of ${size} bytes; limit ${this.#bytesMax}`);
    }
    return size;
  }

  #take(bytes: Uint8Array<ArrayBuffer>, from: number, to: number): void {
    const kind = from < to ? bytes[from] : undefined;
    if (kind === helloKind) {
      const json = bytes.subarray(from + 1, to);
      if (json.length > helloBytesMax || isDeeper(json, depthMax)) {
        throw new RangeError(`Hello of ${json.length} bytes; limit ${helloBytesMax}`);
      }
      const said = hello(parsed(json));
      if (said instanceof Refusal) throw new TypeError(`This is no hello: ${said}`);
      this.#taker.hello(said.hello, said.services, said.users ?? {});
    } else if (kind === envelopeKind) {
      if (!this.#sameHead(bytes, from, to)) this.#readHead(bytes, from, to);
      this.#taker.envelope({
        to: this.#to,
        from: this.#from,
        message: { type: "unread", json: bytes.subarray(from + this.#head.length, to) },
      });
    } else throw new RangeError("This is no frame of ours");
  }

  #sameHead(bytes: Uint8Array, from: number, to: number): boolean {
    const { length } = this.#head;
    if (length === 0 || to - from < length) return false;
    for (let i = 0; i < length; i++) if (bytes[from + i] !== this.#head[i]) return false;
    return true;
  }

  #readHead(bytes: Uint8Array, from: number, to: number): void {
    let at = from + 1;
    const name = (): string => {
      const end = at + 1 + (at < to ? bytes[at]! : 0);
      if (at >= to || end > to) throw new RangeError("A name is cut off");
      const text = decoder.decode(bytes.subarray(at + 1, end));
      at = end;
      return text;
    };
    const [node, service] = [name(), name()];
    this.#to = node === "" ? { service } : { node, service };
    this.#from = { node: name(), service: name() };
    this.#head = bytes.slice(from, at);
  }
}
