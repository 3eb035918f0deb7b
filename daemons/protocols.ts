/**
 * Every message between daemons, by type: who may send it, who takes it, how it is read. This is the
 * one table; each row stands in the `protocol.ts` of the daemon whose message it is. The runtime is
 * given it as data, and looks at each message where it enters a process (`runtime/door.ts`).
 *
 * @module
 */
import { ccmRules } from "./ccm/protocol.ts";
import { cibRules } from "./cib/protocol.ts";
import { crmdRules } from "./crmd/protocol.ts";
import { heartbeatRules } from "./heartbeat/protocol.ts";
import { lrmRules } from "./lrmd/protocol.ts";
import { pengineRules } from "./pengine/protocol.ts";
import type { Message } from "./runtime/messages.ts";
import type { Protocol, Rules } from "./runtime/protocol.ts";
import { runtimeRules } from "./runtime/rules.ts";
import { fenceRules } from "./stonithd/protocol.ts";
import { tengineRules } from "./tengine/protocol.ts";

/** A message without a row does not compile. */
const rules: Rules<Exclude<Message, { readonly type: "unread" }>> = {
  ...runtimeRules,
  ...heartbeatRules,
  ...ccmRules,
  ...cibRules,
  ...pengineRules,
  ...lrmRules,
  ...fenceRules,
  ...tengineRules,
  ...crmdRules,
};

/** The table. */
export const protocol: Protocol = new Map(Object.entries(rules));
