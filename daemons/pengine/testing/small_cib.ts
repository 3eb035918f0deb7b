/**
 * Small clusters as CIBs, for the tests of the engine.
 *
 * @module
 */
import { parse, type XmlElement } from "../../../metadata/xml/mod.ts";

/** What a test says of a cluster. */
export interface ClusterSketch {
  readonly nodes: readonly NodeSketch[];
  /** XML of the resources section's content. */
  readonly resources: string;
  /** XML of the constraints section's content. */
  readonly constraints?: string;
  readonly options?: Readonly<Record<string, string>>;
  readonly quorate?: boolean;
}

/** A node and what its history says. */
export interface NodeSketch {
  readonly name: string;
  /** `lost`: it left without a word, and has to be fenced. */
  readonly state: "online" | "lost" | "offline" | "shutdown";
  /** Resources that run there. */
  readonly active?: readonly string[];
  /** Resources that were probed and do not run there. */
  readonly probed?: readonly string[];
}

/** The CIB of a sketch as text. */
export function cibText(sketch: ClusterSketch): string {
  const options = Object.entries(sketch.options ?? {})
    .map(([name, value]) => `<nvpair id="opt-${name}" name="${name}" value="${value}"/>`);
  const nodes = sketch.nodes.map(({ name }) => `<node id="${name}" uname="${name}"/>`);
  return `<cib crm_feature_set="3.16.1" validate-with="pacemaker-3.7" epoch="1" num_updates="0"
  admin_epoch="0" have-quorum="${sketch.quorate === false ? 0 : 1}"
  dc-uuid="${sketch.nodes[0]?.name ?? ""}">
 <configuration>
  <crm_config><cluster_property_set id="options">${
    options.join("")
  }</cluster_property_set></crm_config>
  <nodes>${nodes.join("")}</nodes>
  <resources>${sketch.resources}</resources>
  <constraints>${sketch.constraints ?? ""}</constraints>
 </configuration>
 <status>${sketch.nodes.map(nodeState).join("")}</status>
</cib>`;
}

/** The CIB of a sketch. */
export function cibOf(sketch: ClusterSketch): XmlElement {
  return parse(cibText(sketch), {
    ignoreWhitespace: true,
    ignoreComments: true,
    trackPosition: true,
  }).root;
}

/** A primitive that is of no consequence. */
export function dummy(id: string, inside = ""): string {
  return `<primitive id="${id}" class="ocf" provider="pacemaker" type="Dummy">${inside}</primitive>`;
}

/** A fence device that can fence every node. */
export const fencing = `<primitive id="Fencing" class="stonith" type="fence_dummy"/>`;

function nodeState(node: NodeSketch): string {
  const { name, state } = node;
  const up = state === "online" || state === "shutdown";
  const presence = up
    ? `in_ccm="true" crmd="online" join="member" expected="member"`
    : state === "lost"
    ? `in_ccm="false" crmd="offline" join="down" expected="member"`
    : `in_ccm="false" crmd="offline" join="down" expected="down"`;
  const attributes = state === "shutdown"
    ? `<transient_attributes id="${name}"><instance_attributes id="t-${name}">
        <nvpair id="t-${name}-shutdown" name="shutdown" value="1"/>
       </instance_attributes></transient_attributes>`
    : "";
  const history = [
    ...(node.active ?? []).map((id) => resourceHistory(id, "start", 0)),
    ...(node.probed ?? []).map((id) => resourceHistory(id, "monitor", 7)),
  ];
  return `<node_state id="${name}" uname="${name}" ${presence}>${attributes}
   <lrm id="${name}"><lrm_resources>${history.join("")}</lrm_resources></lrm></node_state>`;
}

function resourceHistory(id: string, task: string, rc: number): string {
  const agent = id === "Fencing"
    ? `class="stonith" type="fence_dummy"`
    : `class="ocf" provider="pacemaker" type="Dummy"`;
  const plain = id.replace(/:\d+$/, "");
  return `<lrm_resource id="${plain}" ${agent}>
    <lrm_rsc_op id="${plain}_last_0" operation_key="${plain}_${task}_0" operation="${task}"
     crm-debug-origin="test" crm_feature_set="3.16.1" transition-key="1:1:${rc}:u"
     transition-magic="0:${rc};1:1:${rc}:u" call-id="1" rc-code="${rc}" op-status="0" interval="0"
     op-digest="f2317cad3d54cec5d7d7aa7d0bf35cf8"/>
   </lrm_resource>`;
}
