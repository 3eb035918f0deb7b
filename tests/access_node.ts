/**
 * A node of a cluster of one for tests of access: its cib and its history, and a user that asks them.
 *
 * @module
 */
import assert from "node:assert/strict";
import { history } from "../daemons/history/core.ts";
import type { Effect, Event, Machine } from "../daemons/runtime/machine.ts";
import type { CibChange, Message } from "../daemons/runtime/messages.ts";
import type { User } from "../daemons/runtime/user.ts";
import { cib } from "../daemons/cib/core.ts";

/** The user of most tests. */
export const alice: User = { name: "alice", groups: ["ops"] };

/** A node of a cluster of one: its cib and its history. Texts: what is in the configuration, and the elements of the status. */
export function node(configuration: string, ...status: readonly string[]) {
  const initial = `<cib validate-with="pacemaker-3.9" epoch="1"><configuration>${configuration}` +
    `</configuration><status/></cib>`;
  const machines = new Map<string, Machine<never>>();
  for (const machine of [cib({ initial }), history()]) {
    machines.set(machine.service, machine as Machine<never>);
  }
  const heard: Message[] = [];
  let at = 0;
  const give = (service: string, event: Partial<Event> & Pick<Event, "type">) => {
    const machine = machines.get(service);
    if (machine === undefined) return;
    const effects: readonly Effect[] = machine.step(machine.state, { at: ++at, ...event } as Event);
    for (const effect of effects) {
      if (effect.type !== "send") continue;
      if (effect.to.service.startsWith("client-user")) heard.push(effect.message);
      else say(effect.to.service, service, effect.message);
    }
  };
  const say = (to: string, service: string, message: Message, user?: User) =>
    give(to, {
      type: "message",
      from: { node: "a", service, ...(user === undefined ? {} : { user }) },
      message,
    });
  for (const service of machines.keys()) {
    give(service, { type: "start", wallMs: 0, seed: 1, node: "a", saved: new Map() });
  }
  const members = [{ node: "a", incarnation: 1, bornOn: 1 }];
  say("cib", "ccm", {
    type: "ccm/view",
    view: { epoch: 1, members, quorate: true, electorate: ["a"] },
  });
  say("cib", "crmd", {
    type: "cib/apply",
    id: "status",
    changes: status.map((xml): CibChange => ({ op: "create", path: "/cib/status", xml })),
  });
  /** What the user is sent because of a message. */
  const ask = (to: string, message: Message, user: User = alice): readonly Message[] => {
    say(to, "client-user-1", message, user);
    // Nobody knows an agent here.
    give("cib", { type: "timer", name: "check client-user-1" });
    return heard.splice(0);
  };
  const admin = (...changes: CibChange[]) => {
    say("cib", "client-1", { type: "cib/apply", id: "admin", changes });
    give("cib", { type: "timer", name: "check client-1" });
    return heard.splice(0);
  };
  const writeAs = (user: User, changes: readonly CibChange[]): string => {
    const [answer] = ask("cib", { type: "cib/apply", id: "1", changes }, user);
    assert(answer?.type === "cib/applied", JSON.stringify(answer));
    return answer.ok ? "done" : answer.error ?? "";
  };
  const write = (...changes: CibChange[]): string => writeAs(alice, changes);
  const query = (user?: User): Extract<Message, { type: "cib/document" }> => {
    const [answer] = ask("cib", { type: "cib/query", id: "1" }, user);
    assert(answer?.type === "cib/document");
    return answer;
  };
  return { ask, admin, write, writeAs, query };
}
