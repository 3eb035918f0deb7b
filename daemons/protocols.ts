/**
 * Every message between daemons, by type: who may send it, who takes it, how it is read. This is the
 * one table; each row stands in the `protocol.ts` of the daemon whose message it is. The runtime is
 * given it as data, and looks at each message where it enters a process (`runtime/door.ts`).
 *
 * @module
 */
import { alertsRules } from "./alerts/protocol.ts";
import { attrdRules } from "./attrd/protocol.ts";
import { ccmRules } from "./ccm/protocol.ts";
import { cibRules } from "./cib/protocol.ts";
import { crmdRules } from "./crmd/protocol.ts";
import { eventsRules } from "./events/protocol.ts";
import { historyRules } from "./history/protocol.ts";
import { heartbeatRules } from "./heartbeat/protocol.ts";
import { logdRules } from "./logd/protocol.ts";
import { lrmRules } from "./lrmd/protocol.ts";
import { pengineRules } from "./pengine/protocol.ts";
import type { ServiceName } from "./processes.ts";
import type { Message } from "./runtime/messages.ts";
import type { Protocol, Rules } from "./runtime/protocol.ts";
import { runtimeRules } from "./runtime/rules.ts";
import { fenceRules } from "./stonithd/protocol.ts";
import { tengineRules } from "./tengine/protocol.ts";

type Typed = Exclude<Message, { readonly type: "unread" }>;

/** By the service whose messages they are; one without messages of its own has no entry. */
const own = {
  heartbeat: heartbeatRules,
  ccm: ccmRules,
  cib: cibRules,
  pengine: pengineRules,
  lrmd: lrmRules,
  stonithd: fenceRules,
  tengine: tengineRules,
  crmd: crmdRules,
  attrd: attrdRules,
  history: historyRules,
  events: eventsRules,
  alerts: alertsRules,
  logd: logdRules,
} satisfies Partial<Record<ServiceName, Partial<Rules<Typed>>>>;

type Own = typeof own;
/** Types of messages that have a row. */
type Ruled = keyof typeof runtimeRules | { [S in keyof Own]: keyof Own[S] }[keyof Own];

/** A message without a row does not compile: the error names its type. */
export const everyMessageHasARow = (without: Exclude<Typed["type"], Ruled>): never => without;

/** The table. */
export const protocol: Protocol = new Map(
  [runtimeRules, ...Object.values(own)].flatMap((rules) => Object.entries(rules)),
);
