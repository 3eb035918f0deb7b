import assert from "node:assert/strict";
import fc from "fast-check";
import { arbitraryFields } from "../arbitrary_fields.ts";
import { check } from "../check.ts";
import type { Field } from "../field.ts";
import { parse, type XmlElement, type XmlNode } from "@std/xml";
import { assertGolden } from "../testing/golden.ts";
import { Choices, formHtml, formOf, readSubmission } from "./mod.ts";

const fields: readonly Field[] = [
  {
    fieldname: "address",
    basictype: "string",
    specialtype: "host",
    required: true,
    label: { en: "Address", de: "Adresse" },
    short_text: { en: "Where the <switch> is", de: "Wo der Schalter ist" },
    long_text: { en: "A name or an address.\nNot a network." },
  },
  { fieldname: "port", basictype: "integer", specialtype: "port", default: 161, unit: "UDP" },
  { fieldname: "password", basictype: "string", secret: true, required: true },
  { fieldname: "pin", basictype: "string", specialtype: "secret" },
  {
    fieldname: "mode",
    basictype: "enum",
    choices: ["fast", { value: "slow", label: { en: "Slow" } }],
    default: "fast",
  },
  {
    fieldname: "depth",
    basictype: "integer",
    required: true,
    showif: { field: "mode", is: ["slow"] },
  },
  { fieldname: "verbose", basictype: "boolean", default: true },
  { fieldname: "maybe", basictype: "boolean" },
  { fieldname: "peers", basictype: "string", specialtype: "ipaddr", isarray: true },
  { fieldname: "days", basictype: "enum", choices: ["mo", "tu"], isarray: true },
  { fieldname: "outlet", basictype: "enum", choices: ["1"], choicesfrom: "outlets" },
  {
    fieldname: "nodes",
    basictype: "struct",
    isarray: true,
    fields: [
      { fieldname: "name", basictype: "string", specialtype: "node", required: true },
      { fieldname: "a.b", basictype: "boolean", default: true },
      { fieldname: "key", basictype: "string", secret: true },
    ],
  },
  {
    fieldname: "extra",
    basictype: "struct",
    secret: true,
    fields: [{ fieldname: "token", basictype: "string" }],
  },
  { fieldname: "old", basictype: "string", deprecated: { by: ["address"] } },
];

const values = {
  address: "pdu.example.org",
  port: 162,
  password: "canary-password",
  pin: "canary-pin",
  mode: "slow",
  depth: 3,
  verbose: false,
  peers: ["192.0.2.1", "::1"],
  days: ["tu"],
  outlet: "7",
  nodes: [{ name: "alice", "a.b": false, key: "canary-key" }, { name: "bob", "a.b": true }],
  extra: { token: "canary-token" },
};

/** Every element of the page; it is well-formed as XML too, so that our own reader can read it. */
function elementsOf(html: string): readonly XmlElement[] {
  const all: XmlElement[] = [];
  const walk = (node: XmlNode): void => {
    if (node.type !== "element") return;
    all.push(node);
    node.children.forEach(walk);
  };
  walk(parse(html).root);
  return all;
}

const textOf = (node: XmlNode): string =>
  node.type === "text"
    ? node.text
    : node.type === "element"
    ? node.children.map(textOf).join("")
    : "";

/** What a browser would send if somebody pressed the button, having typed `typed` by name. */
function browser(html: string, typed: Readonly<Record<string, string>> = {}): [string, string][] {
  const sent: [string, string][] = [];
  for (const { name: { local }, attributes, children } of elementsOf(html)) {
    const name = attributes.name;
    if (name === undefined || local === "button") continue;
    if (attributes.type === "checkbox") {
      const on = typed[name] === undefined
        ? attributes.checked !== undefined
        : typed[name] === "true";
      if (on) sent.push([name, attributes.value ?? "on"]);
    } else if (local === "select") {
      const chosen = children.find((option) =>
        option.type === "element" && option.attributes.selected !== undefined
      ) as XmlElement | undefined;
      sent.push([name, typed[name] ?? chosen?.attributes.value ?? ""]);
    } else if (local === "textarea") {
      sent.push([
        name,
        typed[name] ?? children.map(textOf).join("").replace(/^\n/, "").replaceAll("\n", "\r\n"),
      ]);
    } else {sent.push([
        name,
        (attributes.type === "hidden" ? undefined : typed[name]) ?? attributes.value ?? "",
      ]);}
  }
  return sent;
}

Deno.test("a form is drawn so that everybody can use it, and without any secret", () => {
  const checked = check(fields, { ...values, port: 70000, nodes: [{ name: "-" }] }, {
    path: ["config"],
  });
  assert.ok(!checked.ok);
  const form = formOf(fields, { values, diagnostics: checked.diagnostics, path: ["config"] });
  assert.ok(!JSON.stringify(form).includes("canary"), "a secret is in the model");
  const html = formHtml(form, { action: "/save?a=1&b=2", hidden: { _token: '"x"' } });
  assert.ok(!html.includes("canary"), "a secret is in the page");
  const all = elementsOf(html);
  const ids = all.flatMap(({ attributes }) => attributes.id ?? []);
  assert.equal(new Set(ids).size, ids.length, "ids are unique");
  for (const { name: { local }, attributes } of all) {
    // Whatever describes or labels something, and every link, leads somewhere.
    for (const id of (attributes["aria-describedby"] ?? attributes.for ?? "").split(" ")) {
      if (id !== "") assert.ok(ids.includes(id), id);
    }
    if (local === "a") assert.ok(ids.includes(attributes.href?.slice(1) ?? ""), attributes.href);
    const isControl = ["input", "select", "textarea"].includes(local) &&
      attributes.type !== "hidden" && attributes.id !== undefined;
    if (isControl) {
      assert.ok(
        all.some((label) => label.name.local === "label" && label.attributes.for === attributes.id),
      );
    }
    assert.notEqual(local, "script");
    assert.ok(!Object.keys(attributes).some((name) => name.startsWith("on")));
  }
  const port = all.find(({ attributes }) => attributes.name === "port");
  assert.equal(port?.attributes["aria-invalid"], "true");
  const errors = all.filter(({ attributes }) => attributes.class === "error").map(textOf);
  assert.deepEqual(errors, [
    "70000 is not a port: ports go from 1 to 65535. Fix: give a port such as 694",
    `"-" is not a node's name: a node's name is letters, digits, dots, hyphens and underscores, at most 255. Fix: give a node's name such as alice`,
  ]);
  assert.match(html, /Where the &lt;switch&gt; is/);
  // Another language, as far as the texts go.
  assert.match(formHtml(formOf(fields, { language: "de-AT" })), /Wo der Schalter ist[^]*Speichern/);
});

Deno.test("a form that is sent as it was drawn changes nothing", () => {
  const { checked, action } = readSubmission(
    fields,
    browser(formHtml(formOf(fields, { values }))),
    {
      previous: values,
    },
  );
  assert.equal(action, "save");
  assert.ok(checked.ok, JSON.stringify(checked));
  assert.deepEqual(checked.value, values);
});

Deno.test("what was typed comes back as typed values; empty secrets keep theirs", () => {
  const html = formHtml(formOf(fields, { values }));
  const { checked, values: redraw } = readSubmission(
    fields,
    browser(html, {
      port: "",
      password: "new-password",
      mode: "fast",
      verbose: "true",
      maybe: "false",
      peers: " 192.0.2.9 \r\n\r\n::2",
      days: "true",
      "nodes.2.name": "carol",
      "nodes.2.key": "carols",
    }),
    { previous: values },
  );
  assert.ok(checked.ok, JSON.stringify(checked));
  assert.deepEqual(checked.value, {
    address: values.address,
    port: 161,
    password: "new-password",
    pin: values.pin,
    mode: "fast",
    verbose: true,
    maybe: false,
    peers: ["192.0.2.9", "::2"],
    days: ["mo", "tu"],
    outlet: "7",
    nodes: [...values.nodes, { name: "carol", "a.b": true, key: "carols" }],
    extra: values.extra,
  });
  // Drawn again, the new secret is not taken for a stored one.
  assert.equal(redraw.password, "canary-password");
});

Deno.test("items are removed, room is made, secrets are forgotten, when asked", () => {
  const sent = browser(formHtml(formOf(fields, { values })));
  const removed = readSubmission(fields, [...sent, ["_remove", "nodes.0"], ["_forget", "pin"]], {
    previous: values,
  });
  assert.ok(removed.checked.ok);
  assert.deepEqual(removed.checked.value.nodes, [{ name: "bob", "a.b": true }]);
  assert.equal(removed.checked.value.pin, undefined);
  assert.equal(readSubmission(fields, [...sent, ["_add", "nodes"]]).action, "add");
  // A required secret cannot be left out for want of an earlier one.
  const missing = readSubmission(fields, sent);
  assert.ok(!missing.checked.ok);
  assert.deepEqual(missing.checked.diagnostics.map(({ path }) => path), [["password"]]);
});

Deno.test("submissions that no form of ours sent are refused or harmless", () => {
  const sent = browser(formHtml(formOf(fields, { values })));
  const cases: readonly (readonly [string, string])[] = [
    ["adress", "x"],
    ["__proto__.polluted", "1"],
    ["constructor.prototype.polluted", "1"],
    ["%", "x"],
    ["0", "x"],
    [Array.from({ length: 100 }, () => "a").join("."), "x"],
  ];
  for (const entry of cases) {
    const { checked } = readSubmission(fields, [...sent, entry], { previous: values });
    assert.ok(!checked.ok, entry[0]);
    assert.match(checked.diagnostics[0]!.what, /not known here/);
  }
  assert.equal(({} as Record<string, unknown>).polluted, undefined);
  const many = Array.from({ length: 10_001 }, (_, index): [string, string] => [`x${index}`, ""]);
  assert.ok(!readSubmission(fields, many).checked.ok);
  const file = readSubmission([], [["upload", new Blob(["x"])]]);
  assert.ok(file.checked.ok);
});

Deno.test("any fields give a form that is well-formed, whatever their texts hold", () => {
  fc.assert(
    fc.property(arbitraryFields, fc.constantFrom("en", "de", "xx"), (list, language) => {
      const printable = JSON.parse(
        // XML, with which the page is read here, has none of these.
        JSON.stringify(list).replace(/\\u00[01][0-9a-f]|\\ud[89a-f]..|\\[bf]|[\ufffe\uffff]/g, "·"),
      );
      const html = formHtml(formOf(printable, { language }));
      const names = elementsOf(html).flatMap(({ attributes }) => attributes.name ?? []);
      assert.ok(printable.length === 0 || names.length > 0 || html.includes("fieldset"));
    }),
    { numRuns: 40 },
  );
});

Deno.test("choices come from the plugin if it answers in time, and are remembered", async () => {
  const outlet = fields.find(({ fieldname }) => fieldname === "outlet")!;
  let asked = 0;
  const choices = new Choices((method, { address }) => {
    asked++;
    assert.equal(method, "outlets");
    return Promise.resolve([{ value: "3", label: { en: `Third of ${address}` } }, "4"]);
  });
  const found = await choices.of(outlet, { address: "pdu" });
  await choices.of(outlet, { address: "pdu" });
  assert.equal(asked, 1);
  const html = formHtml(formOf(fields, { values, choices: { outlet: found } }));
  assert.match(html, /<option value="3">Third of pdu<\/option>/);
  // Free text stays possible, and nothing that is not a choice gets through.
  assert.match(html, /list="f-outlet-choices"/);
  for (
    const answer of [
      () => Promise.reject(new Error("down")),
      () => Promise.resolve(JSON.parse("[1, 2]")),
      () => new Promise<string[]>(() => {}),
    ]
  ) {
    assert.deepEqual(await new Choices(answer, 10).of(outlet, {}), ["1"]);
  }
});

/** One field of every kind, with each limit and fact that a control can show. */
const every: readonly Field[] = [
  { fieldname: "plain", basictype: "string" },
  {
    fieldname: "named",
    basictype: "string",
    length: 12,
    regex: "[a-z]+",
    required: true,
    label: { en: "Named & <known>" },
    short_text: { en: "What it is" },
    long_text: { en: "One line.\nAnother." },
    default: "abc",
  },
  { fieldname: "site", basictype: "string", specialtype: "url" },
  { fieldname: "whole", basictype: "integer", minimum: 0, maximum: 9, unit: "s" },
  { fieldname: "part", basictype: "number", required: true },
  { fieldname: "port", basictype: "integer", specialtype: "port" },
  { fieldname: "on", basictype: "boolean", default: true, required: true },
  { fieldname: "off", basictype: "boolean", default: false },
  { fieldname: "either", basictype: "boolean", required: true },
  { fieldname: "word", basictype: "string", secret: true, required: true, length: 8 },
  { fieldname: "words", basictype: "string", secret: true, isarray: true },
  { fieldname: "lines", basictype: "string", isarray: true, required: true },
  { fieldname: "one", basictype: "enum", choices: ["a", { value: "b", label: { en: "Bee" } }] },
  { fieldname: "free", basictype: "enum", choices: ["a"], choicesfrom: "asked", required: true },
  { fieldname: "some", basictype: "enum", choices: ["a", "b"], isarray: true },
  { fieldname: "when", basictype: "string", required: true, showif: { field: "one", is: ["b"] } },
  {
    fieldname: "group",
    basictype: "struct",
    required: true,
    fields: [{ fieldname: "inner", basictype: "string", required: true }],
  },
  {
    fieldname: "list",
    basictype: "struct",
    isarray: true,
    fields: [
      { fieldname: "name", basictype: "string", required: true },
      { fieldname: "key", basictype: "string", secret: true, required: true },
    ],
  },
  { fieldname: "gone", basictype: "string", deprecated: { by: ["plain"], text: { en: "Old." } } },
];

Deno.test("every kind of control is drawn as it was, empty, filled and with errors", () => {
  const full = {
    plain: '"quoted"',
    site: "https://example.org/?a=1&b=2",
    whole: 3,
    part: 0.5,
    port: 694,
    on: false,
    off: true,
    either: true,
    word: "secret",
    words: ["secret"],
    lines: ["x", "y", "z", "<"],
    one: "c",
    free: "other",
    some: ["b"],
    group: { inner: "i" },
    list: [{ name: "n", key: "k" }],
    gone: "still",
  };
  const checked = check(every, { ...full, port: 0, whole: 10, list: [{ name: "" }] });
  assert(!checked.ok);
  const pages = [
    formHtml(formOf(every)),
    formHtml(formOf(every, { values: full }), { action: "/x?a&b", idPrefix: "p-" }),
    formHtml(formOf(every, { values: { ...full, one: "b" }, diagnostics: checked.diagnostics }), {
      hidden: { _token: "t" },
    }),
  ];
  assertGolden("metadata/form.html", pages.join("\n\n"));
});
