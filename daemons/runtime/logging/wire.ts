/**
 * The frames between `logd` and its clients: those of the original's `ha_logd`, and five more.
 *
 *     length (32 bits, little endian)  0x0000abcd  payload
 *
 * The payload of a line is the original's header of 96 bytes and the text, which ends with a NUL. Ours
 * begin with a type that the original does not know. All of it is checked here, field by field.
 *
 * @module
 */
import { printable } from "../../../metadata/printable.ts";
import type { Span } from "./ordered.ts";

const magic = 0xabcd;
const frameHeadBytes = 8;
const lineHeadBytes = 96;
const entityBytes = 64;

/** Bytes of a text at most: a line of the daemons has 4,096 characters, one of the original's 5,120 bytes. */
export const textBytesMax = 16 * 1024;
/** Bytes of a payload at most. */
export const payloadBytesMax = lineHeadBytes + textBytesMax;

const types = {
  line: 2,
  hello: 0x101,
  welcome: 0x102,
  lost: 0x103,
  settled: 0x104,
  levels: 0x105,
} as const;

/** The most severe and the least severe severity. */
const severityMax = 7;
/** Facilities of syslog: a number from 0 to 23, times eight. */
const facilityMax = 23 * 8;
const timeMsMax = 8_640_000_000_000_000;

/** One line, as a client writes it. */
export interface LineFrame {
  readonly type: "line";
  readonly facility: number;
  readonly severity: number;
  readonly pid: number;
  readonly entity: string;
  /** Seconds since 1970, or milliseconds where the client has said hello. */
  readonly time: number;
  readonly text: string;
}

/** What a client sends. */
export type ClientFrame =
  | LineFrame
  /** Its first word, where its lines are to be acknowledged: who it is, and its next sequence number. */
  | { readonly type: "hello"; readonly id: string; readonly next: number; readonly name: string }
  | { readonly type: "lost" } & Span;

/** What `logd` sends, to those that said hello. */
export type ServerFrame =
  /** Lines up to this number are written, or their loss is. */
  | { readonly type: "welcome" | "settled"; readonly upTo: number }
  | { readonly type: "levels"; readonly levels: Levels };

/** Severities up to which lines are wanted, by service. */
export interface Levels {
  readonly all: number;
  readonly of: Readonly<Record<string, number>>;
}

/** Services with a level of their own at most. */
export const levelsMax = 256;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A frame with room for a payload. */
function framed(
  bytes: number,
  type: number,
): { readonly frame: Uint8Array; readonly at: DataView } {
  const frame = new Uint8Array(frameHeadBytes + bytes);
  const head = new DataView(frame.buffer);
  head.setUint32(0, bytes, true);
  head.setUint32(4, magic, true);
  const at = new DataView(frame.buffer, frameHeadBytes);
  at.setUint32(0, type, true);
  return { frame, at };
}

const put = (frame: Uint8Array, text: string, from: number, bytesMax: number): void => {
  encoder.encodeInto(text, frame.subarray(frameHeadBytes + from, frameHeadBytes + from + bytesMax));
};

/** A line; a text that is too long is cut. */
export function lineFrame(line: Omit<LineFrame, "type">): Uint8Array<ArrayBuffer> {
  const whole = encoder.encode(line.text);
  const text = whole.length < textBytesMax ? whole : whole.subarray(0, textBytesMax - 1);
  const { frame, at } = framed(lineHeadBytes + text.length + 1, types.line);
  at.setInt32(4, line.facility, true);
  at.setInt32(8, line.severity, true);
  at.setInt32(12, text.length + 1, true);
  at.setInt32(20, line.pid, true);
  put(frame, line.entity, 24, entityBytes - 1);
  at.setBigUint64(88, BigInt(Math.max(0, Math.trunc(line.time))), true);
  frame.set(text, frameHeadBytes + lineHeadBytes);
  return frame as Uint8Array<ArrayBuffer>;
}

/** The first frame of a client whose lines are acknowledged. */
export function helloFrame(id: string, next: number, name: string): Uint8Array<ArrayBuffer> {
  const { frame, at } = framed(24 + entityBytes, types.hello);
  at.setBigUint64(8, BigInt(`0x${id}`), true);
  at.setBigUint64(16, BigInt(next), true);
  put(frame, name, 24, entityBytes - 1);
  return frame as Uint8Array<ArrayBuffer>;
}

/** Lines that a client lost. */
export function lostFrame({ first, last, fromMs, toMs }: Span): Uint8Array<ArrayBuffer> {
  const { frame, at } = framed(40, types.lost);
  [first, last, fromMs, toMs].forEach((value, index) =>
    at.setBigUint64(8 + 8 * index, BigInt(Math.max(0, Math.trunc(value))), true)
  );
  return frame as Uint8Array<ArrayBuffer>;
}

/** Up to where lines are settled. */
export function settledFrame(type: "welcome" | "settled", upTo: number): Uint8Array<ArrayBuffer> {
  const { frame, at } = framed(16, types[type]);
  at.setBigUint64(8, BigInt(upTo), true);
  return frame as Uint8Array<ArrayBuffer>;
}

/** The levels that are wanted. */
export function levelsFrame(levels: Levels): Uint8Array<ArrayBuffer> {
  const text = encoder.encode(JSON.stringify(levels));
  const { frame } = framed(8 + text.length, types.levels);
  frame.set(text, frameHeadBytes + 8);
  return frame as Uint8Array<ArrayBuffer>;
}

/** A number of 64 bits that is one of ours. @throws {RangeError} */
function numberAt(view: DataView, at: number, what: string): number {
  const value = view.getBigUint64(at, true);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new RangeError(`${what} is ${value}`);
  return Number(value);
}

function textAt(payload: Uint8Array, from: number, to: number): string {
  const bytes = payload.subarray(from, to);
  const end = bytes.indexOf(0);
  return decoder.decode(end < 0 ? bytes : bytes.subarray(0, end));
}

const viewOf = (payload: Uint8Array): DataView =>
  new DataView(payload.buffer, payload.byteOffset, payload.byteLength);

/** Reads what a client sent. @throws {RangeError} that says what is wrong with it */
export function readClientFrame(payload: Uint8Array): ClientFrame {
  const at = viewOf(payload);
  const type = payload.length < 4 ? -1 : at.getUint32(0, true);
  switch (type) {
    case types.line:
      return readLine(payload, at);
    case types.hello: {
      sized(payload, 24 + entityBytes, "a hello");
      const id = at.getBigUint64(8, true).toString(16).padStart(16, "0");
      const next = numberAt(at, 16, "its next line");
      if (next < 1) throw new RangeError("its next line is 0");
      return { type: "hello", id, next, name: nameOf(textAt(payload, 24, 24 + entityBytes)) };
    }
    case types.lost: {
      sized(payload, 40, "a count of lost lines");
      const first = numberAt(at, 8, "the first lost line");
      const last = numberAt(at, 16, "the last lost line");
      if (first < 1 || last < first) throw new RangeError(`lines ${first} to ${last} are lost`);
      const [fromMs, toMs] = [timeOf(at, 24), timeOf(at, 32)];
      return { type: "lost", first, last, fromMs, toMs };
    }
    default:
      throw new RangeError(`the type of its message is ${type}`);
  }
}

const sized = (payload: Uint8Array, bytes: number, what: string): void => {
  if (payload.length !== bytes) throw new RangeError(`${what} has ${payload.length} bytes`);
};

const timeOf = (at: DataView, from: number): number =>
  Math.min(timeMsMax, numberAt(at, from, "a time"));

/** Who writes: one word, so that nobody can pretend another beginning of a line. */
const nameOf = (text: string): string => printable(text).replace(/[^\w.@\-]/g, "_") || "unknown";

function readLine(payload: Uint8Array, at: DataView): LineFrame {
  if (payload.length < lineHeadBytes) throw new RangeError(`a line has ${payload.length} bytes`);
  const [facility, priority] = [at.getInt32(4, true), at.getInt32(8, true)];
  const [length, pid] = [at.getInt32(12, true), at.getInt32(20, true)];
  if (length < 0 || length !== payload.length - lineHeadBytes) {
    throw new RangeError(`a line of ${payload.length} bytes claims ${length} bytes of text`);
  }
  if (facility < 0 || facility > facilityMax) throw new RangeError(`its facility is ${facility}`);
  if (priority < 0 || (priority & ~0xff) !== 0) throw new RangeError(`its priority is ${priority}`);
  if (pid < 0) throw new RangeError(`its process is ${pid}`);
  return {
    type: "line",
    facility: facility & ~7,
    severity: priority & severityMax,
    pid,
    entity: nameOf(textAt(payload, 24, 24 + entityBytes)),
    time: timeOf(at, 88),
    text: textAt(payload, lineHeadBytes, payload.length),
  };
}

/** Reads what `logd` sent. @throws {RangeError} that says what is wrong with it */
export function readServerFrame(payload: Uint8Array): ServerFrame {
  const at = viewOf(payload);
  const type = payload.length < 8 ? -1 : at.getUint32(0, true);
  if (type === types.levels) {
    return { type: "levels", levels: readLevels(textAt(payload, 8, payload.length)) };
  }
  if (type !== types.welcome && type !== types.settled) throw new RangeError(`the type is ${type}`);
  sized(payload, 16, "an acknowledgement");
  const upTo = numberAt(at, 8, "the settled line");
  return { type: type === types.welcome ? "welcome" : "settled", upTo };
}

function readLevels(text: string): Levels {
  const value: unknown = JSON.parse(text);
  const isSeverity = (one: unknown): one is number =>
    Number.isInteger(one) && Number(one) >= 0 && Number(one) <= severityMax;
  if (typeof value !== "object" || value === null) throw new RangeError("no levels");
  const [all, of]: unknown[] = [Reflect.get(value, "all"), Reflect.get(value, "of")];
  if (!isSeverity(all) || typeof of !== "object" || of === null) throw new RangeError("no levels");
  const entries = Object.entries(of).slice(0, levelsMax);
  return { all, of: Object.fromEntries(entries.filter(([, level]) => isSeverity(level))) };
}

/** Cuts a stream of bytes into payloads. */
export class PayloadReader {
  #buffer = new Uint8Array(32 * 1024);
  #have = 0;

  /** Bytes of a frame that has begun. */
  get waiting(): number {
    return this.#have;
  }

  /** Takes bytes, gives whole payloads, which are valid until the next call. @throws {RangeError} */
  *take(bytes: Uint8Array): Generator<Uint8Array> {
    if (this.#have + bytes.length > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(this.#buffer.length * 2, this.#have + bytes.length));
      larger.set(this.#buffer.subarray(0, this.#have));
      this.#buffer = larger;
    }
    this.#buffer.set(bytes, this.#have);
    this.#have += bytes.length;
    const view = viewOf(this.#buffer);
    let at = 0;
    while (this.#have - at >= frameHeadBytes) {
      const [length, mark] = [view.getUint32(at, true), view.getUint32(at + 4, true)];
      if (mark !== magic) throw new RangeError(`a frame is marked ${mark.toString(16)}, not abcd`);
      if (length > payloadBytesMax) throw new RangeError(`a frame has ${length} bytes`);
      if (this.#have - at < frameHeadBytes + length) break;
      yield this.#buffer.subarray(at + frameHeadBytes, at + frameHeadBytes + length);
      at += frameHeadBytes + length;
    }
    this.#buffer.copyWithin(0, at, this.#have);
    this.#have -= at;
  }
}
