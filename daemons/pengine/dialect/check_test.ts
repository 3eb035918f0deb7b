import assert from "node:assert/strict";
import { parse } from "../../../metadata/xml/mod.ts";
import { checkDialect, isRefused } from "./check.ts";
import { findingsMax } from "./findings.ts";
import { nearest } from "../../../metadata/nearest.ts";

/** The lines of what is said of a configuration with these parts; it has a resource a and b. */
function said(parts: string, validateWith = "pacemaker-3.9"): readonly string[] {
  const one = (id: string) => `<primitive id="${id}" class="lsb" type="x"/>`;
  const section = (name: string, content = "") =>
    parts.includes(`<${name}>`) ? "" : `<${name}>${content}</${name}>`;
  const configuration = parts.replace("<resources>", `<resources>${one("a")}${one("b")}`) +
    ["crm_config", "nodes", "constraints"].map((name) => section(name)).join("") +
    section("resources", one("a") + one("b"));
  const text = `<cib validate-with="${validateWith}" admin_epoch="0" epoch="1" num_updates="0">\n` +
    `<configuration>\n${configuration}\n</configuration><status/></cib>`;
  return checkDialect(parse(text, { trackPosition: true }).root)
    .map(({ severity, path, line, what }) => `${severity} ${path[0]}:${line}: ${what}`);
}

const refused: readonly (readonly [string, string, string])[] = [
  [
    "a misspelt constraint",
    `<constraints><rsc_colocaton id="c" rsc="a" with-rsc="b"/></constraints>`,
    "error c:3: There is no element <rsc_colocaton> [HA3001]. Fix: write <rsc_colocation> if that is meant.",
  ],
  [
    "an operation without interval",
    `<resources><primitive id="r" class="ocf" provider="heartbeat" type="Dummy"><operations>` +
    `<op id="o" name="start"/></operations></primitive></resources>`,
    'error o:3: <op> needs the attribute "interval" [HA3002]. Fix: add it, as interval="10s", or "0" for ' +
    "once.",
  ],
  [
    "an attribute that is none",
    `<constraints><rsc_order id="o" first="a" then="b" kynd="Optional"/></constraints>`,
    'error o:3: <rsc_order> has no attribute "kynd" [HA3001]. Fix: write "kind" if that is meant.',
  ],
  [
    "an element in the wrong place",
    `<resources><rsc_order id="o" first="a" then="b"/></resources>`,
    "error o:3: <rsc_order> is not allowed in <resources> [HA3001]. Fix: remove it; <resources> holds " +
    "<bundle>, <clone>, <group>, <master>, <primitive>, <template>.",
  ],
];
for (const [name, configuration, expected] of refused) {
  Deno.test(`refused with its line: ${name}`, () => {
    assert.deepEqual(said(configuration), [expected]);
  });
}

const option = (name: string): string =>
  `<crm_config><cluster_property_set id="s"><nvpair id="n" name="${name}" value="1"/>` +
  `</cluster_property_set></crm_config>`;
const warned: readonly (readonly [string, string, string])[] = [
  [
    "an option that nobody knows, with the nearest name",
    option("stonith-enabeld"),
    'warning n:3: The option "stonith-enabeld" has no effect: there is no such option [HA3009]. ' +
    'Fix: write "stonith-enabled" if that is meant.',
  ],
  [
    "an option that 3.0 dropped",
    option("remove-after-stop"),
    'warning n:3: The option "remove-after-stop" has no effect: Pacemaker 3.0 dropped it [HA3006]. ' +
    "Fix: remove it: the history of a stopped resource is kept.",
  ],
  [
    "a class of agents that 3.0 dropped",
    `<resources><primitive id="r" class="upstart" type="x"/></resources>`,
    'warning r:3: Pacemaker 3.0 dropped agents of class "upstart" [HA3006]. Fix: use an agent of class ' +
    "ocf, systemd or lsb.",
  ],
];
for (const [name, configuration, expected] of warned) {
  Deno.test(`reported, but used: ${name}`, () => {
    assert.deepEqual(said(configuration), [expected]);
  });
}

Deno.test("both names of an option are known, and what a person may leave out", () => {
  for (const name of ["fencing-enabled", "cluster-recheck-interval"]) {
    assert.deepEqual(said(option(name)), []);
  }
  assert.deepEqual(said(option("stonith-enabled")), [
    'warning n:3: The option "stonith-enabled" is called "fencing-enabled" since Pacemaker 3.0 [HA3006]. ' +
    "Fix: write that.",
  ]);
});

Deno.test('without a schema nothing is refused: validate-with="none"', () => {
  const text = said(`<constraints><rsc_colocaton id="c"/></constraints>`, "none");
  assert.equal(text.length, 2);
  assert.ok(text.every((line) => line.startsWith("warning")));
  assert.equal(isRefused([{ severity: "warning" }]), false);
});

Deno.test("the nearest name is one that could be meant, or none", () => {
  assert.equal(nearest("resuorces", ["resources", "constraints"]), "resources");
  assert.equal(nearest("hous", ["hours", "weeks"]), "hours");
  assert.equal(nearest("banana", ["resources", "constraints"]), undefined);
});

Deno.test("what 3.0 dropped is an error where the document names a schema of 3.0", () => {
  const upstart = `<resources><primitive id="r" class="upstart" type="x"/></resources>`;
  assert.deepEqual(said(upstart, "pacemaker-4.0"), [
    'error r:3: Pacemaker 3.0 dropped agents of class "upstart" [HA3006]. Fix: use an agent of class ocf, ' +
    "systemd or lsb.",
  ]);
});

Deno.test("more warnings than are kept hide no error", () => {
  const pairs = Array.from(
    { length: findingsMax + 1 },
    (_, at) => `<nvpair id="n${at}" name="unknown${at}" value="1"/>`,
  );
  const found = said(
    `<crm_config><cluster_property_set id="s">${
      pairs.join("")
    }</cluster_property_set></crm_config>` +
      `<constraints><rsc_colocaton id="c"/></constraints>`,
  );
  assert.equal(found.length, findingsMax + 1);
  assert.match(found.at(-1) ?? "", /^error c:/);
});

/** The lines that are said of an operation with these attributes. */
const ofOperation = (attributes: string, inside = "") =>
  said(
    `<resources><primitive id="r" class="ocf" provider="heartbeat" type="Dummy"><operations>` +
      `<op id="o" name="stop" ${attributes}>${inside}</op></operations></primitive></resources>`,
  );

Deno.test("a span of time that is taken for another one is worth a warning", () => {
  const fix = "Fix: write one whole number with ms, s, min or h.";
  for (
    const [attributes, taken] of [
      // Each was taken for 20 s without a word: a slow stop is then ended, and its node fenced.
      ['interval="0" timeout="PT10M"', '"timeout" is "PT10M", which is taken for the default, 20s'],
      [
        'interval="0" timeout="1 week"',
        '"timeout" is "1 week", which is taken for the default, 20s',
      ],
      ['interval="0" timeout="1e309"', '"timeout" is "1e309", which is taken for the default, 20s'],
      ['interval="0" timeout="-1"', '"timeout" is "-1", which is taken for the default, 20s'],
      ['interval="0" timeout="0.5s"', '"timeout" is "0.5s", which is taken for the default, 20s'],
      ['interval="0" timeout="٣"', '"timeout" is "٣", which is taken for the default, 20s'],
      ['interval="0" timeout="1h30min"', '"timeout" is "1h30min", which is taken for 3600s'],
      ['interval="0" timeout="1month"', '"timeout" is "1month", which is taken for 60s'],
      ['interval="1d"', '"interval" is "1d", which is taken for 0'],
      ['interval="1.5s"', '"interval" is "1.5s", which is taken for 1s'],
      ['interval="0" start-delay="soon"', '"start-delay" is "soon", which is taken for 0'],
    ] as const
  ) assert.deepEqual(ofOperation(attributes), [`warning o:3: ${taken} [HA3003]. ${fix}`]);
  assert.deepEqual(
    ofOperation(
      'interval="0"',
      `<meta_attributes id="m"><nvpair id="n" name="timeout" value="1d"/></meta_attributes>`,
    ),
    [`warning n:3: "timeout" is "1d", which is taken for the default, 20s [HA3003]. ${fix}`],
  );
  for (const text of ["20", "20s", " 20 s ", "500ms", "2min", "2 minutes", "1h", "20S"]) {
    assert.deepEqual(ofOperation(`interval="0" timeout="${text}"`), [], text);
    assert.deepEqual(ofOperation(`interval="${text}"`), [], text);
  }
  assert.deepEqual(ofOperation('interval="PT1H"'), []);
  // What an agent's own parameter means is the agent's.
  assert.deepEqual(
    ofOperation(
      'interval="0"',
      `<instance_attributes id="i"><nvpair id="n" name="timeout" value="x"/></instance_attributes>`,
    ),
    [],
  );
});
