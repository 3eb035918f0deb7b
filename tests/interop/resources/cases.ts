/**
 * Agents of Debian's packages with parameters under which they can run in namespaces of their own,
 * and how each of their resources fails.
 *
 * @module
 */

/** One resource. */
export interface Case {
  readonly id: string;
  readonly class: "ocf" | "lsb" | "heartbeat";
  readonly provider?: string;
  readonly type: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** Makes what it needs; shell. */
  readonly setup?: string;
  /** Makes it fail; shell. */
  readonly fail: string;
  /** What `ocf-tester` thinks of it, if it is not content, with the reason. */
  readonly tester?: string;
  /** Clauses of our own check that it breaks. */
  readonly breaks?: readonly string[];
}

/** Where everything of the cases is: on a file system of the namespace alone. */
export const base = "/run/resources";
/** The network of the namespace. */
export const nic = "ha0";
const pg = "/usr/lib/postgresql/15/bin";

/** Kills a server with its children, by the id in a file. */
const killServer = (pidFile: string): string =>
  `read -r pid <${pidFile}; kill -9 $pid $(cat /proc/$pid/task/$pid/children 2>/dev/null)`;

const ocf = { class: "ocf", provider: "heartbeat" } as const;

/** See the head of the file. */
export const cases: readonly Case[] = [
  {
    ...ocf,
    id: "dummy",
    type: "Dummy",
    parameters: { state: `${base}/dummy.state` },
    fail: `rm ${base}/dummy.state`,
  },
  {
    ...ocf,
    id: "stateful",
    type: "Stateful",
    parameters: { state: `${base}/stateful.state` },
    fail: `rm ${base}/stateful.state`,
  },
  {
    ...ocf,
    id: "delay",
    type: "Delay",
    parameters: { startdelay: "1", stopdelay: "1", mondelay: "1" },
    fail: "rm /run/resource-agents/Delay_*",
    tester: "it tries promote and demote, which the agent does not have",
    breaks: ["OCF10"],
  },
  {
    ...ocf,
    id: "address",
    type: "IPaddr2",
    parameters: { ip: "10.9.0.77", cidr_netmask: "24", nic },
    fail: `ip address delete 10.9.0.77/24 dev ${nic}`,
  },
  {
    ...ocf,
    id: "route",
    type: "Route",
    parameters: { destination: "10.99.0.0/24", device: nic },
    fail: "ip route delete 10.99.0.0/24",
  },
  {
    ...ocf,
    id: "files",
    type: "Filesystem",
    parameters: { device: "tmpfs", directory: `${base}/files`, fstype: "tmpfs" },
    setup: `mkdir ${base}/files`,
    fail: `umount ${base}/files`,
  },
  {
    ...ocf,
    id: "nginx",
    type: "nginx",
    parameters: { configfile: `${base}/nginx.conf`, status10url: "http://127.0.0.1:8081/" },
    setup: `cat >${base}/nginx.conf <<'END'
pid ${base}/nginx.pid;
error_log ${base}/nginx.log;
events { }
http { access_log off; server { listen 8081; location / { return 200 "It works"; } } }
END`,
    fail: killServer(`${base}/nginx.pid`),
  },
  {
    ...ocf,
    id: "apache",
    type: "apache",
    parameters: {
      configfile: `${base}/apache.conf`,
      statusurl: "http://127.0.0.1:8082/server-status",
    },
    setup: `mkdir ${base}/www; cat >${base}/apache.conf <<'END'
ServerRoot ${base}/www
ServerName 127.0.0.1
Listen 127.0.0.1:8082
PidFile ${base}/apache.pid
ErrorLog ${base}/apache.log
User www-data
Group www-data
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule authz_host_module /usr/lib/apache2/modules/mod_authz_host.so
LoadModule status_module /usr/lib/apache2/modules/mod_status.so
DocumentRoot ${base}/www
<Location /server-status>
SetHandler server-status
Require local
</Location>
END`,
    fail: killServer(`${base}/apache.pid`),
  },
  {
    ...ocf,
    id: "database",
    type: "pgsql",
    parameters: {
      pgctl: `${pg}/pg_ctl`,
      psql: "/usr/bin/psql",
      pgdata: `${base}/database`,
      pgport: "54329",
      socketdir: `${base}/sockets`,
    },
    setup: `install -d -o postgres ${base}/database ${base}/sockets
cd / && runuser -u postgres -- ${pg}/initdb -D ${base}/database --auth=trust -N >/dev/null
echo "unix_socket_directories = '${base}/sockets'" >>${base}/database/postgresql.conf`,
    fail: `read -r pid <${base}/database/postmaster.pid; kill -9 $pid`,
    // It lists promote and demote, and has them only with replication.
    tester: "promote needs replication",
    breaks: ["OCF17", "OCF18", "OCF19", "OCF20", "OCF21"],
  },
  {
    ...ocf,
    id: "anything",
    type: "anything",
    parameters: {
      binfile: "/bin/sleep",
      cmdline_options: "100000",
      pidfile: `${base}/anything.pid`,
    },
    fail: `kill -9 $(cat ${base}/anything.pid)`,
  },
  {
    ...ocf,
    id: "symlink",
    type: "symlink",
    parameters: { link: `${base}/link`, target: `${base}/target` },
    setup: `: >${base}/target`,
    fail: `rm ${base}/link`,
  },
  {
    id: "script",
    class: "lsb",
    type: "nginx",
    parameters: {},
    fail: killServer("/run/nginx.pid"),
  },
  {
    id: "release1",
    class: "heartbeat",
    type: "IPaddr2",
    parameters: { "1": `10.9.0.78/24/${nic}` },
    fail: `ip address delete 10.9.0.78/24 dev ${nic}`,
  },
];
