/**
 * One of the two clusters that are compared, as the measurement sees it: three nodes with the same
 * agents, which run a Dummy and, beside it, a web server with a floating address.
 *
 * @module
 */

/** See the head of the file. Times are milliseconds since 1970. */
export interface Side extends AsyncDisposable {
  readonly name: string;
  readonly nodes: readonly string[];
  /** Where the web server answers. */
  readonly server: { readonly hostname: string; readonly port: number };
  /** Words before a command that is to run where the client is. */
  readonly client: readonly string[];
  /** Path of the file that is there while the Dummy runs on a node whose machine is on. */
  stateFile(node: string): string;
  /** Path of the file with the process of the web server. */
  pidFile(node: string): string;
  /** The network namespace of a node, as `/proc/ID/ns/net` names it. */
  space(node: string): Promise<string>;
  /** Waits until all nodes are members, all services run, and nothing is left to do. */
  stable(): Promise<void>;
  coordinator(): Promise<string>;
  /** Starts the daemons of all nodes at once, on machines that are on with nothing running; when. */
  cold(): Promise<number>;
  /** Takes the power from a node; when. */
  powerOff(node: string): Promise<number>;
  /** Asks for a move of the services to a node; when it was asked. */
  move(to: string): Promise<number>;
  /** They may run anywhere again. */
  moveAnywhere(): Promise<void>;
  /** Asks a node to end its daemons cleanly; when it was asked. */
  stop(node: string): Promise<number>;
  /** Starts a node again that has no power, or whose daemons were asked to stop. */
  start(node: string): Promise<void>;
  /** Deaths that nobody had caused. */
  falseDeaths(): Promise<number>;
  /** What a person reads when something went wrong. */
  trouble(): Promise<string>;
}

const nvpairs = (id: string, values: Readonly<Record<string, string>>): string =>
  Object.entries(values).map(([name, value]) =>
    `<nvpair id="${id}-${name}" name="${name}" value="${value}"/>`
  ).join("");

/** Parameters of the services, the same for both. */
export interface Services {
  readonly address: string;
  readonly port: number;
  /** Path of the web server's configuration. */
  readonly nginx: string;
}

/** The services and the constraint between them, as both CIBs have them. */
export const servicesXml = ({ address, port, nginx }: Services) => ({
  resources: `<group id="g">
<primitive id="vip" class="ocf" provider="heartbeat" type="IPaddr2">
<instance_attributes id="vip-p">${
    nvpairs("vip-p", { ip: address, cidr_netmask: "24", nic: "eth0" })
  }</instance_attributes>
<operations><op id="vip-m" name="monitor" interval="10s" timeout="20s"/></operations></primitive>
<primitive id="web" class="ocf" provider="heartbeat" type="nginx">
<instance_attributes id="web-p">${
    nvpairs("web-p", { configfile: nginx, status10url: `http://127.0.0.1:${port}/` })
  }</instance_attributes>
<operations><op id="web-m" name="monitor" interval="1s" timeout="20s"/></operations></primitive>
</group>
<primitive id="d1" class="ocf" provider="heartbeat" type="Dummy">
<operations><op id="d1-m" name="monitor" interval="1s" timeout="20s"/></operations></primitive>`,
  constraints: `<rsc_colocation id="together" rsc="d1" with-rsc="g" score="INFINITY"/>`,
});

/** A configuration of nginx that says on which machine it runs. */
export const nginxConfiguration = (port: number): string =>
  `pid /run/nginx.pid;
error_log /run/nginx.log;
events { }
http {
  access_log off;
  server { listen ${port}; location / { return 200 "$hostname"; } }
}
`;
