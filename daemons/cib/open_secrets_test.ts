import assert from "node:assert/strict";
import { readCib } from "./change.ts";
import { openSecrets, openSecretsIn, privateSecrets } from "./open_secrets.ts";
import { agentKey } from "./written_parameters.ts";

const cibOf = (resources: string) =>
  readCib(
    `<cib><configuration><crm_config/><nodes/><resources>${resources}</resources>
    <constraints/></configuration><status/></cib>`,
  );
const primitive = (name: string, value: string, cls = "ocf", tag = "primitive") =>
  `<${tag} id="db" class="${cls}" provider="heartbeat" type="pgsql"><instance_attributes id="p">
<nvpair id="db-one" name="${name}" value="${value}"/></instance_attributes></${tag}>`;
const nothing = cibOf("");

Deno.test("a secret that stands in the CIB is named with its place and the command, and not its text", () => {
  const cib = cibOf(primitive("password", "hunter22"));
  const [line = "", ...more] = openSecretsIn(cib);
  assert.equal(
    line,
    'primitive "db", nvpair "db-one": parameter "password" is a secret, and everyone who may read ' +
      "the CIB can read it [HA7010]. Fix: ha resource secret set db password --cib",
  );
  assert.deepEqual(more, []);
  assert.deepEqual(openSecrets(nothing, cib), [line]);
  assert.match(
    openSecretsIn(cibOf(primitive("token", "x", "ocf", "template")))[0] ?? "",
    /set RESOURCE token/,
  );
});

Deno.test("references, empty values, other names and fencing devices cause no warning", () => {
  for (
    const quiet of [
      primitive("password", "lrm://"),
      primitive("password", `lrm://${"0".repeat(32)}`),
      primitive("password", ""),
      primitive("passwd_script", "/bin/x"),
      primitive("passwd", "x", "stonith"),
    ]
  ) assert.deepEqual(openSecretsIn(cibOf(quiet)), []);
});

Deno.test("a write is warned of for what it adds", () => {
  const [old, other] = ["hunter22", "hunter23"].map((value) => cibOf(primitive("password", value)));
  assert.ok(old && other);
  assert.deepEqual(openSecrets(old, old), []);
  assert.equal(openSecrets(old, other).length, 1);
});

Deno.test("an agent's meta-data can say that a parameter is a secret", () => {
  const metaData = new Map([[
    agentKey({ class: "ocf", provider: "heartbeat", type: "pgsql" }),
    `<resource-agent name="pgsql"><version>1.1</version><parameters>
<parameter name="dsn" private="1"><content type="string"/></parameter>
<parameter name="password"><content type="string"/></parameter>
<parameter name="user"><content type="string"/></parameter></parameters></resource-agent>`,
  ]]);
  const said = (name: string) => privateSecrets(nothing, cibOf(primitive(name, "x")), metaData);
  assert.match(said("dsn")[0] ?? "", /"dsn" is a secret.*secret set db dsn/);
  assert.deepEqual(said("user"), []);
  assert.deepEqual(said("password"), [], "its name says so already");
});
