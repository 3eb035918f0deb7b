/**
 * The configuration language: which elements there are, what may stand in each, and with which
 * attributes. It is what Pacemaker's schemas 1.0 to 4.0 accept between them: older documents are
 * understood, and `dropped.ts` lists what 3.0 dropped.
 *
 * @module
 */

/** What an element may hold. */
export interface ElementRule {
  readonly children: ReadonlySet<string>;
  readonly attributes: ReadonlySet<string>;
  readonly required: readonly string[];
}

/** For each element its children, then its attributes; `!` marks one that has to be there. */
const words: Readonly<Record<string, readonly [string, string]>> = {
  acl_group: ["role", "id! name"],
  acl_permission: ["", "attribute description id! kind! object-type reference xpath"],
  acl_role: ["acl_permission deny read write", "description id!"],
  acl_target: ["role", "id! name"],
  acl_user: ["deny read role_ref write", "id!"],
  acls: ["acl_group acl_role acl_target acl_user", ""],
  alert: ["instance_attributes meta_attributes recipient select", "description id! path!"],
  alerts: ["alert", ""],
  attribute: ["", "id! name!"],
  bundle: [
    "docker instance_attributes meta_attributes network podman primitive rkt storage",
    "description id!",
  ],
  cib: [
    "configuration status",
    "admin_epoch cib-last-written crm_feature_set dc-uuid epoch execution-date have-quorum no-quorum-panic num_updates remote-clear-port remote-tls-port update-client update-origin update-user validate-with",
  ],
  clone: ["group instance_attributes meta_attributes primitive", "description id!"],
  cluster_property_set: ["nvpair rule", "id id-ref score"],
  configuration: [
    "acls alerts constraints crm_config fencing-topology nodes op_defaults resources rsc_defaults tags",
    "",
  ],
  constraints: ["rsc_colocation rsc_location rsc_order rsc_ticket", ""],
  crm_config: ["cluster_property_set", ""],
  date_expression: ["date_spec duration", "end id! operation! start"],
  date_spec: [
    "",
    "hours id! minutes monthdays months moon seconds weekdays weeks weekyears yeardays years yearsdays",
  ],
  deny: ["", "attribute id! ref tag xpath"],
  docker: [
    "",
    "image! masters network options promoted-max replicas replicas-per-host run-command",
  ],
  duration: [
    "",
    "days hours id! minutes monthdays months moon seconds weekdays weeks weekyears years yearsdays",
  ],
  expression: ["", "attribute! id! operation! type value value-source"],
  "fencing-level": ["", "devices! id! index! target target-attribute target-pattern target-value"],
  "fencing-topology": ["fencing-level", ""],
  group: ["instance_attributes meta_attributes primitive", "description id!"],
  instance_attributes: ["nvpair rule", "id id-ref score"],
  lifetime: ["rule", ""],
  master: ["group instance_attributes meta_attributes primitive", "description id!"],
  meta_attributes: ["nvpair rule", "id id-ref score"],
  network: ["port-mapping", "add-host control-port host-interface host-netmask ip-range-start"],
  node: ["instance_attributes utilization", "description id! score type uname!"],
  nodes: ["node", ""],
  nvpair: ["", "id id-ref name value"],
  obj_ref: ["", "id id "],
  op: [
    "instance_attributes meta_attributes",
    "description enabled id! interval! interval-origin name! on-fail record-pending requires role start-delay timeout",
  ],
  op_defaults: ["meta_attributes", ""],
  op_expression: ["", "id! interval name!"],
  operations: ["op", "id id-ref"],
  podman: [
    "",
    "image! masters network options promoted-max replicas replicas-per-host run-command",
  ],
  "port-mapping": ["", "id! internal-port port range"],
  primitive: [
    "instance_attributes meta_attributes operations utilization",
    "class description id! provider template type",
  ],
  read: ["", "attribute id! ref tag xpath"],
  recipient: ["instance_attributes meta_attributes", "description id! value!"],
  resource_ref: ["", "id!"],
  resource_set: [
    "resource_ref",
    "action id id-ref kind ordering require-all role score sequential",
  ],
  resources: ["bundle clone group master primitive template", ""],
  rkt: ["", "image! masters network options promoted-max replicas replicas-per-host run-command"],
  role: ["", "id!"],
  role_ref: ["", "id!"],
  rsc_colocation: [
    "lifetime resource_set",
    "id! influence node-attribute rsc rsc-role score score-attribute score-attribute-mangle with-rsc with-rsc-role",
  ],
  rsc_defaults: ["meta_attributes", ""],
  rsc_expression: ["", "class id! provider type"],
  rsc_location: [
    "lifetime resource_set rule",
    "id! node resource-discovery role rsc rsc-pattern score",
  ],
  rsc_order: [
    "lifetime resource_set",
    "first first-action id! kind require-all score symmetrical then then-action",
  ],
  rsc_ticket: ["resource_set", "id! loss-policy rsc rsc-role ticket!"],
  rule: [
    "date_expression expression op_expression rsc_expression rule",
    "boolean-op id id-ref role score score-attribute",
  ],
  select: ["select_attributes select_fencing select_nodes select_resources", ""],
  select_attributes: ["attribute", ""],
  select_fencing: ["", ""],
  select_nodes: ["", ""],
  select_resources: ["", ""],
  storage: ["storage-mapping", ""],
  "storage-mapping": ["", "id! options source-dir source-dir-root target-dir!"],
  tag: ["obj_ref", "id!"],
  tags: ["tag", ""],
  template: [
    "instance_attributes meta_attributes operations utilization",
    "class description id! provider type!",
  ],
  utilization: ["nvpair rule", "id id-ref score"],
  write: ["", "attribute id! ref tag xpath"],
};

/** The rules by the name of the element. What stands in `status` is the cluster's own. */
export const grammar: ReadonlyMap<string, ElementRule> = new Map(
  Object.entries(words).map(([name, [children, attributes]]) => {
    const all = attributes.split(" ").filter((word) => word !== "");
    return [name, {
      children: new Set(children.split(" ").filter((word) => word !== "")),
      attributes: new Set(all.map((word) => word.replace("!", ""))),
      required: all.filter((word) => word.endsWith("!")).map((word) => word.slice(0, -1)),
    }];
  }),
);
