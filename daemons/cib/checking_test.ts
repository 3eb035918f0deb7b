import assert from "node:assert/strict";
import type { Effect, Event } from "../runtime/machine.ts";
import type { CibChange, Message } from "../runtime/messages.ts";
import { checkingMax, checkMs } from "./checking.ts";
import { cib } from "./core.ts";

const initial = `<cib epoch="1"><configuration><crm_config/><nodes/><resources>
    <primitive id="web" class="deno" type="WebServer"><instance_attributes id="p">
    <nvpair id="port" name="port" value="80"/></instance_attributes></primitive>
    </resources><constraints/></configuration></cib>`;
const metaData = `<resource-agent name="WebServer"><parameters><parameter name="port">
    <content type="integer"/></parameter></parameters></resource-agent>`;

/** The cib of a cluster of one node. */
function alone() {
  const machine = cib({ initial });
  let at = 0;
  /** What the copy says to itself is heard at once; its disk is quick. */
  const step = (event: Partial<Event> & Pick<Event, "type">): readonly Effect[] =>
    machine.step(machine.state, { at: ++at, ...event } as Event).flatMap((effect) =>
      effect.type === "send" && effect.to.service === "cib" ? say("cib", effect.message) : [effect]
    );
  const say = (service: string, message: Message) =>
    step({ type: "message", from: { node: "a", service }, message });
  step({ type: "start", wallMs: 0, seed: 1, node: "a", saved: new Map() });
  const members = [{ node: "a", incarnation: 1, bornOn: 1 }];
  say("ccm", {
    type: "ccm/view",
    view: { epoch: 1, members, quorate: true, electorate: ["a"] },
  });
  const value = () => JSON.stringify(machine.state.copy?.root).match(/"port","value":"(\w*)"/)?.[1];
  return { step, say, value };
}

const port = (value: string): CibChange => ({
  op: "modify",
  path:
    "/cib/configuration/resources/primitive[@id='web']/instance_attributes[@id='p']/nvpair[@id='port']",
  set: { value },
});
const write = (id: string, ...changes: CibChange[]): Message => ({
  type: "cib/apply",
  id,
  changes,
});
const node: CibChange = {
  op: "create",
  path: "/cib/configuration/nodes",
  xml: `<node id="b" uname="b"/>`,
};
const sent = (effects: readonly Effect[], type: Message["type"]) =>
  effects.flatMap((effect) =>
    effect.type === "send" && effect.message.type === type ? [effect.message] : []
  );
const answers = (effects: readonly Effect[]) =>
  sent(effects, "cib/applied").map((message) =>
    message.type === "cib/applied" ? `${message.id} ${message.ok ? "done" : message.error}` : ""
  );
function question(effects: readonly Effect[]): string {
  const [message] = sent(effects, "lrm/describe");
  assert.ok(message?.type === "lrm/describe");
  assert.deepEqual(message.agent, { class: "deno", type: "WebServer" });
  return message.id;
}

Deno.test("a client's write waits for lrmd, and is refused for a parameter that is wrong", () => {
  const { say, value } = alone();
  const id = question(say("client-a", write("1", port("eightyeighty"))));
  assert.match(
    answers(say("lrmd", { type: "lrm/described", id, metaData })).join(),
    /^1 The CIB is not changed.*\n.*"eightyeighty".*Fix: /,
  );
  assert.equal(value(), "80");
  const good = question(say("client-a", write("2", port("81"))));
  assert.deepEqual(answers(say("lrmd", { type: "lrm/described", id: good, metaData })), ["2 done"]);
  assert.equal(value(), "81");
});

Deno.test("writes of one client keep their order, others do not wait", () => {
  const { say } = alone();
  const id = question(say("client-a", write("1", port("81"))));
  assert.deepEqual(answers(say("client-a", write("2", node))), []);
  assert.deepEqual(answers(say("client-b", write("3", node))), ["3 done"]);
  assert.deepEqual(answers(say("lrmd", { type: "lrm/described", id, metaData })), [
    "1 done",
    "2 done",
  ]);
});

Deno.test("without an answer in time, or without lrmd, a write passes", () => {
  const { say, step } = alone();
  const effects = say("client-a", write("1", port("x")));
  const id = question(effects);
  const timer = effects.find((effect) => effect.type === "timer");
  assert.deepEqual(timer, { type: "timer", name: "check client-a", inMs: checkMs });
  assert.deepEqual(answers(step({ type: "timer", name: "check client-a" })), ["1 done"]);
  // The answer to the old question is not one to the next.
  question(say("client-a", write("2", port("y"))));
  assert.deepEqual(answers(say("lrmd", { type: "lrm/described", id, metaData })), []);
  assert.deepEqual(answers(step({ type: "peer", service: "lrmd", up: false })), ["2 done"]);
  question(say("client-a", write("3", port("z"))));
  const last = question(say("client-b", write("4", port("7"))));
  assert.deepEqual(answers(say("lrmd", { type: "lrm/described", id: last })), ["4 done"]);
});

Deno.test("the writes of daemons are not checked, nor the status section", () => {
  const { say } = alone();
  assert.deepEqual(answers(say("crmd", write("1", port("x")))), ["1 done"]);
  const status: CibChange = { op: "create", path: "/cib/status", xml: `<node_state id="b"/>` };
  assert.deepEqual(answers(say("client-a", write("2", status))), ["2 done"]);
});

Deno.test("what waits is bounded", () => {
  const { say } = alone();
  for (let at = 0; at < checkingMax; at++) say("client-a", write(`${at}`, port("81")));
  assert.match(answers(say("client-b", write("last", port("81")))).join(), /Fix: try again later/);
});
