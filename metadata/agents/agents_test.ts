import assert from "node:assert/strict";
import fc from "fast-check";
import { arbitraryFields, trickyText } from "../arbitrary_fields.ts";
import { check } from "../check.ts";
import { assertGolden } from "../testing/golden.ts";
import type { Agent } from "./agent.ts";
import {
  isSecretName,
  parameterText,
  readAgent,
  writeFence,
  writeOcf,
  writeStonith,
} from "./mod.ts";

const writers = { ocf: writeOcf, fence: writeFence, stonith: writeStonith } as const;

const read = (xml: string) => {
  const found = readAgent(xml);
  assert.ok(found.ok, found.ok ? "" : found.diagnostics[0]?.why);
  return found.value;
};

const ocf = `<?xml version="1.0"?>
<!DOCTYPE resource-agent SYSTEM "ra-api-1.dtd">
<resource-agent name="Probe" version="0.3">
<version>1.1</version>
<longdesc lang="en">
Looks at <b>things</b>.
</longdesc>
<longdesc lang="de">Sieht sich um.</longdesc>
<shortdesc lang="en">Looks</shortdesc>
<parameters>
<parameter name="address" unique-group="where" required="1" reloadable="1">
<deprecated><replaced-with name="host"/><desc lang="en">too narrow</desc></deprecated>
<longdesc lang="en">Where it is.</longdesc><shortdesc lang="en">Address</shortdesc>
<content type="string"/>
</parameter>
<parameter name="host" unique="1"><shortdesc lang="en">Host</shortdesc>
<content type="string" default="a&#10;b"/></parameter>
<parameter name="mode"><shortdesc lang="en">Mode</shortdesc>
<content type="select" default="fast"><option value="fast"/><option value="slow"/></content></parameter>
<parameter name="password"><shortdesc lang="en">Word</shortdesc><content type="string"/></parameter>
<parameter name="size"><shortdesc lang="en">Size</shortdesc><content type="integer" default=""/></parameter>
</parameters>
<actions><action name="monitor" timeout="20s" interval="10s" depth="0" role="Promoted"/></actions>
<special tag="other"><x/></special>
</resource-agent>`;

Deno.test("OCF meta-data is read with all it says", () => {
  const { agent, dialect, slips } = read(ocf);
  assert.equal(dialect, "ocf");
  assert.deepEqual(agent, {
    name: "Probe",
    version: "0.3",
    api: "1.1",
    short_text: { en: "Looks" },
    long_text: { en: "Looks at things.", de: "Sieht sich um." },
    fields: [
      {
        fieldname: "address",
        basictype: "string",
        required: true,
        unique: "where",
        reloadable: true,
        deprecated: { by: ["host"], text: { en: "too narrow" } },
        short_text: { en: "Address" },
        long_text: { en: "Where it is." },
      },
      {
        fieldname: "host",
        basictype: "string",
        default: "a\nb",
        unique: true,
        short_text: { en: "Host" },
      },
      {
        fieldname: "mode",
        basictype: "enum",
        choices: ["fast", "slow"],
        default: "fast",
        short_text: { en: "Mode" },
      },
      { fieldname: "password", basictype: "string", secret: true, short_text: { en: "Word" } },
      { fieldname: "size", basictype: "integer", default: "", short_text: { en: "Size" } },
    ],
    actions: [
      { name: "monitor", timeout: "20s", interval: "10s", depth: "0", role: "Promoted" },
    ],
    specials: ['<special tag="other"><x/></special>'],
  });
  assert.deepEqual(slips.map(({ what, line }) => [what, line]), [
    ['the default of "size" is invalid: "" is not a whole number', 21],
  ]);
});

const fence = `<?xml version="1.0" ?>
<resource-agent name="fence_probe" shortdesc="Fences nothing">
<symlink name="fence_probe2" shortdesc="The other one"/>
<longdesc>Does nothing at all.</longdesc>
<vendor-url>https://example.org</vendor-url>
<parameters>
	<parameter name="ip" unique="0" required="1" obsoletes="ipaddr">
		<getopt mixed="-a, --ip=[ip]" /><content type="string" /><shortdesc lang="en">Where</shortdesc>
	</parameter>
	<parameter name="ipaddr" unique="0" required="1" deprecated="1">
		<getopt mixed="-a, --ip=[ip]" /><content type="string" /><shortdesc lang="en">Where</shortdesc>
	</parameter>
	<parameter name="delay"><getopt mixed="--delay=[seconds]" /><content type="second" default="0" />
		<shortdesc lang="en">Wait</shortdesc></parameter>
	<parameter name="verbose"><getopt mixed="-v" /><shortdesc lang="en">Talk</shortdesc></parameter>
	<parameter name="passwd_script"><getopt mixed="-S" /><content type="string" /><shortdesc>Script</shortdesc></parameter>
	<parameter name="method"><content type="select" default="onoff"></content><shortdesc>How</shortdesc></parameter>
</parameters>
<actions><action name="on" on_target="1" automatic="0"/><action name="off"/></actions>
</resource-agent>`;

Deno.test("fence-agent meta-data is read with all it says", () => {
  const { agent, dialect, slips } = read(fence);
  assert.equal(dialect, "fence");
  assert.deepEqual(agent.symlinks, [{ name: "fence_probe2", text: "The other one" }]);
  assert.equal(agent.vendorUrl, "https://example.org");
  assert.deepEqual(agent.bare, ["verbose"]);
  assert.deepEqual(agent.actions[0], { name: "on", on_target: "1", automatic: "0" });
  const [ip, ipaddr, delay, verbose, script, method] = agent.fields;
  assert.deepEqual([ip?.required, ip?.deprecated, ip?.getopt], [true, undefined, "-a, --ip=[ip]"]);
  assert.deepEqual(ipaddr?.deprecated, { by: ["ip"] });
  assert.deepEqual([delay?.basictype, delay?.specialtype, delay?.unit, delay?.default], [
    "integer",
    "duration",
    "s",
    "0",
  ]);
  assert.equal(verbose?.basictype, "string");
  assert.equal(script?.secret, undefined);
  assert.deepEqual(script?.short_text, { en: "Script" });
  assert.deepEqual([method?.basictype, method?.choices], ["enum", []]);
  assert.deepEqual(slips.map(({ what }) => what), [
    '"verbose" has no content element',
    '"method" is a choice without options',
  ]);
  // An empty list of options takes any text, as the agent would.
  assert.ok(check(agent.fields, { ip: "pdu", ipaddr: "pdu", method: "cycle" }).ok);
});

Deno.test("written in its own dialect, a fence agent needs nothing added", () => {
  const xml = writeFence(read(fence).agent);
  assert.ok(!xml.includes("pils"), xml);
});

Deno.test("any agent survives any dialect", () => {
  for (const source of [ocf, fence]) {
    const { agent } = read(source);
    for (const [dialect, write] of Object.entries(writers)) {
      const again = read(write(agent));
      assert.deepEqual(again.agent, agent, dialect);
    }
  }
});

Deno.test("fields to XML to fields is the identity, for any fields and each dialect", () => {
  const agents: fc.Arbitrary<Agent> = fc.record({
    name: trickyText,
    version: trickyText,
    api: trickyText,
    vendorUrl: trickyText,
    fields: arbitraryFields,
    actions: fc.array(
      fc.record({ name: trickyText, timeout: trickyText, automatic: trickyText }, {
        requiredKeys: ["name"],
        noNullPrototype: true,
      }),
      { maxLength: 2 },
    ),
    short_text: fc.dictionary(fc.constantFrom("en", "de"), trickyText, { noNullPrototype: true }),
  }, { requiredKeys: ["name", "fields", "actions"], noNullPrototype: true }) as fc.Arbitrary<Agent>;
  for (const [dialect, write] of Object.entries(writers)) {
    fc.assert(
      fc.property(agents, (agent) => {
        assert.deepEqual(read(write(agent)).agent, agent);
      }),
      { numRuns: 40 },
    );
    // Some runs must have found something that the dialect cannot say.
    assert.match(write({ name: "x", fields: [], actions: [], vendorUrl: " " }), /pils/, dialect);
  }
});

Deno.test("fields that are unique by themselves stay so in OCF 1.1", () => {
  const fields = ["a", "b"].map((fieldname) =>
    ({ fieldname, basictype: "string", unique: true }) as const
  );
  const xml = writeOcf({ name: "x", fields, actions: [] });
  // One group for both would make the pair unique, not each.
  assert.match(xml, /name="a" unique-group="a"/);
  assert.match(xml, /name="b" unique-group="b"/);
});

Deno.test("what cannot be read is refused with a line; what is odd is reported", () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ["", /not XML/],
    ["usage: fence_x <node>", /not XML/],
    ["<a/>", /begins with <a>/],
    ['<!DOCTYPE resource-agent [<!ENTITY a "b">]><resource-agent/>', /not XML/],
  ];
  for (const [xml, what] of cases) {
    const found = readAgent(xml);
    assert.ok(!found.ok);
    assert.match(found.diagnostics[0]!.what, what);
    assert.ok(found.diagnostics[0]!.line !== undefined);
  }
  const odd = read(
    '<resource-agent name="x"><parameters><parameter name="a"/><parameter name="a"/><parameter/>' +
      '<parameter name="__proto__"/><parameter name="b c"><content type="colour"/></parameter>' +
      "</parameters></resource-agent>",
  );
  assert.deepEqual(odd.agent.fields.map(({ fieldname }) => fieldname), ["a", "b c"]);
  assert.deepEqual(odd.slips.map(({ what }) => what), [
    '"a" has no content element',
    '"a" has no shortdesc',
    '"a" cannot be read',
    "a parameter has no name",
    '"__proto__" cannot be read',
    '"b c" is not a portable parameter name',
    '"b c" has the unknown type "colour"',
    '"b c" has no shortdesc',
  ]);
});

Deno.test("an addition that is not ours is reported and not believed", () => {
  for (
    const json of [
      "nonsense",
      "[]",
      '{"v":2}',
      '{"v":1,"ext":{"a":{"set":{"basictype":"telepathy"}}}}',
      `{"v":1,"ext":{"a":{"set":{"default":${"[".repeat(100_000)}${"]".repeat(100_000)}}}}}`,
      '{"v":1,"set":{"__proto__":{"polluted":1},"extra":1}}',
    ]
  ) {
    const { agent, slips } = read(
      `<resource-agent name="x"><parameters><parameter name="a"><content type="string"/>` +
        `<shortdesc>A</shortdesc></parameter></parameters><special tag="pils">${json}</special></resource-agent>`,
    );
    assert.equal(agent.fields[0]?.basictype, "string");
    assert.equal(slips.length, 1, json);
  }
  assert.equal(({} as Record<string, unknown>).polluted, undefined);
});

Deno.test("names that tell a secret, and those of its twins, which do not", () => {
  for (
    const name
      of "passwd password snmp_priv_passwd admin_password passphrase secret secret_key token apikey api-key community access_key tlskey key"
        .split(" ")
  ) assert.ok(isSecretName(name), name);
  for (
    const name
      of "passwd_script password_file passwd_method keyfile command_prompt login port token_file auth_url multicast"
        .split(" ")
  ) assert.ok(!isSecretName(name), name);
});

Deno.test("a value written as a parameter's text reads back as itself", () => {
  const field = { fieldname: "v", basictype: "string", isarray: true } as const;
  for (const items of [[], ["a"], ["a", "b"], ["a b", "c"], ["a,b"], ["[x"], ["", "y"], ["{"]]) {
    const checked = check([field], { v: parameterText(items) });
    assert.ok(checked.ok, JSON.stringify(items));
    assert.deepEqual(checked.value.v, items);
  }
});

Deno.test("one sign of a fence agent or a stonith plugin is enough, and each is one", () => {
  const parameter = (inner: string) =>
    `<parameters><parameter name="a">${inner}<content type="string"/></parameter></parameters>`;
  const cases: readonly (readonly [attributes: string, inner: string, dialect: string])[] = [
    ["", "", "ocf"],
    ["", parameter(""), "ocf"],
    ['shortdesc=""', "", "fence"],
    ["", "<vendor-url>https://example.org</vendor-url>", "fence"],
    ["", parameter('<getopt mixed="-a"/>'), "fence"],
    ["", '<special tag="heartbeat"><version>2.0</version></special>', "stonith"],
    ["", '<special tag="other"><version>2.0</version></special>', "ocf"],
  ];
  for (const [attributes, inner, dialect] of cases) {
    const xml = `<resource-agent name="x" ${attributes}>${inner}</resource-agent>`;
    assert.equal(read(xml).dialect, dialect, xml);
  }
});

Deno.test("an agent with every fact is written in each dialect as it was", () => {
  const agent: Agent = {
    name: "Every",
    version: "1.2",
    short_text: { en: "Short", de: "Kurz" },
    long_text: { en: "Long & <wide>" },
    vendorUrl: "https://example.org",
    symlinks: [{ name: "other", text: "Another" }],
    fields: [
      { fieldname: "bare", basictype: "string" },
      { fieldname: "text", basictype: "string", required: true, default: "a b", getopt: "t:" },
      { fieldname: "own", basictype: "string", specialtype: "host", unique: true, secret: true },
      { fieldname: "grouped", basictype: "integer", unique: "place", reloadable: true },
      { fieldname: "shared", basictype: "boolean", unique: false, default: false },
      { fieldname: "time", basictype: "integer", specialtype: "duration", default: 5 },
      { fieldname: "ms", basictype: "integer", specialtype: "duration", unit: "ms" },
      { fieldname: "part", basictype: "number", default: 0.5 },
      { fieldname: "list", basictype: "enum", isarray: true, choices: ["a"], default: ["a", "b"] },
      { fieldname: "pick", basictype: "enum", choices: ["a", { value: "b" }], default: "b" },
      { fieldname: "open", basictype: "enum" },
      {
        fieldname: "old",
        basictype: "string",
        label: { en: "Older" },
        deprecated: { by: ["text"], text: { en: "Use text" } },
      },
      { fieldname: "gone", basictype: "string", deprecated: true, short_text: { en: "Gone" } },
      { fieldname: "kept", basictype: "string", deprecated: false, long_text: { en: "Kept" } },
    ],
    actions: [
      { name: "start", timeout: "20s" },
      { name: "monitor", interval: "10s", depth: "0", role: "Promoted", automatic: "1" },
      { name: "on", on_target: "1" },
    ],
    bare: ["bare"],
    specials: ['<special tag="x"><y/></special>', "<no xml"],
  };
  for (const [dialect, write] of Object.entries(writers)) {
    assertGolden(`metadata/agent_${dialect}.xml`, write(agent));
  }
  assertGolden("metadata/agent_plain.xml", writeOcf({ name: "Plain", fields: [], actions: [] }));
});

Deno.test("what is odd about a document is named with its line", () => {
  const odd = ocf
    .replace('name="address"', 'name="2address"')
    .replace('type="select" default="fast"', 'type="select" default="quick"')
    .replace('<option value="fast"/><option value="slow"/>', "")
    .replace('<content type="string"/></parameter>', "</parameter>")
    .replace('type="integer" default=""', 'type="port" default="x"');
  const { slips } = read(odd);
  assertGolden(
    "metadata/agent_slips.txt",
    slips.map(({ line, path, what, why, fix, code, severity }) =>
      `${line}: ${severity} ${path.join(".")}: ${what}: ${why} [${code}]. Fix: ${fix}\n`
    ).join(""),
  );
});
