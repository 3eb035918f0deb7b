/**
 * The messages to stonithd, its answers, and the messages between stonithds of different nodes.
 *
 * @module
 */
import type { Message } from "../runtime/messages.ts";
import type { Rules } from "../runtime/protocol.ts";
import {
  count,
  durationMs,
  id,
  name,
  object,
  oneOf,
  type Reader,
  sorts,
  text,
  yesOrNo,
} from "../runtime/reader.ts";

/** Characters of what a device said, at most. */
const detailCharactersMax = 64 * 1024;
const detailBytesMax = 512 * 1024;
/** Characters of the meta-data of a device at most, and bytes of a message that holds it. */
export const metaDataCharactersMax = 1024 * 1024;
const metaDataBytesMax = 4 * 1024 * 1024;

type Of<T extends Message["type"]> = Extract<Message, { readonly type: T }>;

/** Types of messages to and from stonithd. */
export type FenceType =
  | "fence/request"
  | "fence/result"
  | "fence/subscribe"
  | "fence/happened"
  | "fence/check"
  | "fence/checked"
  | "fence/describe"
  | "fence/described";

/** What may be done to a node. */
export type FenceAction = "off" | "reboot" | "on";

const action: Reader<FenceAction> = oneOf("off", "reboot", "on");
const about = { target: name, action: oneOf("off", "reboot"), incarnation: count } as const;
const detail = text(detailCharactersMax);
/** Characters of the names of the devices of one level, at most. */
const deviceNamesCharactersMax = 4096;
/** Ids of devices, with a comma between them. */
const deviceNames = text(deviceNamesCharactersMax);

/** What a device of the sender does to a node in one of its lives. */
interface About {
  readonly target: string;
  readonly action: Exclude<FenceAction, "on">;
  readonly incarnation: number;
}

/** A device of mine strikes, or has; `ok`: it has confirmed it. */
export type StrikeMessage =
  | About & { readonly type: "strikes" }
  | About & { readonly type: "struck"; readonly ok: boolean; readonly device?: string };

/** Between stonithds of two nodes. */
export type PeerMessage =
  | StrikeMessage
  /** Do it with devices of yours, and tell me; `key` is the asker's. */
  | {
    readonly type: "fence";
    readonly key: string;
    readonly target: string;
    readonly incarnation?: number;
    readonly action: FenceAction;
    readonly timeoutMs: number;
  }
  /** The sender still carries out the request: wait for it. */
  | { readonly type: "working"; readonly key: string }
  | {
    readonly type: "fenced";
    readonly key: string;
    readonly ok: boolean;
    readonly detail: string;
    /** The devices that confirmed it. */
    readonly device?: string;
  };

/** Reads what another node's stonithd says. */
export const readPeer: Reader<PeerMessage> = sorts<PeerMessage>("type", {
  fence: object(
    { type: oneOf("fence"), key: id, target: name, action, timeoutMs: durationMs },
    { incarnation: count },
  ),
  working: object({ type: oneOf("working"), key: id }),
  strikes: object({ type: oneOf("strikes"), ...about }),
  struck: object({ type: oneOf("struck"), ...about, ok: yesOrNo }, { device: deviceNames }),
  fenced: object({ type: oneOf("fenced"), key: id, ok: yesOrNo, detail }, { device: deviceNames }),
});

/** The rules. */
export const fenceRules: Rules<Of<FenceType>> = {
  "fence/request": {
    from: ["tengine", "client"],
    to: ["stonithd"],
    read: object(
      { type: oneOf("fence/request"), id, target: name, action, timeoutMs: durationMs },
      { incarnation: count },
    ),
  },
  "fence/result": {
    from: ["stonithd"],
    read: object(
      { type: oneOf("fence/result"), id, target: name, action, ok: yesOrNo },
      { delegate: name, error: detail },
    ),
    bytesMax: detailBytesMax,
  },
  "fence/subscribe": {
    from: ["node", "client"],
    to: ["stonithd"],
    read: object({ type: oneOf("fence/subscribe") }),
  },
  "fence/happened": {
    from: ["stonithd"],
    read: object({
      type: oneOf("fence/happened"),
      target: name,
      action,
      ok: yesOrNo,
      delegate: name,
      detail,
      tookMs: durationMs,
    }, { incarnation: count }),
    bytesMax: detailBytesMax,
  },
  "fence/check": {
    from: ["lrmd", "client"],
    to: ["stonithd"],
    read: object({ type: oneOf("fence/check"), id, device: id }),
  },
  "fence/checked": {
    from: ["stonithd"],
    to: ["lrmd"],
    read: object({ type: oneOf("fence/checked"), id, ok: yesOrNo, detail }),
    bytesMax: detailBytesMax,
  },
  "fence/describe": {
    from: ["cib"],
    to: ["stonithd"],
    read: object({ type: oneOf("fence/describe"), id, device: id }),
  },
  "fence/described": {
    from: ["stonithd"],
    to: ["cib"],
    read: object({ type: oneOf("fence/described"), id }, { metaData: text(metaDataCharactersMax) }),
    bytesMax: metaDataBytesMax,
  },
};
