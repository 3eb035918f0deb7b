/**
 * Nodes are added and removed while the cluster runs, on either kind's word.
 *
 * @module
 */
import { type Cluster, until } from "./cluster.ts";

/** The case: a cluster of one C node and two of ours, with `autojoin other`. */
export async function nodesChange(cluster: Cluster): Promise<string> {
  await cluster.allActive(40_000);
  // By ours: the C node hears of it, and our other node too.
  await cluster.change(2, { change: "add", nodes: ["node8"] });
  await everywhere(cluster, "node8", true);
  // By C, through its own FIFO, as hb_addnode writes it.
  await cluster.exec(1, "/usr/share/heartbeat/hb_addnode", "node9");
  await everywhere(cluster, "node9", true);
  // Weights and sites.
  await cluster.change(2, { change: "weight", node: "node1", weight: 7 });
  await cluster.exec(1, "/usr/share/heartbeat/hb_setsite", "node3", "east");
  for (const index of cluster.indexes) {
    await until(
      async () => await cluster.clStatus(index, "nodeweight", "node1") === "7",
      5_000,
      () => `node${index} has another weight of node1`,
    );
  }
  // What does not live may be removed; what lives may not.
  for (const name of ["node8", "node9"]) {
    for (const index of cluster.indexes) {
      await until(
        async () => await cluster.clStatus(index, "nodestatus", name) === "dead",
        20_000,
        () => `node${index} does not say dead of ${name}`,
      );
    }
  }
  let refused = "";
  await cluster.change(2, { change: "remove", nodes: ["node3"] }).catch((error) =>
    refused = String(error)
  );
  if (!/stop it first/.test(refused)) throw new Error(`a living node was removed: ${refused}`);
  await cluster.change(2, { change: "remove", nodes: ["node8", "node9"] });
  await everywhere(cluster, "node8", false);
  await everywhere(cluster, "node9", false);
  // It holds over a restart.
  await cluster.change(3, { change: "add", nodes: ["node7"] });
  await everywhere(cluster, "node7", true);
  await cluster.kill(2);
  cluster.start(2);
  await everywhere(cluster, "node7", true);
  return "added and removed by ours and by C, known everywhere, kept over a restart";
}

async function everywhere(cluster: Cluster, name: string, there: boolean): Promise<void> {
  for (const index of cluster.indexes) {
    let list = "";
    await until(
      async () => {
        list = await cluster.clStatus(index, "listnodes");
        return list !== "" && list.split("\n").includes(name) === there;
      },
      30_000,
      () => `node${index} ${there ? "lacks" : "still has"} ${name}: ${list.replaceAll("\n", " ")}`,
    );
  }
}
