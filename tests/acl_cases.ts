/**
 * CIBs with access rules, and writes that are tried on each. `testdata/acl.json` has what Pacemaker
 * shows and allows; `task interop acl` compares with the installed one.
 *
 * @module
 */
import type { CibChange } from "../daemons/runtime/messages.ts";

/** A user with its rules. */
export interface AclCase {
  readonly name: string;
  /** The content of `acls`. */
  readonly acls: string;
  /** Users and groups that each Debian has. */
  readonly user: string;
  readonly groups: readonly string[];
  readonly enabled?: string;
}

/** A write, as our change and as arguments of `cibadmin`. */
export interface AclWrite {
  readonly name: string;
  readonly change: CibChange;
  readonly arguments: readonly string[];
}

const rule = (id: string, rest: string) => `<acl_permission id="${id}" ${rest}/>`;
const role = (...rules: readonly string[]) =>
  `<acl_role id="r">${
    rules.map((rest, at) => rule(`p${at}`, rest)).join("")
  }</acl_role><acl_target id="daemon"><role id="r"/></acl_target>`;

const one = (name: string, acls: string, more: Partial<AclCase> = {}): AclCase => ({
  name,
  acls,
  user: "daemon",
  groups: ["daemon"],
  ...more,
});

/** The table. */
export const aclCases: readonly AclCase[] = [
  one("read everything", role('kind="read" xpath="/cib"')),
  one("write everything", role('kind="write" xpath="/cib"')),
  one("no rule", ""),
  one("another user's rule", role('kind="read" xpath="/cib"'), { user: "games", groups: [] }),
  one("rules that are off", "", { enabled: "false" }),
  one("root", role('kind="deny" xpath="/cib"'), { user: "root", groups: ["root"] }),
  one("hacluster", role('kind="deny" xpath="/cib"'), { user: "hacluster", groups: ["haclient"] }),
  one("deny in what is read", role('kind="read" xpath="/cib"', 'kind="deny" reference="web-i"')),
  one(
    "read in what is denied",
    role(
      'kind="read" xpath="/cib"',
      'kind="deny" reference="web"',
      'kind="read" reference="web-s"',
    ),
  ),
  one(
    "deny and read of the same element",
    role('kind="deny" reference="web"', 'kind="read" reference="web"', 'kind="read" xpath="/cib"'),
  ),
  one("write of one resource", role('kind="write" reference="web"')),
  one(
    "write in what is read",
    role('kind="read" xpath="/cib"', 'kind="write" xpath="//constraints"'),
  ),
  one("read in what is written", role('kind="write" xpath="/cib"', 'kind="read" reference="web"')),
  one("an object type", role('kind="read" object-type="primitive"')),
  one(
    "an object type with an attribute",
    role('kind="write" object-type="nvpair" attribute="value"'),
  ),
  one("an id by a path with a quotation", role('kind="write" xpath=\'//*[@id="web-s"]\'')),
  one(
    "passwords by a condition",
    role('kind="write" xpath="/cib"', 'kind="deny" xpath="//nvpair[@name=\'password\']"'),
  ),
  one("an attribute by its path", role('kind="read" xpath="//nvpair/@value"')),
  one("a union", role('kind="read" xpath="//nodes | //tags"')),
  one(
    "conditions with and, or, not",
    role(
      "kind=\"write\" xpath=\"//nvpair[@name='state' or (@id and not(contains(@name,'pass')) and starts-with(@id,'o-'))]\"",
    ),
  ),
  one(
    "a condition on a child",
    role('kind="write" xpath="//primitive[instance_attributes/nvpair/@name=\'password\']"'),
  ),
  one(
    "resources and constraints",
    role('kind="write" xpath="//resources"', 'kind="write" xpath="//constraints"'),
  ),
  one("the rules themselves", role('kind="write" xpath="//acls"')),
  one("the status", role('kind="read" xpath="/cib/status"')),
  one(
    "a group",
    `<acl_role id="r">${rule("p", 'kind="read" xpath="//resources"')}</acl_role>` +
      '<acl_group id="daemon"><role id="r"/></acl_group>',
  ),
  one(
    "two roles",
    `<acl_role id="r">${rule("p", 'kind="read" xpath="/cib"')}</acl_role>` +
      `<acl_role id="s">${rule("q", 'kind="deny" xpath="//resources"')}</acl_role>` +
      '<acl_target id="daemon"><role id="r"/><role id="s"/></acl_target>',
  ),
];

const configuration = "/cib/configuration";
const web = `${configuration}/resources/primitive[@id='web']`;
const values = `${web}/instance_attributes[@id='web-i']`;

const modify = (
  name: string,
  path: string,
  [attribute, value]: readonly [string, string],
  section: string,
  xml: string,
): AclWrite => ({
  name,
  change: { op: "modify", path, set: { [attribute]: value } },
  arguments: ["-M", "-o", section, "-X", xml],
});
const create = (name: string, section: string, xml: string): AclWrite => ({
  name,
  change: { op: "create", path: `${configuration}/${section}`, xml },
  arguments: ["-C", "-o", section, "-X", xml],
});
const remove = (id: string): AclWrite => ({
  name: `delete ${id}`,
  change: { op: "delete", path: `${configuration}/resources/primitive[@id='${id}']` },
  arguments: ["-D", "-o", "resources", "-X", `<primitive id="${id}"/>`],
});
const inWeb = (pair: string) =>
  `<primitive id="web"><instance_attributes id="web-i">${pair}</instance_attributes></primitive>`;

/** Writes that are tried on each. */
export const aclWrites: readonly AclWrite[] = [
  modify("web", web, ["description", "x"], "resources", '<primitive id="web" description="x"/>'),
  modify(
    "password",
    `${values}/nvpair[@id='web-pw']`,
    ["value", "x"],
    "resources",
    inWeb('<nvpair id="web-pw" value="x"/>'),
  ),
  modify(
    "state",
    `${values}/nvpair[@id='web-s']`,
    ["value", "/y"],
    "resources",
    inWeb('<nvpair id="web-s" value="/y"/>'),
  ),
  remove("db"),
  remove("web"),
  create(
    "a resource",
    "resources",
    '<primitive id="n" class="ocf" provider="heartbeat" type="Dummy"/>',
  ),
  create(
    "a constraint",
    "constraints",
    '<rsc_location id="l" rsc="web" node="n1" score="5"/>',
  ),
  create("a role", "acls", '<acl_role id="x"/>'),
  modify(
    "an option",
    `${configuration}/crm_config/cluster_property_set[@id='o']/nvpair[@id='o-s']`,
    ["value", "true"],
    "crm_config",
    '<cluster_property_set id="o"><nvpair id="o-s" value="true"/></cluster_property_set>',
  ),
  {
    name: "standby",
    change: {
      op: "create",
      path: `${configuration}/nodes/node[@id='1']`,
      xml:
        '<instance_attributes id="n1-i"><nvpair id="n1-s" name="standby" value="on"/></instance_attributes>',
    },
    arguments: [
      "-M",
      "-o",
      "nodes",
      "-X",
      '<node id="1"><instance_attributes id="n1-i"><nvpair id="n1-s" name="standby" value="on"/></instance_attributes></node>',
    ],
  },
];

/** The CIB of a case. */
export const aclDocument = ({ acls, enabled = "true" }: AclCase): string =>
  `<cib crm_feature_set="3.0.14" validate-with="pacemaker-3.0" epoch="5" num_updates="0" admin_epoch="0"><configuration><crm_config><cluster_property_set id="o"><nvpair id="o-a" name="enable-acl" value="${enabled}"/><nvpair id="o-s" name="stonith-enabled" value="false"/></cluster_property_set></crm_config><nodes><node id="1" uname="n1"/></nodes><resources><primitive id="web" class="ocf" provider="heartbeat" type="Dummy"><instance_attributes id="web-i"><nvpair id="web-pw" name="password" value="geheim"/><nvpair id="web-s" name="state" value="/x"/></instance_attributes></primitive><primitive id="db" class="ocf" provider="heartbeat" type="Dummy"/><primitive id="mail" class="ocf" provider="heartbeat" type="Dummy"/></resources><constraints/><tags><tag id="t"><obj_ref id="mail"/></tag></tags><acls>${acls}</acls></configuration><status><node_state id="1" uname="n1" in_ccm="true"/></status></cib>`;
