import assert from "node:assert/strict";
import type { CibChange } from "../runtime/messages.ts";
import { applyChanges, readCib } from "./change.ts";
import { agentKey, agentsTouched, parametersText, wrongParameters } from "./written_parameters.ts";

const metaData = new Map([[
  agentKey({ class: "deno", provider: "pils", type: "WebServer" }),
  `<resource-agent name="WebServer"><version>1.1</version><parameters>
    <parameter name="port" required="1"><content type="integer"/></parameter>
    <parameter name="text"><content type="string"/></parameter></parameters></resource-agent>`,
]]);

const web = (parameters: string, more = "") =>
  `<primitive id="web" class="deno" provider="pils" type="WebServer"${more}>${parameters}</primitive>`;
const set = (pairs: string, id = "web-p") =>
  `<instance_attributes id="${id}">${pairs}</instance_attributes>`;
const pair = (name: string, value: string, id = `web-${name}`) =>
  `<nvpair id="${id}" name="${name}" value="${value}"/>`;
const cibOf = (resources: string) =>
  readCib(
    `<cib><configuration><crm_config/><nodes/><resources>${resources}</resources>
    <constraints/></configuration><status/></cib>`,
  );

function after(resources: string, ...changes: readonly CibChange[]) {
  const before = cibOf(resources);
  const applied = applyChanges(before, changes);
  assert.ok(applied.ok, JSON.stringify(applied));
  const problems = wrongParameters(before, applied.root, metaData);
  return {
    agents: agentsTouched(before, applied.root),
    error: problems.length === 0 ? undefined : parametersText(problems),
  };
}
const create = (xml: string): CibChange => ({
  op: "create",
  path: "/cib/configuration/resources",
  xml,
});
const modify = (path: string, attributes: Record<string, string>): CibChange => ({
  op: "modify",
  path: `/cib/configuration/resources/primitive[@id='web']${path}`,
  set: attributes,
});
const value = (value: string) =>
  modify("/instance_attributes[@id='web-p']/nvpair[@id='web-port']", { value });

Deno.test("all problems of a write are named at once, each with its place, value and fix", () => {
  const { error } = after("", create(web(set(pair("prot", "80") + pair("txet", "x")))));
  assert.equal(
    error,
    `The CIB is not changed: an agent cannot use its parameters
  primitive "web", parameter "port" of deno:pils:WebServer: "port" is missing: it is required [HA3013]. \
Fix: give a value for "port"
  primitive "web", nvpair "web-prot", parameter "prot" of deno:pils:WebServer: "prot" is not known \
here: the names are port, text [HA3013]. Fix: correct the name or remove it. Did you mean "port"?
  primitive "web", nvpair "web-txet", parameter "txet" of deno:pils:WebServer: "txet" is not known \
here: the names are port, text [HA3013]. Fix: correct the name or remove it. Did you mean "text"?`,
  );
  assert.match(
    after(web(set(pair("port", "80"))), value("eightyeighty")).error ?? "",
    /nvpair "web-port", parameter "port".*"eightyeighty" .*Fix: /,
  );
});

Deno.test("a write is checked only where it touches an agent or its parameters", () => {
  const wrong = web(set(pair("port", "eightyeighty")) + `<operations id="ops"/>`);
  for (
    const change of [
      create(`<primitive id="db" class="lsb" type="cron"/>`),
      modify("", { description: "x" }),
      modify("/operations[@id='ops']", { id: "other" }),
      value("80"),
      value("eightyeighty"),
      { op: "delete", path: "/cib/configuration/resources/primitive[@id='web']" } as const,
    ]
  ) assert.equal(after(wrong, change).error, undefined, JSON.stringify(change));
  assert.deepEqual(after(wrong, modify("", { description: "x" })).agents, []);
  // One mistake stays, another one is made: only that one is named.
  const { error } = after(
    wrong,
    { ...create(pair("txet", "x")), path: `${value("").path.replace(/\/nvpair.*/, "")}` },
  );
  assert.match(error ?? "", /txet/);
  assert.doesNotMatch(error ?? "", /eightyeighty/);
});

Deno.test("what cannot be known passes: rules, secrets, references, agents of elsewhere", () => {
  const rule =
    `<rule id="r" boolean-op="and"><date_expression id="d" operation="lt" end="x"/></rule>`;
  for (
    const xml of [
      web(set(pair("port", "lrm://file/etc/port"))),
      web(set(rule + pair("port", "eightyeighty"))),
      web(set(`<nvpair id-ref="nowhere"/>`)),
      web(`<instance_attributes id-ref="nowhere"/>`),
      web(set(pair("port", "80") + pair("CRM_meta_x", "1"))),
      `<primitive id="other" class="ocf" provider="heartbeat" type="WebServer"/>`,
      `<template id="t" class="deno" provider="pils" type="WebServer"/>`,
    ]
  ) assert.equal(after("", create(xml)).error, undefined, xml);
});

Deno.test("templates, groups, clones and references are looked into; the first value counts", () => {
  const template = (port: string) =>
    `<template id="t" class="deno" provider="pils" type="WebServer">${
      set(pair("port", port, "t-port"), "t-p")
    }</template>`;
  const from = (parameters = "") => `<primitive id="web" template="t">${parameters}</primitive>`;
  assert.equal(after("", create(template("80")), create(from())).error, undefined);
  assert.match(after("", create(template("x"))).error ?? "", /template "t", nvpair "t-port"/);
  assert.match(after(template("80"), create(from(set(pair("prot", "1"))))).error ?? "", /prot/);
  // The template breaks the resource that is made from it.
  const changed = after(template("80") + from(), {
    op: "delete",
    path: "/cib/configuration/resources/template[@id='t']/instance_attributes[@id='t-p']",
  });
  assert.match(changed.error ?? "", /primitive "web", parameter "port".*missing/);
  const group = `<clone id="c"><group id="g">${web(set(pair("port", "x")))}</group></clone>`;
  assert.match(after("", create(group)).error ?? "", /nvpair "web-port"/);
  const shared = `<primitive id="a" class="lsb" type="x">${
    set(pair("port", "x", "shared"), "s")
  }</primitive>`;
  assert.match(
    after(shared, create(web(`<instance_attributes id-ref="s"/>`))).error ?? "",
    /nvpair "shared"/,
  );
  const scored = `<instance_attributes id="high" score="10">${
    pair("port", "80", "h")
  }</instance_attributes>`;
  assert.equal(after("", create(web(set(pair("port", "x")) + scored))).error, undefined);
});
