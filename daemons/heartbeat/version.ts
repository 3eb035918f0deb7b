/**
 * The protocol versions of other nodes of our kind. Each status announces them. If there is no
 * common version, or a node announces none, the log and the status name the node. Such a node is
 * heard, but no message passes, so it is not a member.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import type { WireMessage } from "../../plugins/handler/encoding/contract.ts";
import {
  agreedVersion,
  ownVersions,
  readVersions,
  type Versions,
  versionsText,
} from "../runtime/version.ts";
import { string, stringOf } from "./fields.ts";
import type { HeartbeatState, Peer, Turn } from "./state.ts";
import { log } from "./state.ts";
import { dropReader } from "./stream_out.ts";

/** Names of the fields of a status; C nodes ignore them. */
const fieldName = "haversions";
const streamName = "hastream";

/** Version of the stream of messages between nodes of our kind. */
const streamVersion = 1;

/** What this node announces. */
const ownOf = ({ config }: Pick<HeartbeatState, "config">): Versions =>
  config.versions ?? ownVersions;

/** The fields of a status that announce what this node speaks. */
export const streamField = string(streamName, String(streamVersion));
export const versionField = (state: HeartbeatState) =>
  string(fieldName, versionsText(ownOf(state)));

/** Whether a status is of a node of our kind, whatever it speaks. */
export const isOurs = (status: WireMessage): boolean => stringOf(status, streamName) !== undefined;

/** Takes what a node announces in its status. Tells whether messages may pass. */
export function takeVersions(turn: Turn, peer: Peer, status: WireMessage): boolean {
  peer.ours = isOurs(status);
  peer.versions = peer.ours ? stringOf(status, fieldName) ?? "" : "";
  const verdict = peer.ours ? judge(turn.state, peer, status) : undefined;
  if (typeof verdict === "string") {
    refuse(turn, peer, verdict);
    return false;
  }
  if (verdict !== undefined && peer.incompatible !== undefined) {
    log(turn, "notice", `${peer.name} now speaks version ${verdict} with this node`);
  }
  peer.incompatible = undefined;
  return peer.ours;
}

/** The version that this node and one of our kind speak, or why no message passes between them. */
function judge(state: HeartbeatState, peer: Peer, status: WireMessage): number | string {
  const own = ownOf(state);
  const stream = stringOf(status, streamName) ?? "";
  if (stream !== String(streamVersion)) {
    return `${peer.name} speaks version ${shown(stream)} of the stream of messages, this node ` +
      `speaks ${streamVersion}: ${nothing}`;
  }
  const text = stringOf(status, fieldName);
  if (text === undefined) {
    return `${peer.name} announces no protocol versions, so it is older than version 1; this node ` +
      `speaks ${versionsText(own)}: ${nothing}`;
  }
  const theirs = readVersions(text);
  return (theirs && agreedVersion(own, theirs)) ??
    `${peer.name} speaks protocol versions ${shown(text)}, this node speaks ` +
      `${versionsText(own)}: ${nothing}`;
}

const nothing = "no message passes between them";

function refuse(turn: Turn, peer: Peer, why: string): void {
  if (peer.incompatible !== why) {
    log(
      turn,
      "err",
      withCode(
        "HA5012",
        `${why}. Fix: upgrade one of them, one version at a time, until both share a version`,
      ),
    );
  }
  peer.incompatible = why;
  peer.incoming = undefined;
  dropReader(turn, peer);
}

/** A signed text, but of a version that nobody knows. */
const shown = (text: string): string => text.slice(0, 32);
