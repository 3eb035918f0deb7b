/**
 * An open token of a node that is made up, over real TLS on the loopback.
 *
 * @module
 */
import { type NodeConfig, readNodeConfig } from "../../../../site/node_config/read.ts";
import { makeCertificate } from "../certificate.ts";
import { type Facts, objections } from "../check_ask.ts";
import type { Ask, Granted } from "../contract.ts";
import { openGate } from "../gate.ts";
import { handedOut } from "../hand_out.ts";
import { serve, type World } from "../serve.ts";
import type { Token } from "../token.ts";

/** The token, its world, and what came of it. */
export interface Opened extends AsyncDisposable {
  readonly token: Token;
  readonly world: World & { atMs: number; facts: World["facts"] };
  readonly added: string[];
  /** Why the cluster does not take it; undefined: it does. */
  whyNot: string | undefined;
  facts: Facts;
}

/** The node. */
const nodeOfToken = (): NodeConfig => {
  const read = readNodeConfig(JSON.stringify({
    cluster: "demo",
    node: "alice",
    nodes: ["alice"],
    state: "/var/lib/ha",
    run: "/run/ha",
    authkeys: "/etc/ha/authkeys",
    media: [{
      plugin: "medium/ucast",
      address: "127.0.0.1",
      port: 7001,
      peers: [{ address: "127.0.0.1", port: 7002 }, { address: "127.0.0.1", port: 7003 }],
    }],
  }));
  if (!read.ok) throw new Error("the node configuration of the test is wrong");
  return read.value;
};

/** The file of keys that is handed out. */
export const keysOfToken = "auth 1\n1 sha256 0123456789abcdef0123456789abcdef\n";

/** What a machine asks that may join. */
export const goodAsk = (change: Partial<Ask> = {}): Ask => ({
  name: "bob",
  addresses: [{ address: "127.0.0.1", port: 7002 }],
  protocols: "1-1",
  project: "0.1.0",
  clockMs: 1_800_000_000_000,
  ...change,
});

/** Opens it. */
export function opened(): Opened {
  const startMs = 1_800_000_000_000;
  // The certificate is checked by the machine's own clock.
  const certificate = makeCertificate(Date.now(), 600_000);
  const secret = crypto.getRandomValues(new Uint8Array(16));
  const listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, ...certificate });
  const config = nodeOfToken();
  const result = {
    added: [] as string[],
    whyNot: undefined as string | undefined,
    facts: { quorate: true, members: ["alice"], electorate: ["alice"], others: [] } as Facts,
    token: {
      address: "127.0.0.1",
      port: listener.addr.port,
      endsS: startMs / 1_000 + 600,
      fingerprint: certificate.fingerprint,
      secret,
    },
    world: {
      atMs: startMs,
      certificate,
      secret,
      gate: openGate(startMs + 600_000),
      nowMs: (): number => result.world.atMs,
      facts: (): Promise<Facts> => Promise.resolve(result.facts),
      objections: (ask: Ask, facts: Facts) =>
        objections(ask, facts, config, result.world.atMs, { oldest: 1, newest: 1 }),
      handOut: (ask: Ask, facts: Facts): Promise<Granted> =>
        Promise.resolve(handedOut(ask, facts, config, keysOfToken)),
      add(name: string): Promise<string | undefined> {
        if (result.whyNot === undefined) result.added.push(name);
        return Promise.resolve(result.whyNot);
      },
    },
    async [Symbol.asyncDispose]() {
      listener.close();
      await served;
    },
  };
  const served = serve(listener, result.world);
  return result;
}
