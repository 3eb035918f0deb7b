/**
 * Programs of the original as clients of our daemon: `cl_status` with every question, the membership
 * daemon `ccm` and its test client, `api_test`.
 *
 * @module
 */
import { type Cluster, until } from "./cluster.ts";

const folder = "/usr/libexec/heartbeat";

/** Questions of `cl_status` that both kinds of daemon must answer alike. */
const questions: readonly (readonly string[])[] = [
  ["hbstatus"],
  ["nodestatus", "node1"],
  ["nodestatus", "node2"],
  ["nodestatus", "nonode"],
  ["nodeweight", "node2"],
  ["nodetype", "node1"],
  ["listhblinks", "node1"],
  ["hblinkstatus", "node1", "eth0"],
  ["hblinkstatus", "node2", "eth0"],
  ["clientstatus", "node1", "ccm"],
  ["clientstatus", "node2", "ccm"],
  ["clientstatus", "node2", "nobody"],
  ["hbparameter", "-p", "deadtime"],
  ["hbparameter", "-p", "keepalive"],
  ["hbparameter", "-p", "nonesuch"],
];

/** The case. */
export async function cPrograms(cluster: Cluster): Promise<string> {
  await cluster.allActive();
  // The original starts its ccm by itself; no one tells ours to.
  void cluster.exec(2, `${folder}/ccm`);
  let membership = "";
  for (const index of cluster.indexes) {
    await until(
      async () => {
        membership = await cluster.exec(
          index,
          "sh",
          "-c",
          `timeout 4 ${folder}/ccm_testclient 2>&1`,
        );
        return /nodes=2/.test(membership) || /ttl members=2/.test(membership);
      },
      40_000,
      () => `ccm of node${index} is in no membership of two: ${membership.slice(-600)}`,
    );
  }
  for (const question of questions) {
    const [c, ours] = await Promise.all(
      cluster.indexes.map((index) => told(cluster, index, question)),
    );
    if (c !== ours) {
      throw new Error(`cl_status ${question.join(" ")}: C says "${c}", ours "${ours}"`);
    }
  }
  const lists = await Promise.all(
    cluster.indexes.map(async (index) =>
      (await cluster.clStatus(index, "listnodes")).split("\n").sort().join(" ")
    ),
  );
  if (lists[0] !== lists[1]) throw new Error(`listnodes: ${lists.join(" and ")}`);
  if (await cluster.clStatus(2, "rscstatus") !== "none") throw new Error("rscstatus");
  const tested = await cluster.exec(
    2,
    "sh",
    "-c",
    `timeout 9 ${folder}/api_test 2>&1`,
  );
  if (/ERROR|CRIT/.test(tested)) {
    throw new Error(`api_test: ${/.*(ERROR|CRIT).*/.exec(tested)?.[0]}`);
  }
  if (!/Got message \d+ of type \[pingreply\] from \[node2\]/.test(tested)) {
    throw new Error(`api_test heard nothing of itself: ${tested.slice(-600)}`);
  }
  return `cl_status answers ${questions.length + 2} questions alike; ccm of C runs on our daemon ` +
    "and is in a membership of two; api_test is content";
}

/** An answer, without the stamp of a complaint. */
async function told(cluster: Cluster, index: number, question: readonly string[]): Promise<string> {
  const script = `timeout 5 cl_status ${question.join(" ")} 2>&1; echo "exit $?"`;
  const text = await cluster.exec(index, "sh", "-c", script);
  return text.replace(/^\w+ \d+ [\d:]+ \S+ cl_status: \[\d+\]: /gm, "").trim();
}

/**
 * Who may sign on, by the kernel's word: a C program as a member of haclient, as nobody, and as root.
 * Everybody may reach the socket here: what refuses is the daemon.
 */
export async function whoMay(cluster: Cluster): Promise<string> {
  await cluster.allActive();
  const groups = await cluster.exec(2, "getent", "group", "haclient");
  const gid = Number(groups.split(":")[2]);
  await cluster.kill(2);
  await cluster.exec(2, "chmod", "755", "/run/heartbeat");
  cluster.start(2, { rules: [{ client: "default", uids: [], gids: [gid] }] });
  await cluster.allActive();
  const signsOn = async (...who: string[]) => {
    const words = [...who, "timeout", "3", `${folder}/api_test`].join(" ");
    const said = await cluster.exec(2, "sh", "-c", `${words} 2>&1`);
    return /Cluster node: node1/.test(said)
      ? "may"
      : /ot sign on|signon/i.test(said)
      ? "may not"
      : said;
  };
  const as = (user: string, group: string) =>
    signsOn("setpriv", `--reuid=${user}`, `--regid=${group}`, "--clear-groups");
  const verdicts = [
    await as("hacluster", "haclient"),
    await as("nobody", "nogroup"),
    await signsOn(),
  ];
  if (verdicts.join() !== "may,may not,may") throw new Error(verdicts.join("; "));
  return "hacluster of haclient and root may, nobody may not";
}
