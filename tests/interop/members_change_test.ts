/**
 * Real nodes that come and go: two that the configuration names, and a third that joins because it has
 * the key. It becomes a member, counts, takes a resource, is stopped, removed, and counts no more.
 *
 * Needs neither root nor packages; it is here because it takes its time.
 *
 * @module
 */
import assert from "node:assert/strict";
import { connect } from "../../daemons/runtime/client.ts";
import { socketOf } from "../../daemons/site/sockets.ts";
import type { Message } from "../../daemons/runtime/messages.ts";
import { parse } from "../../metadata/xml/mod.ts";
import {
  clusterState,
  primitivesIn,
  workingSet,
} from "../../daemons/mgmtd/status/cluster_state.ts";
import { freeTcpPort, freeUdpPorts } from "../../daemons/site/free_ports.ts";
import { guarded } from "../../daemons/mgmtd/local_nodes/guarded.ts";
import {
  clusterNameOf,
  type LocalCluster,
  nodeConfigOf,
  runFolder,
  writeLocalCluster,
} from "../../daemons/mgmtd/local_nodes/local_cluster.ts";
import { localNodes } from "../../daemons/mgmtd/local_nodes/nodes.ts";
import { type Watch, watch } from "../../daemons/mgmtd/local_nodes/watch.ts";

const project = decodeURIComponent(new URL("../..", import.meta.url).pathname).replace(/\/$/, "");
const local: LocalCluster = {
  folder: `${project}/.test/members`,
  cluster: clusterNameOf("members", project),
  nodes: ["alice", "bob", "carol"],
};
const founders = ["alice", "bob"];
/** Milliseconds that a step may take, the start of a node's processes included. */
const stepMs = 40_000;

/** A service that is best on carol. */
const cibOf = (webPort: number) =>
  `<cib validate-with="pacemaker-3.9" admin_epoch="0" epoch="1" num_updates="0">
<configuration><crm_config><cluster_property_set id="options">
<nvpair id="options-stonith-enabled" name="stonith-enabled" value="false"/>
</cluster_property_set></crm_config>
<nodes>${founders.map((node) => `<node id="${node}" uname="${node}"/>`).join("")}</nodes>
<resources><primitive id="service" class="deno" provider="pils" type="WebServer">
<instance_attributes id="service-attributes">
<nvpair id="service-port" name="port" value="${webPort}"/></instance_attributes>
</primitive></resources>
<constraints><rsc_location id="best" rsc="service" node="carol" score="1000"/></constraints>
</configuration><status/></cib>
`;

const sockets = local.nodes.flatMap((node) =>
  (["cluster", "heartbeat"] as const).map((process) =>
    socketOf({ run: runFolder(local, node) }, process)
  )
);

Deno.test(
  "a node joins a running cluster, counts, takes a service, is removed and counts no more",
  {
    permissions: {
      net: ["127.0.0.1", ...sockets.map((path) => `unix:${path}`)],
      read: [project],
      write: [`${project}/.test`],
      run: [Deno.execPath(), "/bin/sh"],
    },
  },
  async (test) => {
    await Deno.mkdir(`${project}/.test`, { recursive: true });
    const guard = await guarded(project, local);
    const nodes = localNodes(project, local, (node) => `${local.folder}/${node}.log`, guard);
    const watches = new Map<string, Watch>();
    const ports = Object.fromEntries(
      freeUdpPorts(local.nodes.length).map((port, at) => [local.nodes[at]!, port]),
    );
    await writeLocalCluster(local, cibOf(freeTcpPort()), (node) => ({
      ...nodeConfigOf({ ...local, nodes: founders }, node, ports, {
        keepaliveMs: 100,
        deadtimeMs: 1_500,
      }),
      initdeadMs: 3_000,
      // alice and bob let others join; carol is named nowhere, not by itself either.
      autojoin: founders.includes(node) ? "other" : "any",
    }));
    const start = async (node: string) => {
      nodes.start(node);
      await watches.get(node)?.[Symbol.asyncDispose]();
      const none = { changed() {}, fenced() {}, cib() {} };
      watches.set(node, await watch(local, node, none, stepMs));
    };
    /** Members, sorted, `!` behind a quorate view, and who counts. */
    const seen = (node: string): string => {
      const view = watches.get(node)?.watched.view;
      if (view === undefined) return "none";
      const members = view.members.map((member) => member.node).sort().join(" ");
      return `${members}${view.quorate ? "!" : ""} of ${view.electorate.join(" ")}`;
    };
    const until = async (what: string, is: () => boolean | Promise<boolean>) => {
      const endMs = performance.now() + stepMs;
      while (!(await is())) {
        if (performance.now() > endMs) {
          const views = local.nodes.map((node) => `${node}: ${seen(node)}`).join("; ");
          const logs = await Promise.all(
            local.nodes.map((node) =>
              Deno.readTextFile(`${local.folder}/${node}.log`).catch(() => "")
            ),
          );
          assert.fail(`not within ${stepMs} ms: ${what}; ${views}\n${logs.join("\n")}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    const state = async () => {
      const { root } = parse(await watches.get("alice")!.cib(), { ignoreWhitespace: true });
      return clusterState(workingSet(root, Math.floor(Date.now() / 1000)));
    };
    const runsOn = async (node: string) =>
      primitivesIn((await state()).resources)
        .some(({ id, runsOn }) => id === "service" && runsOn.includes(node));
    let ok = true;
    const step = async (what: string, run: () => Promise<void>) => {
      // Each begins where the one before ended.
      ok &&= await test.step(what, run);
    };
    try {
      await step("two nodes that the configuration names are a cluster", async () => {
        for (const node of founders) await start(node);
        for (const node of founders) {
          await until("two members", () => seen(node) === "alice bob! of alice bob");
        }
        await until("the service runs", async () => await runsOn("alice") || await runsOn("bob"));
      });
      await step(
        "a third joins: it is a member, it counts, and the service moves to it",
        async () => {
          await start("carol");
          for (const node of local.nodes) {
            await until("three count", () => seen(node) === "alice bob carol! of alice bob carol");
          }
          await until("the service runs on carol", () => runsOn("carol"));
          const { nodes: known } = await state();
          assert.deepEqual(known.map(({ name, state }) => `${name} ${state}`).sort(), [
            "alice online",
            "bob online",
            "carol online",
          ]);
        },
      );
      await step("with it two of three are enough", async () => {
        await nodes.stop("bob", stepMs);
        for (const node of ["alice", "carol"]) {
          await until("two of three", () => seen(node) === "alice carol! of alice bob carol");
        }
        await start("bob");
        for (const node of local.nodes) {
          await until("three again", () => seen(node) === "alice bob carol! of alice bob carol");
        }
      });
      await step("it is stopped and removed: it counts no more, and is not shown", async () => {
        await nodes.stop("carol", stepMs);
        await until("two of three", () => seen("alice") === "alice bob! of alice bob carol");
        await until("the service moves", async () => await runsOn("alice") || await runsOn("bob"));
        let error: string | undefined = "not asked";
        await until("carol is removed", async () => {
          error = await remove("carol");
          return error === undefined;
        });
        for (const node of founders) {
          await until("two count", () => seen(node) === "alice bob! of alice bob");
        }
        await until("the CIB has two nodes", async () => (await state()).nodes.length === 2);
      });
      await step("it comes back, and nobody takes it for a member", async () => {
        await start("carol");
        await until("it is alone", () => seen("carol") === "carol of alice bob carol");
        await new Promise((resolve) => setTimeout(resolve, 4_000));
        assert.equal(seen("carol"), "carol of alice bob carol");
        assert.equal(seen("alice"), "alice bob! of alice bob");
      });
    } finally {
      for (const open of watches.values()) await open[Symbol.asyncDispose]();
      await nodes.close();
    }

    /** As `ha heartbeat remove` asks for it; gives why it was not done. */
    async function remove(name: string): Promise<string | undefined> {
      await using client = await connect(socketOf({ run: runFolder(local, "bob") }, "heartbeat"));
      const answer = await client.ask(
        "heartbeat",
        {
          type: "heartbeat/change",
          id: "remove",
          change: { change: "remove", nodes: [name] },
        },
        (message): message is Extract<Message, { type: "heartbeat/changed" }> =>
          message.type === "heartbeat/changed",
        5_000,
      );
      return answer.ok ? undefined : answer.error ?? "no reason given";
    }
  },
);
