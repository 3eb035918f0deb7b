/**
 * The protocol versions of other nodes of our kind. Each status announces them. If there is no
 * common version, the log and the status name the node. Such a node is heard, but no message
 * passes, so it is not a member.
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
      log(turn, "notice", `${peer.name} now speaks version ${version} with this node`);
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
      withCode(
        "HA5012",
        `${why}. Fix: upgrade one of them, one version at a time, until both share a version`,
      ),
    );
  }
  peer.incompatible = why;
  peer.incoming = undefined;
  dropReader(turn, peer);
  return false;
}

/** A signed text, but of a version that nobody knows. */
const shown = (text: string): string => text.slice(0, 32);
