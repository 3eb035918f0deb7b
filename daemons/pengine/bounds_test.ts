import assert from "node:assert/strict";
import { parse } from "@std/xml";
import {
  cloneInstancesMax,
  excessesOf,
  groupMembersMax,
  idCharactersMax,
  instancesMax,
  nodeNameCharactersMax,
  parametersCharactersMax,
  parametersMax,
  placementsMax,
  replicasMax,
} from "./bounds.ts";
import { decide } from "./decide.ts";
import { graph as readGraph } from "./protocol.ts";
import { Refusal } from "../runtime/reader.ts";

const primitive = (id: string) => `<primitive id="${id}" class="ocf" type="Dummy"/>`;
const primitives = (count: number, name = "p") =>
  Array.from({ length: count }, (_, at) => primitive(`${name}${at}`)).join("");
const clone = (meta: Readonly<Record<string, string>>, inner = primitive("x")) =>
  `<clone id="c"><meta_attributes id="m">${
    Object.entries(meta).map(([name, value]) =>
      `<nvpair id="m-${name}" name="${name}" value="${value}"/>`
    ).join("")
  }</meta_attributes>${inner}</clone>`;
const group = (members: number) => `<group id="g">${primitives(members)}</group>`;
const bundle = (replicas: number, perHost = 1) =>
  `<bundle id="b"><podman image="i" replicas="${replicas}" replicas-per-host="${perHost}"/></bundle>`;

function cibOf(resources: string, { nodes = 3, defaults = "" } = {}): string {
  const named = Array.from({ length: nodes }, (_, at) => `<node id="${at}" uname="n${at}"/>`);
  return `<cib crm_feature_set="3.16.1"><configuration><crm_config/><nodes>${
    named.join("")
  }</nodes><resources>${resources}</resources><constraints/>${defaults}</configuration>` +
    `<status/></cib>`;
}
const keys = (cib: string) => excessesOf(parse(cib).root).map(({ key }) => key);

Deno.test("what is at a bound is computed, what is beyond it is named", () => {
  const max = cloneInstancesMax;
  for (
    const [at, beyond, key] of [
      [
        clone({ "clone-max": `${max}` }),
        clone({ "clone-max": `${max + 1}` }),
        'clone "c" clone-max',
      ],
      [
        clone({ "clone-node-max": `${max}` }),
        clone({ clone_node_max: `${max + 1}` }),
        'clone "c" clone-node-max',
      ],
      [group(groupMembersMax), group(groupMembersMax + 1), 'group "g" members'],
      [bundle(replicasMax), bundle(replicasMax + 1), 'bundle "b" replicas'],
      [bundle(1, replicasMax), bundle(1, replicasMax + 1), 'bundle "b" replicas-per-host'],
      [
        clone({ "clone-max": "8" }, group(256)),
        clone({ "clone-max": "9" }, group(256)),
        'clone "c" instances times members',
      ],
      [
        primitives(instancesMax),
        primitives(instancesMax + 1),
        "resources instances of all resources",
      ],
    ] as const
  ) {
    assert.deepEqual(keys(cibOf(at)), [], key);
    assert.deepEqual(keys(cibOf(beyond)), [key]);
  }
  const many = placementsMax / 100;
  assert.deepEqual(keys(cibOf(primitives(many), { nodes: 100 })), []);
  assert.deepEqual(keys(cibOf(primitives(many + 1), { nodes: 100 })), [
    "resources instances times nodes",
  ]);
});

Deno.test("a default for all clones is bounded too, and of several values the highest counts", () => {
  const defaults = `<rsc_defaults><meta_attributes id="d">` +
    `<nvpair id="d1" name="clone-max" value="INFINITY"/></meta_attributes></rsc_defaults>`;
  assert.deepEqual(keys(cibOf("", { defaults })), ["rsc_defaults clone-max"]);
  const twice = clone({ "clone-max": "2" }).replace(
    "</meta_attributes>",
    `</meta_attributes><meta_attributes id="n"><nvpair id="n1" name="clone-max" value="1e9"/>` +
      `<nvpair id="n2" name="clone-max" value=" 1000000000 "/></meta_attributes>`,
  );
  assert.deepEqual(keys(cibOf(twice)), ['clone "c" clone-max']);
});

Deno.test("a configuration that is beyond a bound is answered at once, with what to do", () => {
  for (
    const huge of [
      clone({ "clone-max": "1000000000", "clone-node-max": "1000000000" }),
      clone({ "clone-max": "100000", "clone-node-max": "100000", "globally-unique": "true" }),
      bundle(100_000_000),
    ]
  ) {
    const answer = decide(cibOf(huge), 0);
    assert.match(
      "error" in answer ? answer.error : "",
      /is \d+; .* at most \d+ \[HA\d{4}\]\. Fix: Set it lower/,
    );
  }
});

Deno.test("ids, names and parameters are as long as messages hold them", () => {
  const named = (length: number) => primitive("x".repeat(length));
  assert.deepEqual(keys(cibOf(named(idCharactersMax))), []);
  assert.match(
    keys(cibOf(named(idCharactersMax + 1)))[0] ?? "",
    /^primitive "x+\.\.\." characters/,
  );
  const graph = decide(cibOf(named(idCharactersMax)), 1);
  assert.ok("graph" in graph && !(readGraph(graph.graph) instanceof Refusal));
  const withParameters = (count: number, characters: number) =>
    cibOf(`<primitive id="p" class="ocf" type="Dummy"><instance_attributes id="i">${
      Array.from(
        { length: count },
        (_, at) =>
          `<nvpair id="n${at}" name="${`${at}`.padStart(4, "a")}" value="${
            "v".repeat(characters)
          }"/>`,
      ).join("")
    }</instance_attributes></primitive>`);
  assert.deepEqual(keys(withParameters(parametersMax, 1)), []);
  assert.deepEqual(keys(withParameters(parametersMax + 1, 1)), [
    'primitive "p" parameters and options',
  ]);
  assert.deepEqual(keys(withParameters(1, parametersCharactersMax - 4)), []);
  assert.deepEqual(keys(withParameters(1, parametersCharactersMax - 3)), [
    'primitive "p" characters of parameters and options',
  ]);
  const node = (length: number) =>
    cibOf("").replace("<nodes>", `<nodes><node id="z" uname="${"z".repeat(length)}"/>`);
  assert.deepEqual(keys(node(nodeNameCharactersMax)), []);
  assert.deepEqual(keys(node(nodeNameCharactersMax + 1)), ['node "z" characters of its name']);
});

Deno.test("patterns of locations that take too long with all resources are refused", () => {
  const written = (pattern: string, count: number) =>
    cibOf(primitives(100)).replace(
      "<constraints/>",
      `<constraints>${
        Array.from(
          { length: count },
          (_, at) =>
            `<rsc_location id="l${at}" rsc-pattern="${pattern}${at}" node="n0" score="1"/>`,
        ).join("")
      }</constraints>`,
    );
  assert.deepEqual(keys(written("^web-.*", 100)), []);
  assert.deepEqual(keys(written("(", 100)), [], "what cannot be used is said elsewhere");
  assert.equal(keys(written("(?:.?){900}X", 100)).length, 1);
  const began = performance.now();
  assert.equal(keys(written("(?:.?){900}X", 5_000)).length, 1);
  assert.ok(performance.now() - began < 5_000);
});
