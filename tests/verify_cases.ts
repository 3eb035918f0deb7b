/**
 * Changed documents, and what `crm_verify` of Pacemaker 3.0.3 says of each.
 *
 * @module
 */

/** A document that uses most of the configuration language. */
export const whole =
  `<cib crm_feature_set="3.19.0" validate-with="pacemaker-4.0" epoch="1" num_updates="0" admin_epoch="0">
<configuration>
<crm_config>
<cluster_property_set id="opts">
<nvpair id="opts-stonith" name="fencing-enabled" value="false"/>
<nvpair id="opts-q" name="no-quorum-policy" value="ignore"/>
</cluster_property_set>
</crm_config>
<nodes>
<node id="1" uname="alice"><instance_attributes id="n1"><nvpair id="n1-a" name="rack" value="1"/></instance_attributes></node>
<node id="2" uname="bob"/>
</nodes>
<resources>
<primitive id="web" class="ocf" provider="pacemaker" type="Dummy">
<meta_attributes id="web-m"><nvpair id="web-m-1" name="target-role" value="Started"/></meta_attributes>
<operations><op id="web-mon" name="monitor" interval="10s" timeout="20s" on-fail="restart"/></operations>
</primitive>
<group id="grp">
<primitive id="g1" class="ocf" provider="pacemaker" type="Dummy"/>
<primitive id="g2" class="ocf" provider="pacemaker" type="Dummy"/>
</group>
<clone id="cl"><meta_attributes id="cl-m"><nvpair id="cl-m1" name="clone-max" value="2"/></meta_attributes>
<primitive id="c1" class="ocf" provider="pacemaker" type="Stateful"/></clone>
<template id="tpl" class="ocf" provider="pacemaker" type="Dummy"/>
<primitive id="fromtpl" template="tpl"/>
<bundle id="bun"><podman image="x" replicas="1"/><network ip-range-start="192.168.1.1"><port-mapping id="pm" port="80"/></network>
<storage><storage-mapping id="sm" source-dir="/a" target-dir="/b"/></storage>
<primitive id="inb" class="ocf" provider="pacemaker" type="Dummy"/></bundle>
</resources>
<constraints>
<rsc_location id="loc1" rsc="web" node="alice" score="100"/>
<rsc_location id="loc2" rsc="web"><rule id="r1" score="-INFINITY" boolean-op="and"><expression id="e1" attribute="rack" operation="eq" value="2"/><date_expression id="d1" operation="gt" start="2005-001"/></rule></rsc_location>
<rsc_colocation id="col1" rsc="web" with-rsc="g1" score="INFINITY"/>
<rsc_order id="ord1" first="web" then="cl" kind="Mandatory" symmetrical="true"/>
<rsc_order id="ord2"><resource_set id="rs1" sequential="true"><resource_ref id="g1"/><resource_ref id="web"/></resource_set></rsc_order>
<rsc_ticket id="tic" rsc="web" ticket="t1" loss-policy="stop"/>
</constraints>
<fencing-topology><fencing-level id="fl" target="alice" index="1" devices="d1"/></fencing-topology>
<op_defaults><meta_attributes id="od"><nvpair id="od1" name="timeout" value="30s"/></meta_attributes></op_defaults>
<rsc_defaults><meta_attributes id="rd"><nvpair id="rd1" name="resource-stickiness" value="1"/></meta_attributes></rsc_defaults>
<acls><acl_target id="joe"><role id="reader"/></acl_target><acl_role id="reader"><acl_permission id="p1" kind="read" xpath="/cib"/></acl_role></acls>
<tags><tag id="tag1"><obj_ref id="web"/></tag></tags>
<alerts><alert id="al" path="/x"><recipient id="rec" value="y"/></alert></alerts>
</configuration>
<status/>
</cib>
`;

/** What is replaced by what. */
type Case = readonly [name: string, from: string, to: string];

const dummy = (id: string, more = "") =>
  `<primitive id="${id}" class="ocf" provider="pacemaker" type="Dummy"${more}/>`;
const old = (version: string): Case => [
  `schema ${version}`,
  'validate-with="pacemaker-4.0"',
  `validate-with="${version}"`,
];

/** The changes. */
export const cases: readonly Case[] = [
  ["nothing", "", ""],
  // elements
  ["unknown constraint", "<rsc_ticket id", "<rsc_tickets id"],
  ["misspelt resources", "<tags><tag", "<tgas><tag"],
  ["unknown element in configuration", "<status/>\n", "<status/>\n<more/>\n"],
  ["unknown in configuration", "<crm_config>", "<foo/><crm_config>"],
  [
    "constraint among resources",
    '<template id="tpl"',
    '<rsc_order id="x" first="web" then="cl"/><template id="tpl"',
  ],
  ["resource among constraints", '<rsc_location id="loc1"', `${dummy("x")}<rsc_location id="loc1"`],
  [
    "group in group",
    '<primitive id="g1" class="ocf" provider="pacemaker" type="Dummy"/>',
    `<group id="gg">${dummy("g1")}</group>`,
  ],
  [
    "clone in group",
    '<primitive id="g1" class="ocf" provider="pacemaker" type="Dummy"/>',
    `<clone id="gg">${dummy("g1")}</clone>`,
  ],
  [
    "clone in clone",
    '<primitive id="c1" class="ocf" provider="pacemaker" type="Stateful"/>',
    `<clone id="cc">${dummy("c1")}</clone>`,
  ],
  [
    "empty group",
    '<primitive id="g1" class="ocf" provider="pacemaker" type="Dummy"/>\n<primitive id="g2" class="ocf" provider="pacemaker" type="Dummy"/>',
    "",
  ],
  ["clone of two", "</clone>", `${dummy("c2")}</clone>`],
  ["clone of nothing", '<primitive id="c1" class="ocf" provider="pacemaker" type="Stateful"/>', ""],
  ["bundle of nothing", '<primitive id="inb" class="ocf" provider="pacemaker" type="Dummy"/>', ""],
  ["bundle of two", "</bundle>", `${dummy("inc")}</bundle>`],
  ["bundle without a container", '<podman image="x" replicas="1"/>', ""],
  [
    "bundle with two containers",
    '<podman image="x" replicas="1"/>',
    '<podman image="x"/><docker image="x"/>',
  ],
  ["rkt", "<podman image", "<rkt image"],
  ["docker", "<podman image", "<docker image"],
  ["master under 4.0", '<clone id="cl"', '<master id="cl"'],
  [
    "lifetime under 4.0",
    '<rsc_colocation id="col1" rsc="web" with-rsc="g1" score="INFINITY"/>',
    '<rsc_colocation id="col1" rsc="web" with-rsc="g1" score="INFINITY"><lifetime><rule id="lr" score="0"><date_expression id="ld" operation="gt" start="2005-001"/></rule></lifetime></rsc_colocation>',
  ],
  ["no configuration section nodes", "<nodes>", "<nodes id='x'>"],
  ["two sections of resources", "</resources>", "</resources><resources/>"],
  ["constraints before resources", "<crm_config>", "<constraints/><crm_config>"],
  ["text in a constraint", 'score="100"/>', 'score="100">hello</rsc_location>'],
  ["text among resources", "<resources>", "<resources>hello"],
  ["no status", "<status/>", ""],
  // attributes
  ["unknown attribute of a primitive", 'type="Stateful"', 'type="Stateful" foo="1"'],
  ["misspelt kind", 'kind="Mandatory"', 'kynd="Mandatory"'],
  ["unknown attribute of cib", "<cib ", '<cib foo="1" '],
  ["unknown attribute of configuration", "<configuration>", '<configuration foo="1">'],
  ["unknown attribute of op", 'on-fail="restart"', 'onfail="restart"'],
  ["unknown attribute of nvpair", 'name="clone-max"', 'name="clone-max" foo="1"'],
  ["unknown attribute of a rule", 'boolean-op="and"', 'boolop="and"'],
  [
    "description of a constraint",
    'node="alice" score="100"',
    'node="alice" score="100" description="x"',
  ],
  ["description of a primitive", 'type="Stateful"', 'type="Stateful" description="x"'],
  ["op without interval", ' interval="10s"', ""],
  ["op without name", ' name="monitor"', ""],
  ["op without id", '<op id="web-mon"', "<op"],
  ["primitive without id", '<primitive id="web"', "<primitive"],
  ["primitive without class", '<primitive id="web" class="ocf"', '<primitive id="web"'],
  ["primitive without type", ' provider="pacemaker" type="Stateful"', ' provider="pacemaker"'],
  ["ocf without provider", ' provider="pacemaker" type="Stateful"', ' type="Stateful"'],
  ["lsb with provider", '<primitive id="web" class="ocf"', '<primitive id="web" class="lsb"'],
  [
    "unknown class",
    '<primitive id="web" class="ocf" provider="pacemaker"',
    '<primitive id="web" class="foo"',
  ],
  [
    "class upstart",
    '<primitive id="web" class="ocf" provider="pacemaker"',
    '<primitive id="web" class="upstart"',
  ],
  [
    "class nagios",
    '<primitive id="web" class="ocf" provider="pacemaker"',
    '<primitive id="web" class="nagios"',
  ],
  [
    "class systemd",
    '<primitive id="web" class="ocf" provider="pacemaker"',
    '<primitive id="web" class="systemd"',
  ],
  [
    "class service",
    '<primitive id="web" class="ocf" provider="pacemaker"',
    '<primitive id="web" class="service"',
  ],
  [
    "template and class",
    '<primitive id="fromtpl" template="tpl"/>',
    '<primitive id="fromtpl" template="tpl" class="ocf" provider="pacemaker" type="Dummy"/>',
  ],
  ["template that is not there", 'template="tpl"/>', 'template="nix"/>'],
  ["node without uname", ' uname="bob"', ""],
  ["node type", ' uname="bob"', ' uname="bob" type="foo"'],
  ["node type remote", ' uname="bob"', ' uname="bob" type="remote"'],
  ["location without score", ' node="alice" score="100"', ' node="alice"'],
  ["location without node", ' node="alice" score="100"', ' score="100"'],
  ["location without resource", 'id="loc1" rsc="web"', 'id="loc1"'],
  ["colocation without with-rsc", ' with-rsc="g1"', ""],
  ["colocation without score", ' with-rsc="g1" score="INFINITY"', ' with-rsc="g1"'],
  ["order without then", ' then="cl"', ""],
  ["ticket without ticket", ' ticket="t1"', ""],
  ["level without index", ' index="1"', ""],
  ["level without target", ' target="alice"', ""],
  ["level without devices", ' devices="d1"', ""],
  ["alert without path", ' path="/x"', ""],
  ["recipient without value", ' value="y"', ""],
  ["storage without source", ' source-dir="/a"', ""],
  ["podman without image", '<podman image="x"', "<podman"],
  ["permission without kind", ' kind="read"', ""],
  ["nvpair without name", '<nvpair id="n1-a" name="rack"', '<nvpair id="n1-a"'],
  ["nvpair without value", 'name="rack" value="1"', 'name="rack"'],
  ["nvpair without id", '<nvpair id="n1-a"', "<nvpair"],
  ["set without id", '<instance_attributes id="n1"', "<instance_attributes"],
  ["expression without operation", ' operation="eq"', ""],
  ["expression without attribute", ' attribute="rack"', ""],
  ["date expression without operation", ' operation="gt"', ""],
  ["rule without score", ' score="-INFINITY"', ""],
  // values
  ["kind", 'kind="Mandatory"', 'kind="Mandatry"'],
  ["kind in small letters", 'kind="Mandatory"', 'kind="mandatory"'],
  ["score", 'node="alice" score="100"', 'node="alice" score="much"'],
  ["score with a point", 'node="alice" score="100"', 'node="alice" score="1.5"'],
  ["score +INFINITY", 'node="alice" score="100"', 'node="alice" score="+INFINITY"'],
  ["colocation score", 'with-rsc="g1" score="INFINITY"', 'with-rsc="g1" score="INF"'],
  ["boolean-op", 'boolean-op="and"', 'boolean-op="xor"'],
  ["operation of an expression", 'operation="eq"', 'operation="equals"'],
  ["operation of a date", 'operation="gt"', 'operation="after"'],
  ["loss-policy", 'loss-policy="stop"', 'loss-policy="halt"'],
  ["on-fail", 'on-fail="restart"', 'on-fail="reboot"'],
  ["on-fail demote", 'on-fail="restart"', 'on-fail="demote"'],
  ["role of an op", 'on-fail="restart"', 'role="Runing"'],
  ["role Master of an op", 'on-fail="restart"', 'role="Master"'],
  ["role Promoted of an op", 'on-fail="restart"', 'role="Promoted"'],
  ["role of a colocation", 'with-rsc="g1" score="INFINITY"', 'with-rsc="g1" with-rsc-role="Boss"'],
  ["interval", 'interval="10s"', 'interval="soon"'],
  ["interval with a unit nobody knows", 'interval="10s"', 'interval="10x"'],
  ["interval in ISO 8601", 'interval="10s"', 'interval="PT10S"'],
  ["timeout", 'timeout="20s"', 'timeout="soon"'],
  ["symmetrical", 'symmetrical="true"', 'symmetrical="yes"'],
  ["symmetrical maybe", 'symmetrical="true"', 'symmetrical="maybe"'],
  ["sequential", 'sequential="true"', 'sequential="maybe"'],
  ["index", 'index="1"', 'index="0"'],
  ["index ten", 'index="1"', 'index="10"'],
  ["index of letters", 'index="1"', 'index="one"'],
  ["kind of a permission", 'kind="read"', 'kind="see"'],
  ["port", 'port="80"', 'port="http"'],
  ["replicas", 'replicas="1"', 'replicas="many"'],
  ["epoch", ' epoch="1"', ' epoch="x"'],
  ["empty uname", 'uname="bob"', 'uname=""'],
  ["type of an expression", 'operation="eq"', 'operation="eq" type="strng"'],
  [
    "resource-discovery",
    'node="alice" score="100"',
    'node="alice" score="100" resource-discovery="sometimes"',
  ],
  ["require-all", 'sequential="true"', 'require-all="maybe"'],
  ["action", 'then="cl" kind', 'then="cl" then-action="begin" kind'],
  ["influence", 'with-rsc="g1" score="INFINITY"', 'with-rsc="g1" influence="maybe"'],
  // ids and references
  ["id twice", 'id="g2"', 'id="g1"'],
  ["id twice in other sorts", '<rsc_location id="loc1"', '<rsc_location id="web"'],
  ["id with a blank", 'id="loc1"', 'id="lo c1"'],
  ["id with a colon", 'id="loc1"', 'id="lo:c1"'],
  ["id that begins with a digit", 'id="loc1"', 'id="1loc"'],
  ["empty id", 'id="loc1"', 'id=""'],
  ["resource that is not there", 'id="loc1" rsc="web"', 'id="loc1" rsc="nix"'],
  ["order of what is not there", 'then="cl"', 'then="nix"'],
  ["set of what is not there", '<resource_ref id="web"/>', '<resource_ref id="nix"/>'],
  ["tag of what is not there", '<obj_ref id="web"/>', '<obj_ref id="nix"/>'],
  ["role that is not there", '<role id="reader"/>', '<role id="nix"/>'],
  [
    "id-ref that leads nowhere",
    '<nvpair id="n1-a" name="rack" value="1"/>',
    '<nvpair id-ref="nix"/>',
  ],
  ["id-ref", '<nvpair id="n1-a" name="rack" value="1"/>', '<nvpair id-ref="web-m-1" name="rack"/>'],
  ["empty tag", '<obj_ref id="web"/>', ""],
  ["node name twice", 'uname="bob"', 'uname="alice"'],
  // options
  ["unknown option", 'name="no-quorum-policy"', 'name="no-quorum-polcy"'],
  ["value of an option", 'value="ignore"', 'value="ignor"'],
  ["older name of an option", 'name="fencing-enabled"', 'name="stonith-enabled"'],
  [
    "boolean option",
    'name="fencing-enabled" value="false"',
    'name="fencing-enabled" value="maybe"',
  ],
  [
    "fencing without a device",
    'name="fencing-enabled" value="false"',
    'name="fencing-enabled" value="true"',
  ],
  ["target-role", 'value="Started"', 'value="Startd"'],
  ["clone-max", 'name="clone-max" value="2"', 'name="clone-max" value="two"'],
  // schemas
  old("pacemaker-3.10"),
  old("pacemaker-3.9"),
  old("pacemaker-3.0"),
  old("pacemaker-2.10"),
  old("pacemaker-2.0"),
  old("pacemaker-1.2"),
  old("pacemaker-1.0"),
  old("pacemaker-9.9"),
  old("nonsense"),
  old("none"),
  ["no schema", 'validate-with="pacemaker-4.0" ', ""],
  ["another root", "<cib ", "<cob "],
];

/** The document of a case. */
export const documentOf = ([name, from, to]: Case): string => {
  if (!whole.includes(from)) throw new Error(`"${name}" changes nothing`);
  const text = whole.replace(from, () => to);
  // What is closed under another name.
  const closed: Readonly<Record<string, readonly [string, string]>> = {
    "master under 4.0": ["</clone>", "</master>"],
    "misspelt resources": ["</tags>", "</tgas>"],
    "another root": ["</cib>", "</cob>"],
  };
  const more = closed[name];
  return more === undefined ? text : text.replace(more[0], more[1]);
};

/** What `crm_verify` finds no fault with; all others it refuses. */
export const accepted: ReadonlySet<string> = new Set([
  "nothing",
  "bundle of nothing",
  "docker",
  "text in a constraint",
  "text among resources",
  "no status",
  "description of a primitive",
  "class systemd",
  "class service",
  "node type remote",
  "colocation without score",
  "score +INFINITY",
  "on-fail demote",
  "role Promoted of an op",
  "interval",
  "interval with a unit nobody knows",
  "interval in ISO 8601",
  "timeout",
  "empty uname",
  "tag of what is not there",
  "unknown option",
  "clone-max",
  "schema pacemaker-3.10",
  "schema pacemaker-3.9",
]);

/** What it accepts with a warning. */
export const warned: ReadonlySet<string> = new Set([
  "role Master of an op",
  "node name twice",
  "older name of an option",
  "schema none",
]);

/** Where we judge otherwise, how, and why. */
export const otherwise: Readonly<Record<string, readonly ["ok" | "warning", string]>> = {
  "text in a constraint": [
    "warning",
    "it drops text without a word",
  ],
  "text among resources": [
    "warning",
    "it drops text without a word",
  ],
  "unknown class": [
    "ok",
    "classes are plugins here: a node may have any",
  ],
  "influence": [
    "warning",
    "the default counts, so nothing is lost",
  ],
  "unknown option": [
    "warning",
    "a mistyped option must not be lost without a word",
  ],
  "interval": ["warning", "it is taken for none without a word"],
  "interval with a unit nobody knows": ["warning", "it is taken for none without a word"],
  "timeout": [
    "warning",
    "it is taken for 20 s without a word, and a slow stop is then a failed one",
  ],
  "schema pacemaker-3.0": [
    "ok",
    "documents of all schemas are understood, whichever they name",
  ],
  "schema pacemaker-2.10": [
    "ok",
    "documents of all schemas are understood, whichever they name",
  ],
  "schema pacemaker-2.0": [
    "ok",
    "documents of all schemas are understood, whichever they name",
  ],
  "schema pacemaker-1.2": [
    "ok",
    "documents of all schemas are understood, whichever they name",
  ],
  "schema pacemaker-1.0": [
    "ok",
    "documents of all schemas are understood, whichever they name",
  ],
};
