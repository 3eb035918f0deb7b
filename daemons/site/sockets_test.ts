import assert from "node:assert/strict";
import type { NodeConfig } from "./node_config/read.ts";
import type { ProcessList } from "./description.ts";
import { pathsOf, socketsOf } from "./sockets.ts";

const list: ProcessList = [
  { name: "network", services: ["network"], threads: ["tick"], clients: true },
  { name: "middle", services: ["a", "b"], clients: true, linkTo: "network" },
  { name: "far", services: ["far"], linkTo: "middle" },
  { name: "beside", services: ["beside"], linkTo: "network" },
];
const config = { run: "/run" } as NodeConfig;

Deno.test("a process listens for clients and for each process behind it, and connects by its own link", () => {
  assert.deepEqual(pathsOf(socketsOf(list, "network", config)), [
    "/run/network.sock",
    "/run/middle.link",
    "/run/beside.link",
  ]);
  assert.deepEqual(pathsOf(socketsOf(list, "far", config)), ["/run/far.link"]);
});

Deno.test("a link announces what is behind it, and nothing else", () => {
  const [middle, beside] = socketsOf(list, "network", config).linkPaths;
  const names = ["a", "far", "plugins@far", "messages@middle", "client-7"];
  for (const name of names) assert.equal(middle?.mayOffer(name), true, name);
  const strange = ["network", "beside", "plugins@network", "messages@tick", "c", "plugins@", ""];
  for (const name of strange) assert.equal(middle?.mayOffer(name), false, name);
  // No client connects behind it.
  assert.equal(beside?.mayOffer("client-7"), false);
  assert.equal(beside?.mayOffer("beside"), true);
});
