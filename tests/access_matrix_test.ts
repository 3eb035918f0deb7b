/** Each operation of the API, by each role, over each socket: as a user of the machine of the cib. */

import assert from "node:assert/strict";
import { shownTo } from "../daemons/cib/doors/access.ts";
import { differenceOf, readCib } from "../daemons/cib/doors/document.ts";
import { node } from "./access_node.ts";
import { needs } from "../daemons/mgmtd/api/acl/needs.ts";
import { methodOf, operations } from "../daemons/mgmtd/api/mod.ts";
import { commandOf } from "../daemons/mgmtd/commands/steer.ts";
import { parseCall } from "../daemons/mgmtd/parse_call.ts";
import { aboutAt } from "../daemons/mgmtd/steer/run_change.ts";
import { valuesOf } from "../daemons/mgmtd/steer/values.ts";
import {
  type Cell,
  cells,
  matrixConfiguration,
  matrixStatus,
  sampleCalls,
  unruled,
} from "./access_matrix.ts";

const joe = { name: "joe", groups: [] };
const nowMs = Date.UTC(2026, 11, 1);

Deno.test("every operation says what it needs, and only operations do", () => {
  assert.deepEqual(unruled(), []);
  const methods = operations.map(methodOf).sort();
  assert.deepEqual(Object.keys(needs).sort(), methods);
  assert.deepEqual(Object.keys(sampleCalls).sort(), methods);
});

/** Carries it out as its user; gives why not, or nothing. */
function tried({ operation, words, role, socket }: Cell): string {
  const cluster = node(matrixConfiguration(role, joe.name), ...matrixStatus);
  const user = socket === "owner" ? { name: "root", groups: [] } : joe;
  const { xml, denied } = cluster.query(user);
  if (denied !== undefined) return denied;
  const command = commandOf(operation);
  const line = [...command.path, ...words.split(" ").filter((word) => word !== "")];
  const parsed = parseCall([command], line);
  assert(parsed.type === "call", line.join(" "));
  const values = valuesOf(operation, parsed.call);
  assert(typeof values !== "string", line.join(" "));
  const seen = readCib(xml);
  if (operation.effect === "read") {
    const found = operation.read(seen, values, aboutAt(nowMs));
    return "problems" in found ? found.problems.map(({ text }) => text).join("\n") : "";
  }
  const worked = operation.change(seen, values, aboutAt(nowMs));
  if ("problems" in worked) return worked.problems.map(({ text }) => text).join("\n");
  const changes = differenceOf(seen, worked.cib);
  // What it would change is hidden.
  if (changes.length === 0) return `${line.join(" ")} changes nothing that this user sees`;
  const said = cluster.writeAs(user, changes);
  if (said !== "done") {
    // Nothing of it is applied.
    assert.equal(cluster.query(user).xml, xml);
    return said;
  }
  const after = readCib(cluster.query(user).xml);
  assert.deepEqual(differenceOf(after, shownTo(worked.cib, undefined).root), []);
  return "";
}

for (const operation of operations) {
  const method = methodOf(operation);
  Deno.test(`access: ${method} by every role`, () => {
    for (const cell of cells().filter((one) => one.method === method)) {
      const why = tried(cell);
      const told = `${cell.role.name} over the socket of the ${cell.socket}: ${why || "done"}`;
      assert.equal(why === "", cell.allowed, told);
    }
  });
}
