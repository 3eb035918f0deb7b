/**
 * The versions that other nodes of our kind speak: announced with each status, agreed on, and named in
 * the log and the status where there is no agreement. A node that speaks no version of ours is heard,
 * but no message passes, so it is no member.
 *
 * @module
 */
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

/** Name of the field of a status; C nodes ignore it. */
const fieldName = "haversions";

/** What this node announces. */
const ownOf = ({ config }: Pick<HeartbeatState, "config">): Versions =>
  config.versions ?? ownVersions;

/** The field of a status that announces it. */
export const versionField = (state: HeartbeatState) =>
  string(fieldName, versionsText(ownOf(state)));

/** Takes what a node of our kind announces. Tells whether messages may pass. */
export function takeVersions(turn: Turn, peer: Peer, message: WireMessage): boolean {
  const own = ownOf(turn.state);
  const text = stringOf(message, fieldName);
  const versions = readVersions(text);
  peer.versions = text ?? versionsText(ownVersions);
  const version = versions && agreedVersion(own, versions);
  if (version !== undefined) {
    if (peer.incompatible !== undefined) {
      log(turn, "notice", `${peer.name} speaks version ${version} with this node now`);
    }
    peer.incompatible = undefined;
    return true;
  }
  const why = `${peer.name} speaks protocol versions ${shown(peer.versions)}, this node speaks ` +
    `${versionsText(own)}: no message passes between them`;
  if (peer.incompatible !== why) {
    log(
      turn,
      "err",
      `${why}. Fix: bring both to versions that meet, one version at a time`,
    );
  }
  peer.incompatible = why;
  peer.incoming = undefined;
  dropReader(turn, peer);
  return false;
}

/** A signed text, but of a version that nobody knows. */
const shown = (text: string): string => text.slice(0, 32);
