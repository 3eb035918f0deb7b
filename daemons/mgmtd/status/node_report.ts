/**
 * What the daemons of one node answer: its membership, whom it hears, over which links, and which
 * daemons do not answer at all. Nothing of it is in the CIB.
 *
 * @module
 */
import { messageOf } from "../../../metadata/message_of.ts";
import { clearTimer, setTimer } from "../../../metadata/timer.ts";
import { type Client, connect } from "../../runtime/client.ts";
import { connectAsUser } from "../as_user.ts";
import { isAbsent } from "../node_client.ts";
import { refusalsOf } from "../../runtime/refusals.ts";
import type { Json, LrmResult, Message } from "../../runtime/messages.ts";

/** Milliseconds a daemon may take to answer. All are asked at once. */
const answerMs = 2_000;

/** Milliseconds in which the kernel certainly refuses a connection. */
const refusedMs = 100;

/** Daemons that answer how they stand, by the process that has them. */
const asked = {
  heartbeat: ["heartbeat"],
  cluster: ["ccm", "cib", "crmd", "tengine", "stonithd", "attrd"],
} as const;

/** The answers of a node. */
export interface NodeReport {
  /** The CIB of this node's copy; undefined if it did not answer. */
  readonly cib: string | undefined;
  /** What daemons say of themselves, by name, and `messages@PROCESS`; absent if they did not answer. */
  readonly answers: Readonly<Record<string, Json>>;
  /** What the local resource manager did; undefined if it did not answer. */
  readonly results: readonly LrmResult[] | undefined;
  /** The user is another one than the node's: it may read the CIB, and the daemons are not asked. */
  readonly asUser?: true;
  /** Daemons that did not answer, and why. */
  readonly silent: readonly { readonly daemon: string; readonly why: string }[];
}

/** Where to ask. */
export interface Sockets {
  readonly cluster: string;
  readonly heartbeat: string;
}

/** What a process has refused, if it says so: then under that name among the answers. */
async function refusalsIn(client: Client, process: string): Promise<Record<string, Json>> {
  const service = refusalsOf(process);
  if (!client.services().includes(service)) return {};
  const counts = await statusOf(client, service).catch(() => undefined);
  return counts === undefined ? {} : { [service]: counts };
}

/** How alerts stand, if the node has that machine: an older one is not silent for that. */
async function alertsIn(client: Client): Promise<Record<string, Json>> {
  if (!client.services().includes("alerts")) return {};
  const alerts = await statusOf(client, "alerts").catch(() => undefined);
  return alerts === undefined ? {} : { alerts };
}

/**
 * Asks all daemons of a node at once; undefined if neither of its sockets is there.
 *
 * @throws {Deno.errors.PermissionDenied} that says which right this user lacks.
 */
export async function reportOf(sockets: Sockets): Promise<NodeReport | undefined> {
  const answers: Record<string, Json> = {};
  const silent: { daemon: string; why: string }[] = [];
  let absent = 0;
  let isOthers = false;
  const collect = async <T>(daemon: string, answer: Promise<T>): Promise<T | undefined> => {
    try {
      return await answer;
    } catch (error) {
      silent.push({ daemon, why: messageOf(error) });
      return undefined;
    }
  };
  const status = async (client: Client, daemon: string) => {
    const answer = await collect(daemon, statusOf(client, daemon));
    if (answer !== undefined) answers[daemon] = answer;
  };
  const opened = async (path: string, daemons: readonly string[]): Promise<Client | undefined> => {
    try {
      return await connect(path);
    } catch (error) {
      if (isAbsent(error)) absent++;
      if (error instanceof Deno.errors.PermissionDenied) isOthers = true;
      const why = isAbsent(error) ? "it does not run" : messageOf(error);
      silent.push(...daemons.map((daemon) => ({ daemon, why })));
      return undefined;
    }
  };
  const cluster = opened(sockets.cluster, [...asked.cluster, "lrmd"]);
  const ofHeartbeat = async () => {
    // It would log each try of a user to whom the other socket does not belong.
    await within(refusedMs, cluster);
    if (isOthers) return;
    const client = await opened(sockets.heartbeat, asked.heartbeat);
    if (client === undefined) return;
    await using open = client;
    await Promise.all([
      ...asked.heartbeat.map((daemon) => status(open, daemon)),
      refusalsIn(open, "heartbeat").then((counts) => Object.assign(answers, counts)),
    ]);
  };
  const ofCluster = async () => {
    const client = await cluster;
    if (client === undefined) return {};
    await using open = client;
    const [cib, results] = await Promise.all([
      // Its own answer reports that it gives no document.
      documentOf(open).catch(() => undefined),
      collect("lrmd", resultsOf(open)),
      ...asked.cluster.map((daemon) => status(open, daemon)),
      refusalsIn(open, "cluster").then((counts) => Object.assign(answers, counts)),
      alertsIn(open).then((alerts) => Object.assign(answers, alerts)),
    ]);
    return { cib, results };
  };
  const [{ cib, results }] = await Promise.all([ofCluster(), ofHeartbeat()]);
  if (absent === 2) return undefined;
  if (isOthers) return await seenByUser(sockets);
  return { cib, results, answers, silent: silent.sort(byName) };
}

const byName = (a: { daemon: string }, b: { daemon: string }) => a.daemon < b.daemon ? -1 : 1;

/** Waits for something, but not for longer. */
async function within(ms: number, done: Promise<unknown>): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimer(late.resolve, ms);
  await Promise.race([done, late.promise]);
  clearTimer(timer);
}

/** What a user gets to see to whom the node's own socket does not belong. */
async function seenByUser({ cluster }: Sockets): Promise<NodeReport> {
  await using client = await connectAsUser(cluster);
  const { xml, denied } = await answerOf(client);
  if (denied !== undefined) throw new Deno.errors.PermissionDenied(denied);
  return { cib: xml, answers: {}, results: undefined, asUser: true, silent: [] };
}

/** What a daemon says of itself. */
export async function statusOf(client: Client, daemon: string): Promise<Json> {
  const id = `status of ${daemon}`;
  const { status } = await client.ask(
    daemon,
    { type: "status/query", id },
    (message): message is Extract<Message, { type: "status/answer" }> =>
      message.type === "status/answer" && message.id === id,
    answerMs,
  );
  return status;
}

const documentOf = async (client: Client): Promise<string> => (await answerOf(client)).xml;

const answerOf = (client: Client) =>
  client.ask(
    "cib",
    { type: "cib/query", id: "document" },
    (message): message is Extract<Message, { type: "cib/document" }> =>
      message.type === "cib/document",
    answerMs,
  );

async function resultsOf(client: Client): Promise<readonly LrmResult[]> {
  const { results } = await client.ask(
    "lrmd",
    { type: "lrm/query", id: "results" },
    (message): message is Extract<Message, { type: "lrm/state" }> => message.type === "lrm/state",
    answerMs,
  );
  return results;
}
