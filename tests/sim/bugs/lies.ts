/**
 * Bugs by which a member that lies is believed.
 *
 * @module
 */
import type { CibState } from "../../../daemons/cib/mod.ts";
import { coordinatorOf } from "../../../daemons/cib/state.ts";
import { stepOf, type TengineState } from "../../../daemons/tengine/state.ts";
import { actorOf } from "../../../daemons/tengine/walk.ts";
import type { Event } from "../../../daemons/runtime/machine.ts";
import { wrapping } from "./wrap.ts";

/** A newer copy of the CIB counts, though others would have it too. */
export const newestBelieved = wrapping<CibState>("cib", () => ({
  before(state, event) {
    Object.assign(state, { mayAct: () => true });
    return event;
  },
}));

/** The event with another sender. */
const saidBy = (event: Extract<Event, { type: "message" }>, node: string): Event => ({
  ...event,
  from: { ...event.from, node },
});

/** Anyone who says that a write is acknowledged is taken for the coordinator. */
export const anybodyAcknowledges = wrapping<CibState>("cib", () => ({
  before({ view }, event) {
    const coordinator = coordinatorOf(view);
    const isSaid = event.type === "message" && event.message.type === "peer" &&
      JSON.stringify(event.message.body).includes('\\"type\\":\\"applied\\"');
    return isSaid && coordinator !== undefined ? saidBy(event, coordinator) : event;
  },
}));

/** Anyone who says that an order is carried out is taken for the node that was asked. */
export const anybodyPerforms = wrapping<TengineState>("tengine", () => ({
  before(state, event) {
    if (event.type !== "message" || event.message.type !== "crmd/performed") return event;
    const step = stepOf(state, event.message.key);
    const actor = step && actorOf(step.synapse.action);
    return actor === undefined ? event : saidBy(event, actor);
  },
}));
