/**
 * The matrix of access: each operation of the API by each role over each socket, with the outcome that
 * is right. Operations, roles and cells come from the API table and its needs; a new operation without
 * needs or a call has no cells, and the test fails.
 *
 * @module
 */
import { type Needs, needs, type Part } from "../daemons/mgmtd/api/acl/needs.ts";
import { methodOf, operations } from "../daemons/mgmtd/api/mod.ts";
import type { Operation } from "../daemons/mgmtd/api/operation.ts";

/** A call of each operation that shows or changes something in {@linkcode matrixConfiguration}. */
export const sampleCalls: Readonly<Record<string, string>> = {
  "resource.ls": "",
  "resource.show": "web",
  "resource.create": "extra ocf:none:Matrix",
  "resource.set": "web resource-stickiness=5 --meta",
  "resource.unset": "web priority --meta",
  "resource.op": "web monitor interval=30s",
  "resource.delete": "mail",
  "resource.start": "off",
  "resource.stop": "web",
  "resource.move": "web bob",
  "resource.ban": "web bob",
  "resource.clear": "off",
  "resource.manage": "loose",
  "resource.unmanage": "web",
  "resource.refresh": "web",
  "resource.group": "g web mail",
  "resource.ungroup": "many",
  "resource.clone": "web",
  "resource.promotable": "web",
  "resource.unclone": "copies",
  "constraint.ls": "",
  "constraint.location": "web bob 5",
  "constraint.order": "web then off",
  "constraint.colocation": "web with off 5",
  "constraint.ticket": "t web",
  "constraint.rm": "with-mail",
  "node.ls": "",
  "node.standby": "bob",
  "node.online": "alice",
  "node.maintenance": "bob",
  "node.attribute": "bob rack=1",
  "node.utilization": "bob memory=1",
  "option.ls": "",
  "option.set": "cluster-delay=70s",
  "option.unset": "batch-limit",
  "tag.ls": "",
  "tag.create": "both web mail",
  "tag.rm": "t1",
  "ticket.ls": "",
  "ticket.grant": "ticket1",
  "ticket.revoke": "ticket2 --yes",
  "ticket.standby": "ticket2",
  "ticket.activate": "ticket3",
  "acl.ls": "",
  "acl.check": "somebody",
  "acl.role.create": "fresh",
  "acl.role.rm": "idle",
  "acl.permit": "idle read --xpath //nodes",
  "acl.unpermit": "idle-1",
  "acl.target.add": "somebody idle",
  "acl.target.rm": "guest",
  "acl.group.add": "staff idle",
  "acl.group.rm": "guests",
  "rule.ls": "",
  "rule.check": "away-rule",
  "alert.ls": "",
  "alert.add": "fresh log",
  "alert.set": "a1 --recipient staff",
  "alert.rm": "a1",
  "fence.level.ls": "",
  "fence.level.add": "bob 2 plug",
  "fence.level.rm": "bob 1",
  "configure.show": "",
};

/** A role of the matrix. */
export interface MatrixRole {
  readonly name: string;
  /** Of an `acl_permission`, in the order of the document. */
  readonly rules: readonly string[];
}

/** A rule about a part. */
const ruleOf = (kind: "read" | "write" | "deny", part: Part): string =>
  `kind="${kind}" xpath="${part === "cib" ? "/cib" : `//${part}`}"`;

/** The roles that matter to an operation: enough, and each way to fall short. */
function rolesFor({ reads, writes }: Needs): readonly MatrixRole[] {
  const enough = [
    ...reads.map((part) => ruleOf("read", part)),
    ...writes.map((part) => ruleOf("write", part)),
  ];
  return [
    { name: "none", rules: [] },
    { name: "reader", rules: [ruleOf("read", "cib")] },
    { name: "enough", rules: enough },
    { name: "administrator", rules: [ruleOf("write", "cib")] },
    ...writes.map((part) => ({
      name: `administrator without ${part}`,
      rules: [ruleOf("write", "cib"), ruleOf("deny", part)],
    })),
    ...writes.map((part) => ({
      name: `reader of ${part}`,
      rules: [...enough.filter((rule) => rule !== ruleOf("write", part)), ruleOf("read", part)],
    })),
  ];
}

/** How somebody connects: over the socket of the daemons' owner, or that of other users. */
export const sockets = ["owner", "user"] as const;

/** One cell. */
export interface Cell {
  readonly operation: Operation;
  readonly method: string;
  readonly words: string;
  readonly role: MatrixRole;
  readonly socket: typeof sockets[number];
  readonly allowed: boolean;
}

/** Methods that have no needs or no call. */
export const unruled = (): readonly string[] =>
  operations.map(methodOf).filter((method) =>
    !Object.hasOwn(needs, method) || !Object.hasOwn(sampleCalls, method)
  );

/** All cells. */
export function cells(): readonly Cell[] {
  return operations.flatMap((operation) => {
    const method = methodOf(operation);
    const wanted = needs[method];
    const words = sampleCalls[method];
    if (wanted === undefined || words === undefined) return [];
    return rolesFor(wanted).flatMap((role) =>
      sockets.map((socket) => ({
        operation,
        method,
        words,
        role,
        socket,
        allowed: socket === "owner" || mayBy(role, wanted),
      }))
    );
  });
}

function mayBy({ name }: MatrixRole, { writes }: Needs): boolean {
  switch (name) {
    case "enough":
    case "administrator":
      return true;
    case "reader":
      return writes.length === 0;
    default:
      return false;
  }
}

const acl = ({ rules }: MatrixRole, user: string): string =>
  `<acls><acl_role id="own">${
    rules.map((rule, at) => `<acl_permission id="own-${at}" ${rule}/>`).join("")
  }</acl_role><acl_role id="idle"><acl_permission id="idle-1" kind="read" xpath="//tags"/></acl_role>` +
  `<acl_role id="given"/><acl_target id="${user}"><role id="own"/></acl_target>` +
  `<acl_target id="guest"><role id="given"/></acl_target><acl_group id="guests"><role id="given"/></acl_group></acls>`;

const primitive = (id: string, more = "") =>
  `<primitive id="${id}" class="ocf" provider="none" type="Matrix">${more}</primitive>`;
const meta = (id: string, name: string, value: string) =>
  `<meta_attributes id="${id}-m"><nvpair id="${id}-m-1" name="${name}" value="${value}"/></meta_attributes>`;

/** What a configuration has for the calls. */
export const matrixConfiguration = (role: MatrixRole, user: string): string =>
  `<crm_config><cluster_property_set id="cib-bootstrap-options"><nvpair id="on" name="enable-acl" value="true"/>` +
  `<nvpair id="bl" name="batch-limit" value="5"/><nvpair id="se" name="stonith-enabled" value="false"/></cluster_property_set></crm_config>` +
  `<nodes><node id="alice" uname="alice"><instance_attributes id="nodes-alice"><nvpair id="nodes-alice-standby" name="standby" value="on"/></instance_attributes></node><node id="bob" uname="bob"/></nodes>` +
  `<resources>${primitive("web", meta("web", "priority", "1"))}${primitive("mail")}${
    primitive("off", meta("off", "target-role", "Stopped"))
  }${primitive("loose", meta("loose", "is-managed", "false"))}` +
  `<primitive id="plug" class="stonith" type="matrix"/>` +
  `<group id="many">${primitive("one")}${primitive("two")}</group>` +
  `<clone id="copies">${primitive("copy")}</clone></resources>` +
  `<constraints><rsc_location id="cli-ban-off-on-bob" rsc="off" node="bob" score="-INFINITY"/>` +
  `<rsc_colocation id="with-mail" rsc="web" with-rsc="mail" score="1"/>` +
  `<rsc_location id="away" rsc="web"><rule id="away-rule" score="5"><expression id="away-e" attribute="rack" operation="eq" value="1"/></rule></rsc_location>` +
  `<rsc_ticket id="rt1" ticket="ticket1" rsc="web"/><rsc_ticket id="rt2" ticket="ticket2" rsc="mail"/><rsc_ticket id="rt3" ticket="ticket3" rsc="loose"/></constraints>` +
  `<fencing-topology><fencing-level id="fl" target="bob" index="1" devices="plug"/></fencing-topology>` +
  `${
    acl(role, user)
  }<alerts><alert id="a1" path="log"/></alerts><tags><tag id="t1"><obj_ref id="mail"/></tag></tags>`;

/** The elements of the status of it. */
export const matrixStatus: readonly string[] = [
  `<node_state id="bob" uname="bob" in_ccm="true" crmd="online" join="member" expected="member">` +
  `<lrm id="bob"><lrm_resources><lrm_resource id="web" class="ocf" provider="none" type="Matrix">` +
  `<lrm_rsc_op id="web_last_0" operation="start" operation_key="web_start_0" call-id="1" rc-code="0" op-status="0" interval="0" on_node="bob" transition-key="1:0:0:a" transition-magic="0:0;1:0:0:a"/>` +
  `</lrm_resource></lrm_resources></lrm></node_state>`,
  `<tickets><ticket_state id="ticket2" granted="true" standby="false"/>` +
  `<ticket_state id="ticket3" granted="true" standby="true"/></tickets>`,
];
