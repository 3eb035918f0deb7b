/**
 * The cluster, its client, and what happens to them.
 *
 * @module
 */
import { Writer } from "../../../daemons/mgmtd/demo/database/writer.ts";
import { LabCluster } from "../../lab/cluster.ts";
import { now, Observer } from "../../lab/observer.ts";
import { sh } from "../../lab/shell.ts";
import { scratch } from "../../lab/spaces.ts";
import { address, bin, cibOf, data, disk, nodes, port, socketFolder } from "./cib.ts";

/** Milliseconds that anything of the story may take: the machine may have much else to do. */
const patienceMs = 60_000;
/** Milliseconds in which nothing happens before something does. */
const calmMs = 1_500;

const setup = `
mount -t tmpfs tmpfs /mnt
mkdir -p ${disk} ${data} "$1"
chmod 755 "$1"
# A file system with a real disk behind it, where there is one.
mount --bind "$1" ${disk}
install -d -o postgres -m 700 ${disk}/database
cd / && runuser -u postgres -- ${bin}/initdb -D ${disk}/database --auth=trust >/dev/null
cat >>${disk}/database/postgresql.conf <<'END'
unix_socket_directories = '${socketFolder}'
listen_addresses = '*'
# After a crash it syncs its files: all of them at once, and not one after another.
recovery_init_sync_method = syncfs
END
echo 'host all all 10.9.0.0/24 trust' >>${disk}/database/pg_hba.conf
`;

/** Milliseconds from the fault to each step. */
export type Times = Readonly<Record<string, number>>;

/** See the head of the file. */
export class Story implements AsyncDisposable {
  readonly #cluster: LabCluster;
  readonly #observer: Observer;
  readonly writer = new Writer({
    hostname: address,
    port,
    user: "postgres",
    database: "postgres",
  });
  /** Looks at which the database was open on two machines. */
  doubled = 0;
  #looking: ReturnType<typeof setInterval> | undefined;

  private constructor(cluster: LabCluster) {
    this.#cluster = cluster;
    this.#observer = new Observer(cluster);
  }

  /** Makes the disk and the cluster; the database runs then, and the client writes. */
  static async begin(keepaliveMs: number, deadtimeMs: number): Promise<Story> {
    const times = { keepaliveMs, deadtimeMs };
    const cluster = await LabCluster.write({ what: "database", nodes, cib: cibOf, ...times });
    await sh(setup, `${scratch}/database/disk`);
    const story = new Story(cluster);
    for (const node of nodes) await story.#cluster.powerOn(node);
    for (const node of nodes) cluster.start(node);
    await Promise.all(nodes.map((node) => story.#observer.listen(node)));
    story.writer.start();
    await story.#within("the first row is accepted", story.writer.accepted(now()));
    story.#looking = setInterval(() => {
      if (cluster.on.filter(hasDatabase).length > 1) story.doubled++;
    }, 10);
    return story;
  }

  /** Where the database runs. */
  host(): Promise<string> {
    const { on } = this.#cluster;
    return this.#observer.until("the database runs", patienceMs, () => on.find(hasDatabase));
  }

  /** Has the database run on the coordinator, or on another node, and waits until all is calm. */
  async place(onCoordinator: boolean): Promise<string> {
    await this.#observer.whole(patienceMs);
    const dc = this.#observer.coordinator();
    const host = await this.host();
    if ((host === dc) !== onCoordinator) {
      const to = nodes.find((node) => (node === dc) === onCoordinator) ?? nodes[0];
      await this.#observer.apply([{
        op: "create",
        path: "/cib/configuration/constraints",
        xml: `<rsc_location id="placed" rsc="service" node="${to}" score="INFINITY"/>`,
      }]);
      await this.#observer.until(
        `the database moves to ${to}`,
        patienceMs,
        () => hasDatabase(to) || undefined,
      );
      await this.#within("a row is accepted", this.writer.accepted(now()));
      await this.#observer.apply([{
        op: "delete",
        path: "/cib/configuration/constraints/rsc_location[@id='placed']",
      }]);
    }
    await new Promise((resolve) => setTimeout(resolve, calmMs));
    return await this.host();
  }

  /** Takes the power from the node that has the database; it runs elsewhere then. */
  async powerOff(onCoordinator: boolean): Promise<Times> {
    const victim = await this.place(onCoordinator);
    const death = this.#observer.follow(victim, "database");
    const fromMs = await this.#cluster.powerOff(victim);
    const { atMs: acceptedMs } = await this.#within(
      "a row is accepted",
      this.writer.accepted(fromMs),
    );
    await this.#observer.until(
      "the start is recorded",
      patienceMs,
      () => death.at.get("started"),
    );
    const times = Object.fromEntries(
      ["noticed", "view", "fenced", "started"].map((step) =>
        [step, Math.round((death.at.get(step) ?? Number.NaN) - fromMs)] as const
      ),
    );
    await this.#rejoin(victim);
    return { ...times, accepted: Math.round(acceptedMs - fromMs) };
  }

  /** Takes the power from the coordinator while the database is elsewhere: it goes on. */
  async powerOffBystander(): Promise<Times> {
    const host = await this.place(false);
    const victim = this.#observer.coordinator() ?? "";
    const death = this.#observer.follow(victim, "database");
    const fromMs = await this.#cluster.powerOff(victim);
    await this.#observer.until("it is fenced", patienceMs, () => death.at.get("fenced"));
    await new Promise((resolve) => setTimeout(resolve, calmMs));
    const longest = this.writer.longestGap(fromMs);
    if (await this.host() !== host) throw new Error(`the database left ${host}`);
    await this.#rejoin(victim);
    return { fenced: Math.round((death.at.get("fenced") ?? 0) - fromMs), longest_gap: longest };
  }

  /** Kills PostgreSQL alone; it recovers where it is. */
  async kill(): Promise<Times> {
    const host = await this.host();
    const at = await sh(
      `read -r pid <${disk}/database/postmaster.pid; date +%s%N; kill -9 "$pid"`,
    );
    const fromMs = Number(at) / 1e6;
    const { atMs: acceptedMs } = await this.#within(
      "a row is accepted",
      this.writer.accepted(fromMs + 50),
    );
    if (await this.host() !== host) throw new Error(`the database left ${host}`);
    await new Promise((resolve) => setTimeout(resolve, calmMs));
    return { accepted: Math.round(acceptedMs - fromMs) };
  }

  /** The last lines of the nodes' logs. */
  logs = (): Promise<string> => this.#cluster.logs();

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#looking);
    await this.writer.stop();
    await this.#observer[Symbol.asyncDispose]();
    for (const node of this.#cluster.on) await this.#cluster.powerOff(node);
    await sh(`umount ${disk}`);
    await this.#cluster[Symbol.asyncDispose]();
  }

  async #rejoin(node: string): Promise<void> {
    await this.#cluster.powerOn(node);
    this.#cluster.start(node);
    await this.#observer.listen(node);
    await this.#observer.whole(patienceMs);
  }

  async #within<T>(what: string, wanted: Promise<T>): Promise<T> {
    let late: ReturnType<typeof setTimeout> | undefined;
    const end = new Promise<never>((_, reject) => {
      late = setTimeout(
        () =>
          reject(new Error(`Not within ${patienceMs} ms: ${what}. Last: ${this.writer.trouble}`)),
        patienceMs,
      );
    });
    try {
      return await Promise.race([wanted, end]);
    } finally {
      clearTimeout(late);
    }
  }
}

/** Whether the database is open on a machine: its socket is there. */
function hasDatabase(node: string): boolean {
  try {
    Deno.statSync(`/run/machines/${node}/${socketFolder.slice("/run/".length)}/.s.PGSQL.${port}`);
    return true;
  } catch {
    return false;
  }
}
