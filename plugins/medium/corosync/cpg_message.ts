/**
 * The messages between Corosync 3 and a program that uses its process groups, as bytes. Captured
 * between Debian's libcpg 3.1.7 and its Corosync: 32 bit numbers in the machine's own order, each in 8
 * bytes; a request begins with its kind and its size, a response has an error beside.
 *
 * @module
 */

/** Kinds of requests and of responses. */
const kinds = { join: 0, multicast: 2, localNode: 4, changed: 4, delivered: 5 } as const;

/** Bytes of a request or response at most, as libcpg has it. */
export const messageBytesMax = 1024 * 1024;

/** The error of a response that has none. */
export const ok = 1;
/** Errors after which the same is to be asked again. */
export const askAgain: readonly number[] = [6, 10];

const nameBytesMax = 128;
/** Messages arrive everywhere in the same order. */
const agreed = 2;
/** Bytes before the message of a multicast. */
const multicastHead = 40;

/** Asks to be a member of a group. */
export function joinRequest(group: string, pid: number): Uint8Array<ArrayBuffer> {
  const [bytes, view] = request(kinds.join, 168);
  const name = new TextEncoder().encode(group);
  view.setUint32(16, name.length, true);
  bytes.set(name.subarray(0, nameBytesMax), 24);
  view.setUint32(152, pid, true);
  return bytes;
}

/** Asks for the number of this node. */
export const localNodeRequest = (): Uint8Array<ArrayBuffer> => request(kinds.localNode, 16)[0];

/** Sends to every member of the group; there is no response. */
export function multicastRequest(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const [bytes, view] = request(kinds.multicast, multicastHead + message.length);
  view.setUint32(24, agreed, true);
  view.setUint32(32, message.length, true);
  bytes.set(message, multicastHead);
  return bytes;
}

/** What came back for a request. */
export interface Response {
  readonly error: number;
  /** Of `localNodeRequest`. */
  readonly node: number | undefined;
}

/** A response; undefined if it is too short to be one. */
export function readResponse(bytes: Uint8Array): Response | undefined {
  if (bytes.length < 24) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    error: view.getUint32(16, true),
    node: bytes.length < 32 ? undefined : view.getUint32(24, true),
  };
}

/** What happened in the group. */
export type GroupEvent =
  | { readonly type: "changed"; readonly members: number }
  | {
    readonly type: "delivered";
    readonly node: number;
    readonly pid: number;
    /** A copy. */
    readonly message: Uint8Array;
  };

/** An event; undefined if it is of another kind, or says more than it has. */
export function readEvent(bytes: Uint8Array): GroupEvent | undefined {
  if (bytes.length < 184) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const kind = view.getUint32(0, true);
  const count = view.getUint32(160, true);
  if (kind === kinds.changed) return { type: "changed", members: count };
  if (kind !== kinds.delivered || 184 + count > bytes.length) return undefined;
  return {
    type: "delivered",
    node: view.getUint32(168, true),
    pid: view.getUint32(176, true),
    message: bytes.slice(184, 184 + count),
  };
}

function request(kind: number, size: number): [Uint8Array<ArrayBuffer>, DataView] {
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, kind, true);
  view.setUint32(8, size, true);
  return [bytes, view];
}
