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
  integer,
  list,
  name,
  nameCharactersMax,
  nodesMax,
  object,
  oneOf,
  type Reader,
  sorts,
  text,
  writable,
  yesOrNo,
} from "../runtime/reader.ts";
import type { FenceAction } from "./fence_action.ts";
import type { FenceRecord } from "./fence_record.ts";
import { recordDetailMax, recordsMax } from "./fence_record.ts";
import { surveyDetailMax, surveyDevicesMax, type SurveyedDevice } from "./surveyed_device.ts";

/** Characters of what a device said, at most. */
const detailCharactersMax = 64 * 1024;
const detailBytesMax = 512 * 1024;
/** Characters of the meta-data of a device at most, and bytes of a message that holds it. */
export const metaDataCharactersMax = 1024 * 1024;
const metaDataBytesMax = 4 * 1024 * 1024;
const surveyBytesMax = 4 * 1024 * 1024;

type Of<T extends Message["type"]> = Extract<Message, { readonly type: T }>;

/** Types of messages to and from stonithd. */
export type FenceType =
  | "fence/request"
  | "fence/underway"
  | "fence/confirm"
  | "fence/survey"
  | "fence/surveyed"
  | "fence/result"
  | "fence/subscribe"
  | "fence/happened"
  | "fence/check"
  | "fence/checked"
  | "fence/describe"
  | "fence/described";

export type { FenceAction };

const action: Reader<FenceAction> = oneOf("off", "reboot", "on");
const about = { target: name, action: oneOf("off", "reboot"), incarnation: count } as const;
const detail = text(detailCharactersMax);
/** Characters of the names of the devices of one level, at most. */
const deviceNamesCharactersMax = 4096;
/** Ids of devices, with a comma between them. */
const deviceNames = text(deviceNamesCharactersMax);

/** Characters of a reason, and of the name of a person. */
export const reasonCharactersMax = 300;
const reason = text(reasonCharactersMax);
/** Characters of the names of all that asked for one execution. */
const askersCharactersMax = 512;

const recordReader: Reader<FenceRecord> = object({
  target: name,
  action,
  ok: yesOrNo,
  delegate: name,
  device: deviceNames,
  asker: text(askersCharactersMax),
  detail: text(recordDetailMax),
  tookMs: durationMs,
  wallMs: integer(-Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
}, { reason, incarnation: count, execution: id });

const deviceAnswer: Reader<SurveyedDevice> = object({
  device: id,
  ok: yesOrNo,
  detail: text(surveyDetailMax),
  tookMs: durationMs,
  hosts: list(name, nodesMax),
});

/** What a device of the sender does to a node in one of its lives. */
interface About {
  readonly target: string;
  readonly action: Exclude<FenceAction, "on">;
  readonly incarnation: number;
}

/** A device of mine strikes, or has; `ok`: it has confirmed it. */
export type StrikeMessage =
  | About & { readonly type: "strikes" }
  | About & {
    readonly type: "struck";
    readonly ok: boolean;
    readonly device?: string;
    readonly execution?: string;
    /** A person of that node has confirmed it, no device. */
    readonly person?: boolean;
  };

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
    /** Milliseconds for which no device is to begin. */
    readonly delayMs?: number;
  }
  /** The sender can fence these nodes. */
  | { readonly type: "reach"; readonly targets: readonly string[] }
  /** The sender has just begun: what do you reach, and what became of fencings? */
  | { readonly type: "recall" }
  /** What the sender knows of fencings. */
  | { readonly type: "records"; readonly records: readonly FenceRecord[] }
  /** Ask each of your devices whether it could fence now, and what they said. */
  | { readonly type: "survey"; readonly key: string }
  | {
    readonly type: "surveyed";
    readonly key: string;
    readonly devices: readonly SurveyedDevice[];
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
    readonly execution?: string;
  };

/** Reads what another node's stonithd says. */
export const readPeer: Reader<PeerMessage> = sorts<PeerMessage>("type", {
  fence: object(
    { type: oneOf("fence"), key: id, target: name, action, timeoutMs: durationMs },
    { incarnation: count, delayMs: durationMs },
  ),
  reach: object({ type: oneOf("reach"), targets: list(name, nodesMax) }),
  recall: object({ type: oneOf("recall") }),
  records: object({ type: oneOf("records"), records: list(recordReader, recordsMax) }),
  survey: object({ type: oneOf("survey"), key: id }),
  surveyed: object({
    type: oneOf("surveyed"),
    key: id,
    devices: list(deviceAnswer, surveyDevicesMax),
  }),
  working: object({ type: oneOf("working"), key: id }),
  strikes: object({ type: oneOf("strikes"), ...about }),
  struck: object(
    { type: oneOf("struck"), ...about, ok: yesOrNo },
    { device: deviceNames, execution: id, person: yesOrNo },
  ),
  fenced: object(
    { type: oneOf("fenced"), key: id, ok: yesOrNo, detail },
    { device: deviceNames, execution: id },
  ),
});

/** The rules. */
export const fenceRules: Rules<Of<FenceType>> = {
  "fence/request": {
    from: ["tengine", "client"],
    to: ["stonithd"],
    read: object(
      { type: oneOf("fence/request"), id, target: name, action, timeoutMs: durationMs },
      { incarnation: count, delayMs: durationMs, reason },
    ),
  },
  "fence/underway": {
    from: ["stonithd"],
    read: object({ type: oneOf("fence/underway"), id, timeoutMs: durationMs }),
  },
  "fence/confirm": {
    from: ["client"],
    to: ["stonithd"],
    read: object({
      type: oneOf("fence/confirm"),
      id,
      target: name,
      by: writable(nameCharactersMax),
    }),
  },
  "fence/survey": {
    from: ["client"],
    to: ["stonithd"],
    read: object({ type: oneOf("fence/survey"), id }),
  },
  "fence/surveyed": {
    from: ["stonithd"],
    read: object({
      type: oneOf("fence/surveyed"),
      id,
      silent: list(name, nodesMax),
      nodes: list(
        object({ node: name, devices: list(deviceAnswer, surveyDevicesMax) }),
        nodesMax,
      ),
    }),
    bytesMax: surveyBytesMax,
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
    }, { incarnation: count, device: deviceNames, origin: name, client: name }),
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
    from: ["cib", "client"],
    to: ["stonithd"],
    read: object({ type: oneOf("fence/describe"), id, device: id }),
  },
  "fence/described": {
    from: ["stonithd"],
    read: object({ type: oneOf("fence/described"), id }, { metaData: text(metaDataCharactersMax) }),
    bytesMax: metaDataBytesMax,
  },
};
