/**
 * Frames between the processes of a node: four bytes of length, most significant first, then
 *
 *     kind     1 byte    0: hello, 1: envelope
 *     hello    JSON      {"hello": process, "services": [...]}
 *     envelope 4 names   to.node (empty: the receiver's), to.service, from.node, from.service;
 *                        each one byte of length, then UTF-8
 *              the rest  the message, as JSON; not read here
 *
 * The length is checked before anything is read into memory, so that a client that lies about it
 * costs nothing but its own connection.
 *
 * @module
 */
import { depthMax } from "./protocol.ts";
import { list, name, object, Refusal } from "./reader.ts";
import type { Envelope } from "./router.ts";
import { isDeeper, parsed } from "./unread.ts";

/** Bytes of one frame at most: a CIB of a large cluster fits. */
export const frameBytesMax = 64 * 1024 * 1024;
/** Bytes of a name at most. */
export const nameBytesMax = 255;
/** Bytes of a buffer that is kept for the next frames at most. */
const keptBytesMax = 1024 * 1024;

const helloKind = 0;
const envelopeKind = 1;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });
/** Bytes of a hello at most: names of this many services. */
const helloBytesMax = 512 * 1024;
const servicesMax = 1024;
const hello = object({ hello: name, services: list(name, servicesMax) });

/** Takes what frames say. */
export interface FrameTaker {
  /** Which process speaks, and which services can be reached through it. */
  hello(process: string, services: readonly string[]): void;
  /** Its message is unread, and a view of the bytes that were given. */
  envelope(envelope: Envelope): void;
}

/** Frames, one behind the other in one buffer that is used again. */
export class FrameWriter {
  #bytes = new Uint8Array(16 * 1024);
  #length = 0;
  /** The names of the last envelope, since the next one's are mostly the same. */
  #names: readonly string[] = [];
  #head = new Uint8Array(0);

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
    if (this.#bytes.length > keptBytesMax) this.#bytes = new Uint8Array(16 * 1024);
  }

  hello(process: string, services: readonly string[]): void {
    const start = this.#begin(1);
    this.#bytes[this.#length++] = helloKind;
    this.#text(JSON.stringify({ hello: process, services }));
    this.#end(start);
  }

  /** @throws {RangeError} if it is larger than any frame, or a name is too long. */
  envelope({ to, from, message }: Envelope): void {
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
      this.#names = names;
      const parts = names.map((name) => encoder.encode(name));
      for (const { length } of parts) {
        if (length > nameBytesMax) throw new RangeError(`A name of ${length} bytes`);
      }
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
    if (size > frameBytesMax) {
      this.#length = start;
      throw new RangeError(`Frame of ${size} bytes; limit ${frameBytesMax}`);
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
    const larger = new Uint8Array(Math.max(wanted, 2 * this.#bytes.length));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}

/** Takes bytes as they come and gives what whole frames say. */
export class FrameReader {
  readonly #taker: FrameTaker;
  readonly #bytesMax: number;
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
   * Adds bytes, which are the reader's from now on.
   *
   * @throws {RangeError} if a frame announces more than the bound, or is none.
   * @throws {SyntaxError | TypeError} if a hello is not JSON, or not UTF-8.
   */
  push(bytes: Uint8Array<ArrayBuffer>): void {
    let at = 0;
    while (this.#have > 0 && at < bytes.length) at = this.#complete(bytes, at);
    while (bytes.length - at >= 4) {
      const size = this.#sizeOf(bytes, at);
      if (bytes.length - at - 4 < size) break;
      this.#take(bytes, at + 4, at + 4 + size);
      at += 4 + size;
    }
    if (at < bytes.length) this.#keep(bytes, at, bytes.length);
  }

  /** Adds to the partial frame what belongs to it; gives where the next one begins. */
  #complete(bytes: Uint8Array<ArrayBuffer>, at: number): number {
    const wanted = this.#have < 4 ? 4 : 4 + this.#sizeOf(this.#partial, 0);
    const end = Math.min(bytes.length, at + wanted - this.#have);
    this.#keep(bytes, at, end);
    if (this.#have < 4) return end;
    if (this.#have === 4 + this.#sizeOf(this.#partial, 0)) {
      const whole = this.#partial;
      const length = this.#have;
      this.#partial = new Uint8Array(0);
      this.#have = 0;
      this.#take(whole, 4, length);
    }
    return end;
  }

  #keep(bytes: Uint8Array, from: number, to: number): void {
    const wanted = this.#have + to - from;
    if (wanted > this.#partial.length) {
      // Grows with what has come, not with what was announced.
      const larger = new Uint8Array(Math.max(wanted, 2 * this.#partial.length));
      larger.set(this.#partial.subarray(0, this.#have));
      this.#partial = larger;
    }
    this.#partial.set(bytes.subarray(from, to), this.#have);
    this.#have = wanted;
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
      this.#taker.hello(said.hello, said.services);
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
