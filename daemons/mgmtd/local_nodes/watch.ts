/**
 * Watches a node of a local cluster from outside, as any client may: what it hears, which view it is in,
 * what its CIB says, whom it fenced.
 *
 * @module
 */
import { type Client, connect } from "../../runtime/client.ts";
import type { CibChange, Message, NodeConnectivity, View } from "../../runtime/messages.ts";
import { type LocalCluster, watchedSocket } from "./local_cluster.ts";
import { pause } from "../../../metadata/timer.ts";

/** Milliseconds between two tries to reach a node that is starting. */
const retryMs = 20;
/** Milliseconds a node may take to answer. */
const answerMs = 5_000;

/** What is known of a node. */
export interface Watched {
  readonly node: string;
  nodes: readonly NodeConnectivity[];
  /** The view it is in; none if it is in none. */
  view: View | undefined;
  /** Whether the connection is there. */
  up: boolean;
}

/** Events of a watcher. */
export interface WatchEvents {
  /** Something in `watched` changed. */
  changed(watched: Watched): void;
  /** A node was fenced, or could not be. */
  fenced(target: string, ok: boolean, by: string): void;
  /** The CIB changed. */
  cib(changes: readonly CibChange[]): void;
}

/** A node under watch. */
export interface Watch extends AsyncDisposable {
  readonly watched: Watched;
  /** To ask what else there is to know. */
  readonly client: Client;
  /** The node's CIB, as XML. */
  cib(): Promise<string>;
}

/** Keeps what a daemon said, and passes it on. */
function note(watched: Watched, message: Message, events: WatchEvents): void {
  switch (message.type) {
    case "heartbeat/connectivity":
      watched.nodes = message.nodes;
      break;
    case "ccm/view":
      watched.view = message.view;
      break;
    case "ccm/evicted":
      watched.view = undefined;
      break;
    case "fence/happened":
      events.fenced(message.target, message.ok, message.delegate);
      return;
    case "cib/changed":
      events.cib(message.changes);
      return;
    default:
      return;
  }
  events.changed(watched);
}

/** Tries to connect until it succeeds, or there is nothing more to wait for. */
async function reached(
  tryIt: () => Promise<Client | undefined>,
  isOver: () => boolean,
): Promise<Client | undefined> {
  for (;;) {
    const client = await tryIt();
    if (client !== undefined || isOver()) return client;
    await pause(retryMs);
  }
}

function subscribe(client: Client): void {
  client.send("heartbeat", { type: "heartbeat/subscribe" });
  client.send("ccm", { type: "ccm/subscribe" });
  client.send("cib", { type: "cib/subscribe" });
  client.send("stonithd", { type: "fence/subscribe" });
}

/**
 * Begins to watch a node; waits until it can be reached, `withinMs` at most.
 *
 * @param isGone whether there is nothing more to wait for.
 */
export async function watch(
  local: Pick<LocalCluster, "folder">,
  node: string,
  events: WatchEvents,
  withinMs: number,
  isGone: () => boolean = () => false,
): Promise<Watch> {
  const watched: Watched = { node, nodes: [], view: undefined, up: true };
  const path = watchedSocket(local, node);
  const take = (message: Message) => note(watched, message, events);
  const until = performance.now() + withinMs;
  const client = await reached(
    () => connect(path, take).catch(() => undefined),
    () => isGone() || performance.now() > until,
  );
  if (client === undefined) throw new Error(`Node ${node} cannot be reached within ${withinMs} ms`);
  subscribe(client);
  // Daemons that come up after the first subscription hear of the next one.
  const again = setInterval(() => subscribe(client), 1_000);
  void client.closed.then(() => {
    clearInterval(again);
    watched.up = false;
    watched.view = undefined;
    events.changed(watched);
  });
  let count = 0;
  return {
    watched,
    client,
    async cib() {
      const id = `watch-${++count}`;
      const answer = await client.ask(
        "cib",
        { type: "cib/query", id },
        (message): message is Extract<Message, { type: "cib/document" }> =>
          message.type === "cib/document" && message.id === id,
        answerMs,
      );
      return answer.xml;
    },
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
    },
  };
}
