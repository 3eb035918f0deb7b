/**
 * The contract of kind `encoding`, version `encoding/1`: a message as bytes, and back.
 *
 * A message is an ordered list of named, typed fields, as in heartbeat. Names may repeat, and a
 * lookup finds the first one. An encoding also finds the signature in a packet, so that it can be
 * checked **before anything else of the packet is parsed**.
 *
 * All methods are synchronous when the plugin is inline.
 *
 * @module
 */

/** A message: its fields in wire order. The field `t` is its type. */
export type WireMessage = readonly WireField[];

/** One field. A name is not empty and has no `=`, no newline, no NUL and no `(` in front. */
export type WireField =
  /** Text, UTF-8 on the wire; no NUL. */
  | { readonly type: "string"; readonly name: string; readonly value: string }
  /** A string of a sender that does not write UTF-8: its bytes, so that nothing is lost. */
  | { readonly type: "octets"; readonly name: string; readonly value: Uint8Array }
  /** Any bytes. */
  | { readonly type: "binary"; readonly name: string; readonly value: Uint8Array }
  /** A message within the message; at most 16 levels. */
  | { readonly type: "struct"; readonly name: string; readonly value: WireMessage }
  /** Texts, none empty. */
  | { readonly type: "list"; readonly name: string; readonly value: readonly string[] }
  /** A packed message; the field `_compression_algorithm` names the method. */
  | { readonly type: "packed"; readonly name: string; readonly value: Uint8Array };

/** The content of a frame, or why it is invalid. */
export type Decoded =
  | { readonly ok: true; readonly message: WireMessage }
  | { readonly ok: false; readonly why: string };

/** A packet, split only as far as its signature requires. */
export interface Envelope {
  /** Number of the key in `authkeys`. */
  readonly authnum: number;
  /** The signature, as in the packet. */
  readonly mac: string;
  /** The bytes that the signature covers: a view of the packet. */
  readonly signed: Uint8Array;
  /** The bytes to be decoded: a view of the packet. */
  readonly frame: Uint8Array;
}

/** The methods of an encoding. */
export interface Encoding {
  /**
   * The frame of a message, unsigned. Binary values are copied.
   *
   * @throws {RangeError} if this encoding cannot express the message, with the reason.
   */
  encode(message: WireMessage): Uint8Array;
  /** Decodes a frame and checks every bit of it. Never throws. Binary values are copies. */
  decode(frame: Uint8Array): Decoded;
  /** The bytes of an unsigned frame that its signature will cover: a view. */
  signable(frame: Uint8Array): Uint8Array;
  /** A packet: the frame with its signature at the place that this encoding uses. */
  seal(frame: Uint8Array, authnum: number, mac: string): Uint8Array;
  /** Finds the signature of a packet without parsing its fields; undefined if there is none. */
  open(packet: Uint8Array): Envelope | undefined;
  /**
   * The bytes that heartbeat's inner `auth` field covers (`msgfmt classic`): the fields as in
   * classic framing, less `auth`. Only encodings that have such a field.
   *
   * @throws {RangeError} if that form cannot express the message.
   */
  inner?(message: WireMessage): Uint8Array;
}

/** An encoding emits nothing. */
export type EncodingEvent = never;

/** Maximum depth of structs within structs. */
export const structDepthMax = 16;

/** Maximum bytes of a frame, unpacked: heartbeat's own bound is 2 MiB. */
export const frameBytesMax = 2 * 1024 * 1024;
