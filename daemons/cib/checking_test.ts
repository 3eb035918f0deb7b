import assert from "node:assert/strict";
import type { Effect, Event } from "../runtime/machine.ts";
import type { CibChange, Message } from "../runtime/messages.ts";
import { batchAgentsMax, checkMs } from "./asking.ts";
import { charactersOf, pendingCharactersMax } from "./bounds.ts";
import { applyChanges, follow } from "./change.ts";
import { checkingMax, triesMax } from "./checking.ts";
import { Work, workMax } from "./work.ts";
import { initialRoot } from "./initial.ts";
import { agentsMax } from "./written_parameters.ts";
import { deviceMetaData } from "../stonithd/doors/metadata.ts";
import { cib } from "./core.ts";
import { recorded, scenarios } from "../runtime/testing/transcript.ts";

const scenario = scenarios("cib_checking");

const initial =
  `<cib validate-with="pacemaker-3.9" epoch="1"><configuration><crm_config/><nodes/><resources>
    <primitive id="web" class="deno" type="WebServer"><instance_attributes id="p">
    <nvpair id="port" name="port" value="80"/></instance_attributes></primitive>
    </resources><constraints/></configuration></cib>`;
const metaData = `<resource-agent name="WebServer"><parameters><parameter name="port">
    <content type="integer"/></parameter></parameters></resource-agent>`;

/** The cib of a cluster of one node. */
function alone(first = initial) {
  const machine = recorded(cib({ initial: first }));
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
  const effects = say("ccm", {
    type: "ccm/view",
    view: { epoch: 1, members, quorate: true, electorate: ["a"] },
  });
  const value = () => JSON.stringify(machine.state.copy?.root).match(/"port","value":"(\w*)"/)?.[1];
  return { step, say, value, effects };
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
const node = (id: string): CibChange => ({
  op: "create",
  path: "/cib/configuration/nodes",
  xml: `<node id="${id}" uname="${id}"/>`,
});
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

scenario("a client's write waits for lrmd, and is refused for a parameter that is wrong", () => {
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

scenario("writes of one client keep their order, others do not wait", () => {
  const { say } = alone();
  const id = question(say("client-a", write("1", port("81"))));
  assert.deepEqual(answers(say("client-a", write("2", node("b")))), []);
  assert.deepEqual(answers(say("client-b", write("3", node("c")))), ["3 done"]);
  // It was checked against a configuration that is another by now.
  const again = question(say("lrmd", { type: "lrm/described", id, metaData }));
  assert.deepEqual(answers(say("lrmd", { type: "lrm/described", id: again, metaData })), [
    "1 done",
    "2 done",
  ]);
});

scenario("without an answer in time, or without lrmd, a write passes", () => {
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

scenario("the writes of daemons are not checked, nor the status section", () => {
  const { say } = alone();
  assert.deepEqual(answers(say("crmd", write("1", port("x")))), ["1 done"]);
  const status: CibChange = { op: "create", path: "/cib/status", xml: `<tickets/>` };
  assert.deepEqual(answers(say("client-a", write("2", status))), ["2 done"]);
});

scenario("what waits is bounded", () => {
  const { say } = alone();
  for (let at = 0; at < checkingMax; at++) say("client-a", write(`${at}`, port("81")));
  assert.match(answers(say("client-b", write("last", port("81")))).join(), /Fix: try again later/);
});

scenario(
  "the characters of writes that wait are bounded, those of one alone by nothing here",
  () => {
    const large = (id: string, characters: number): Message => {
      const path = "/cib/configuration/resources";
      return write(id, { op: "create", path, xml: " ".repeat(characters - path.length) });
    };
    const { say } = alone();
    question(say("client-a", write("1", port("81"))));
    const free = pendingCharactersMax - charactersOf([port("81")]);
    assert.deepEqual(answers(say("client-a", large("2", free))), [], "exactly the bound");
    assert.match(answers(say("client-a", large("3", 50))).join(), /^3 .*Fix: try again later/);
    const other = alone();
    question(other.say("client-a", write("1", port("81"))));
    assert.match(answers(other.say("client-a", large("2", free + 1))).join(), /try again later/);
  },
);

const resource = (id: string, type = id): CibChange => ({
  op: "create",
  path: "/cib/configuration/resources",
  xml: `<primitive id="${id}" class="deno" type="${type}"/>`,
});

scenario("of a client's writes in a row each is checked on top of those before it", () => {
  const { say, value } = alone();
  const drop: CibChange = {
    op: "delete",
    path: "/cib/configuration/resources/primitive[@id='web']",
  };
  const web = `<primitive id="web" class="deno" type="WebServer"><instance_attributes id="p">
    <nvpair id="port" name="port" value="81"/></instance_attributes></primitive>`;
  assert.deepEqual(answers(say("client-a", write("0", drop))), ["0 done"]);
  const create: CibChange = { op: "create", path: "/cib/configuration/resources", xml: web };
  // The second names what the first brings: alone, nobody could tell which agent it touches.
  const first = question(say("client-a", write("1", create)));
  assert.deepEqual(say("client-a", write("2", port("eightyeighty"))), []);
  const done = say("lrmd", { type: "lrm/described", id: first, metaData });
  assert.deepEqual(answers(done), ["1 done"]);
  const second = say("lrmd", { type: "lrm/described", id: question(done), metaData });
  assert.match(answers(second).join(), /^2 The CIB is not changed.*\n.*"eightyeighty"/);
  assert.equal(value(), "81");
});

scenario(
  "what others write meanwhile is seen: the write is checked again, so often at most",
  () => {
    const { say, value } = alone();
    let asked = say("client-a", write("1", port("81")));
    for (let tries = 1; tries < triesMax; tries++) {
      assert.deepEqual(answers(say("client-b", write("x", node(`n${tries}`)))), ["x done"]);
      asked = say("lrmd", { type: "lrm/described", id: question(asked), metaData });
      assert.deepEqual(answers(asked), []);
    }
    say("client-b", write("x", node("last")));
    assert.match(
      answers(say("lrmd", { type: "lrm/described", id: question(asked), metaData })).join(),
      /^1 .*changed 16 times while this change was checked \[HA3010\]\. Fix: try again/,
    );
    assert.equal(value(), "80");
  },
);

scenario("more agents than one batch are asked of in several; far too many are refused", () => {
  const { say } = alone();
  const types = Array.from({ length: batchAgentsMax + 1 }, (_, at) => `T${at}`);
  const first = sent(
    say("client-a", write("1", ...types.map((type) => resource(type)))),
    "lrm/describe",
  );
  assert.equal(first.length, batchAgentsMax);
  let last: readonly Effect[] = [];
  for (const message of first) {
    assert.ok(message.type === "lrm/describe");
    last = say("lrmd", { type: "lrm/described", id: message.id });
  }
  const [rest] = sent(last, "lrm/describe");
  assert.ok(rest?.type === "lrm/describe");
  const needs = metaData.replace('name="port"', 'name="port" required="1"');
  assert.match(
    answers(say("lrmd", { type: "lrm/described", id: rest.id, metaData: needs })).join(),
    /^1 .*\n.*primitive "T64", parameter "port" .* is missing/,
  );
  const many = Array.from({ length: agentsMax + 1 }, (_, at) => resource(`T${at}`));
  assert.match(
    answers(say("client-a", write("2", ...many))).join(),
    /^2 .* concerns 513 different agents; limit 512 \[HA3012\]\. Fix: write it in several parts/,
  );
});

scenario("a fencing device is checked by what stonithd says of it", () => {
  const { say } = alone();
  const device = (pairs: string): CibChange => ({
    op: "create",
    path: "/cib/configuration/resources",
    xml: `<primitive id="power" class="stonith" type="process"><instance_attributes id="i">
      ${pairs}</instance_attributes></primitive>`,
  });
  const [asked] = sent(
    say("client-a", write("1", device('<nvpair id="n" name="hostlst" value="a"/>'))),
    "fence/describe",
  );
  assert.ok(asked?.type === "fence/describe");
  assert.equal(asked.device, "process");
  const text = deviceMetaData("process", [
    { fieldname: "hostlist", basictype: "string", required: true, regex: "[a-z ]+" },
    { fieldname: "volts", basictype: "integer", maximum: 240 },
  ]);
  // Who is not asked cannot answer.
  assert.deepEqual(say("lrmd", { type: "fence/described", id: asked.id, metaData: text }), []);
  assert.match(
    answers(say("stonithd", { type: "fence/described", id: asked.id, metaData: text })).join(),
    /"hostlist" of stonith:process: .* missing.*\n.*"hostlst" of .*Did you mean "hostlist"\?/,
  );
  const [again] = sent(
    say(
      "client-a",
      write(
        "2",
        device(`<nvpair id="a" name="hostlist" value="A"/><nvpair id="b" name="volts" value="300"/>
          <nvpair id="c" name="pcmk_host_lst" value="a"/>
          <nvpair id="d" name="pcmk_delay_base" value="soon"/>`),
      ),
    ),
    "fence/describe",
  );
  assert.ok(again?.type === "fence/describe");
  const [error = ""] = answers(
    say("stonithd", { type: "fence/described", id: again.id, metaData: text }),
  );
  assert.match(error, /nvpair "a", parameter "hostlist"/);
  assert.match(error, /nvpair "b", parameter "volts".*240/);
  assert.match(error, /"pcmk_host_lst" .*Did you mean "pcmk_host_list"\?/);
  assert.match(error, /nvpair "d", parameter "pcmk_delay_base"/);
});

scenario("what is not the configuration language is refused, with its path and line", () => {
  const { say } = alone();
  const constraints = (xml: string): CibChange => ({
    op: "create",
    path: "/cib/configuration/constraints",
    xml,
  });
  assert.deepEqual(
    answers(say("client-a", write("1", constraints('<rsc_colocaton id="c" rsc="a"/>')))),
    [
      `1 The CIB is not changed: this is not the configuration language
  /cib/configuration/constraints/rsc_colocaton[@id='c']: There is no element <rsc_colocaton> [HA3001]. \
Fix: write <rsc_colocation> if that is meant.`,
    ],
  );
  const location = (id: string) =>
    constraints(
      `<rsc_location id="${id}" rsc="web">\n  <rule id="r" scroe="1">\n  </rule>\n</rsc_location>`,
    );
  assert.match(
    answers(say("client-a", write("2", location("l")))).join(),
    /rsc_location\[@id='l'\]\/rule\[@id='r'\], line 2 of what was written: .*"score"/,
  );
  // The writes of daemons, and what was there before, are not refused.
  assert.deepEqual(answers(say("crmd", write("3", location("l")))), ["3 done"]);
  assert.deepEqual(answers(say("client-a", write("4", node("z")))), ["4 done"]);
  assert.match(
    answers(say("client-a", write("5", location("k")))).join(),
    /^5 .*not the configuration language/,
  );
});

scenario("what has no effect is a warning in the answer and in the log", () => {
  const { say } = alone();
  const option: CibChange = {
    op: "create",
    path: "/cib/configuration/crm_config",
    xml: `<cluster_property_set id="s"><nvpair id="n" name="stonith-enabeld" value="1"/>
      </cluster_property_set>`,
  };
  const effects = say("client-a", write("1", option));
  const [answer] = sent(effects, "cib/applied");
  assert.ok(answer?.type === "cib/applied" && answer.ok);
  const expected = "/cib/configuration/crm_config/cluster_property_set[@id='s']/nvpair[@id='n']: " +
    'The option "stonith-enabeld" has no effect: there is no such option [HA3009]. Fix: write ' +
    '"stonith-enabled" if that is meant.';
  assert.deepEqual(answer.warnings, [expected]);
  assert.ok(
    effects.some((effect) => effect.type === "log" && effect.text.endsWith(expected)),
  );
});

scenario("a document that breaks the language is loaded all the same, with a warning", () => {
  const { effects, value } = alone(initial.replace("<nodes/>", '<nodes><nod id="x"/></nodes>'));
  const warnings = effects.flatMap((effect) =>
    effect.type === "log" && effect.level === "warning" ? [effect.text] : []
  );
  assert.deepEqual(warnings, [
    "The CIB: x: There is no element <nod> [HA3001]. Fix: write <node> if that is meant.",
  ]);
  assert.equal(value(), "80");
});

scenario(
  "a write whose check would take too long is refused; what takes something out is not",
  () => {
    const { say } = alone();
    const orders = Array.from(
      { length: 120_000 },
      (_, at) => `<rsc_order id="o${at}" first="web" then="web"/>`,
    );
    const replace: CibChange = {
      op: "replace",
      path: "/cib/configuration/constraints",
      xml: `<constraints>${orders.join("")}</constraints>`,
    };
    assert.match(
      answers(say("client-a", write("1", replace))).join(),
      /^1 .*hold up the cluster for too long \[HA3012\]\. Fix: write them in several parts/,
    );
    assert.deepEqual(answers(say("crmd", write("2", replace))), ["2 done"]);
    const drop: CibChange = {
      op: "delete",
      path: "/cib/configuration/constraints/rsc_order[@id='o7']",
    };
    assert.deepEqual(answers(say("client-a", write("3", drop))), ["3 done"]);
  },
);

Deno.test("a write that would take too long is refused before any of it is read", () => {
  const constraint = `<rsc_location id="l" rsc="web" node="a" score="1"/>`;
  const written = (count: number): CibChange => ({
    op: "replace",
    path: "/cib/configuration/constraints",
    // A reader finds that it does not end.
    xml: `<constraints>${constraint.repeat(count)}`,
  });
  const { say } = alone();
  assert.match(answers(say("client-a", write("1", written(100_000)))).join(), /^1 .*HA3012/);
  assert.match(answers(say("client-a", write("2", written(10)))).join(), /^2 (?!.*HA3012)/);
  const work = new Work();
  assert.throws(() => work.expect([written(100_000)]), /HA3012/);
  work.expect([written(60_000)]);
  assert.equal(work.done, 0);
});

Deno.test("attributes that are set in many parts count with each part: it copies them all", () => {
  const tickets: CibChange = { op: "create", path: "/cib/status", xml: "<tickets/>" };
  const parts = (count: number): readonly CibChange[] => [
    tickets,
    ...Array.from({ length: count }, (_, part) => ({
      op: "modify" as const,
      path: "/cib/status/tickets",
      set: Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`a${part}_${at}`, ""])),
    })),
  ];
  const root = initialRoot(undefined);
  const work = new Work();
  assert.match(JSON.stringify(applyChanges(root, parts(60), work)), /HA3012/);
  assert(work.done < 1.1 * workMax, `${work.done} units`);
  // What the cluster has accepted is followed all the same.
  assert(follow(root, parts(60), { adminEpoch: 0, epoch: 2, numUpdates: 0 }).ok);
  const { say } = alone();
  assert.match(answers(say("client-a", write("1", ...parts(60)))).join(), /^1 .*HA3012/);
  assert.deepEqual(answers(say("client-a", write("2", ...parts(20)))), ["2 done"]);
});
