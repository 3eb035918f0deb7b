/**
 * Everything that is tried with the originals, or takes its time, one part after another, each with its own
 * permissions. A part that lacks what it needs says so and counts for nothing.
 *
 *     deno task interop [PART...] [--OPTION...]
 *
 * What begins with the first option is for the parts: `deno task interop heartbeat --minutes 10`.
 *
 * @module
 */
import { libraries } from "../../daemons/heartbeat/clients/peer_credentials.ts";
import { flagsOf, type Grant } from "../../daemons/site/flags.ts";
import { filePath } from "../../pils/found.ts";
import { testGrant } from "../grant.ts";
import { lasting, long } from "../lanes.ts";

const project = filePath(new URL("../..", import.meta.url));
const shared = `${project.slice(0, project.lastIndexOf("/"))}/shared`;
/** Files of the parts; they remove what they made. */
const scratch = `${project}/.test`;
const deno = Deno.execPath();
const folders: Grant = { read: [project, shared, scratch], write: [scratch] };

/** A system with Pacemaker 3.0, for the parts that ask it. */
const oracle = Deno.env.get("PACEMAKER_ROOT") ?? scratch;

/** One part: files of tests, or a program that says `ok` or `FAILED` at the head of its lines. */
interface Part {
  readonly file: string | readonly string[];
  readonly grant: Grant;
  /** It takes minutes, and runs only where it is named. */
  readonly onlyNamed?: boolean;
}

const parts: Readonly<Record<string, Part>> = {
  // Those that `deno task test` has no time for.
  nodes: { file: long.map((path) => `../../${path}`), grant: testGrant },
  changes: {
    file: lasting.map((path) => `../../${path}`),
    grant: testGrant,
    onlyNamed: true,
  },
  seeds: { file: "seeds_test.ts", grant: {} },
  authors: {
    file: "authors_test.ts",
    grant: { ...folders, run: [deno, "/bin/sh", "/bin/stty", "/bin/dd"] },
  },
  travel: {
    file: "travel_test.ts",
    grant: { ...folders, net: ["127.0.0.1"], run: [deno, "/bin/sh"] },
  },
  packages: {
    file: "hostile_packages_test.ts",
    grant: { net: ["127.0.0.1"], read: [project], write: [scratch], run: [deno, "/bin/sh"] },
  },
  std: { file: "std_types.ts", grant: { read: [project], run: [deno] } },
  dev: { file: "dev_test.ts", grant: { ...folders, run: [deno, "/bin/sh"] } },
  forms: {
    file: "forms.ts",
    grant: {
      net: ["127.0.0.1"],
      read: [project, scratch],
      write: [scratch],
      run: ["chromium", "python3"],
      env: ["NODE_ENV"],
    },
  },
  members: {
    file: "members_change_test.ts",
    grant: {
      net: [
        "127.0.0.1",
        ...["alice", "bob", "carol"].flatMap((node) =>
          ["cluster", "heartbeat"].map((name) => `unix:${scratch}/members/${node}/run/${name}.sock`)
        ),
      ],
      read: [project, scratch],
      write: [scratch],
      run: [deno, "/bin/sh"],
    },
  },
  watchdog: {
    file: "watchdog_test.ts",
    grant: {
      net: ["127.0.0.1", `unix:${scratch}/watchdog/alice/run/heartbeat.sock`],
      read: [project, scratch],
      write: [scratch],
      run: [deno, "/bin/sh"],
    },
  },
  access: {
    file: "access_test.ts",
    grant: {
      net: [
        "127.0.0.1",
        ...["cluster", "heartbeat"].map((name) => `unix:${scratch}/access/alice/run/${name}.sock`),
      ],
      read: [project, scratch],
      write: [scratch],
      run: [deno, "/bin/sh", "setpriv"],
    },
  },
  acl: {
    file: "acl_oracle.ts",
    grant: {
      read: [project, scratch, `${oracle}/tmp`],
      write: [scratch, `${oracle}/tmp`],
      run: ["chroot", "cibadmin"],
      env: ["PACEMAKER_ROOT"],
    },
  },
  steer: {
    file: "steer_test.ts",
    grant: {
      net: ["127.0.0.1"],
      read: [
        ...[project, "/usr/sbin/crm", "/usr/sbin/crm_diff", "/usr/sbin/ip"],
        "/usr/lib/ocf/resource.d/heartbeat/IPaddr2",
      ],
      write: [scratch],
      run: [deno, "/bin/sh", "unshare"],
    },
  },
  crmsh: {
    file: "crmsh_test.ts",
    onlyNamed: true,
    grant: {
      read: [
        ...[project, "/usr/sbin/crm", "/usr/sbin/ip"],
        ...["heartbeat/Dummy", "pacemaker/Stateful"].map((agent) =>
          `/usr/lib/ocf/resource.d/${agent}`
        ),
      ],
      write: [scratch],
      run: [deno, "unshare"],
    },
  },
  dist: { file: "dist_test.ts", grant: { ...folders, run: [deno, "unshare"] } },
  alerts: {
    file: "alerts_test.ts",
    grant: {
      net: ["127.0.0.1"],
      read: [project, "/usr/share/pacemaker/alerts"],
      write: [scratch],
      run: [deno, "/bin/sh"],
    },
  },
  applications: {
    file: "../applications/main.ts",
    onlyNamed: true,
    grant: {
      ...folders,
      net: [`unix:${scratch}/applications.sock`],
      run: [deno, "/bin/sh", "gcc"],
    },
  },
  services: {
    file: "services",
    grant: { ...folders, run: [deno, "unshare", "/bin/sh"] },
  },
  tutorial: { file: "tutorial.ts", grant: { read: [project], run: ["/bin/sh"] } },
  hostile: {
    file: "../hostile/node/main.ts",
    grant: {
      net: ["127.0.0.1", `unix:${scratch}/hostile_node/run/cluster.sock`],
      read: [project, scratch],
      write: [scratch],
      run: [deno, "/bin/sh"],
    },
  },
  fencing: { file: "fencing.ts", grant: { read: [project, "/usr"], run: ["unshare"] } },
  power: {
    file: "power.ts",
    grant: { ...folders, read: [...folders.read ?? [], "/usr"], run: ["unshare"] },
  },
  agents: { file: "agents_metadata_test.ts", grant: { read: [project], run: ["/bin/sh"] } },
  resources: {
    file: "resources.ts",
    grant: {
      ...folders,
      read: [...folders.read ?? [], "/usr", "/etc/ha.d/resource.d", "/etc/init.d"],
      run: ["unshare"],
    },
  },
  database: {
    file: "database.ts",
    grant: {
      ...folders,
      read: [...folders.read ?? [], "/usr"],
      run: ["unshare"],
    },
  },
  xml: { file: "xml_oracle_test.ts", grant: { read: [project], run: ["/bin/sh"] } },
  scheduler: {
    file: "scheduler_cases.ts",
    grant: { ...folders, run: ["tar", "python3", "crm_simulate"] },
  },
  verify: {
    file: "verify_oracle.ts",
    grant: {
      read: [project, `${oracle}/tmp`],
      write: [`${oracle}/tmp`],
      run: ["chroot"],
      env: ["PACEMAKER_ROOT"],
    },
  },
  golden: {
    file: "golden_oracle.ts",
    grant: {
      read: [project, `${oracle}/tmp`],
      write: [`${oracle}/tmp`],
      run: ["chroot"],
      env: ["PACEMAKER_ROOT"],
    },
  },
  status: { file: "status_oracle.ts", grant: { ...folders, run: ["tar", "crm_mon"] } },
  keys: {
    file: "heartbeat_keys.ts",
    grant: { read: [project, scratch], write: [scratch], run: [deno] },
  },
  heartbeat: {
    file: "heartbeat_clusters.ts",
    grant: {
      ...folders,
      read: [project, shared, scratch, "/usr/libexec/heartbeat"],
      run: ["bash"],
    },
  },
  buffers: {
    file: "../../daemons/heartbeat/socket_buffers_test.ts",
    grant: { net: ["127.0.0.1"], ffi: libraries },
  },
  bounds: {
    file: "bounds_test.ts",
    grant: {
      net: [
        "127.0.0.1",
        ...["alice/run/cluster", "alice/run/heartbeat", "bob/run/cluster"].map((name) =>
          `unix:${scratch}/bounds/${name}.sock`
        ),
      ],
      read: [project, scratch],
      write: [scratch],
      run: [deno, "/bin/sh"],
    },
  },
  flood: {
    file: "heartbeat_flood.ts",
    grant: { read: [project, scratch], write: [scratch], run: ["bash"] },
  },
  media_udp: { file: "media_udp.ts", grant: { ...folders, run: ["bash"] } },
  media_serial: {
    file: "media_serial.ts",
    grant: {
      ...folders,
      read: [project, shared, scratch, "/usr/libexec/heartbeat"],
      run: ["bash", deno],
    },
  },
  media_ping: {
    file: "media_ping.ts",
    grant: {
      ...folders,
      read: [project, shared, scratch, "/usr/libexec/heartbeat"],
      run: ["bash"],
    },
  },
  media_corosync: { file: "media_corosync.ts", grant: { ...folders, run: ["bash"] } },
};

const optionsAt = Deno.args.findIndex((word) => word.startsWith("--"));
const named = optionsAt < 0 ? Deno.args : Deno.args.slice(0, optionsAt);
const options = optionsAt < 0 ? [] : Deno.args.slice(optionsAt);
const wanted = named.length > 0
  ? named
  : Object.keys(parts).filter((name) => parts[name]?.onlyNamed !== true);
await Deno.mkdir(scratch, { recursive: true });
const sum = { passed: 0, failed: 0 };
for (const name of wanted) {
  const part = parts[name];
  if (part === undefined) {
    console.error(`There is no part "${name}". There are: ${Object.keys(parts).join(", ")}`);
    Deno.exit(64);
  }
  console.log(`\n== ${name}`);
  const from = performance.now();
  const files = [part.file].flat();
  const isTest = files.every((file) => file.endsWith("_test.ts") || !file.includes("."));
  const { success, stdout } = await new Deno.Command(deno, {
    args: [
      isTest ? "test" : "run",
      "--no-prompt",
      `--config=${project}/deno.json`,
      ...flagsOf({ ...part.grant, run: (part.grant.run ?? []).filter(isThere) }),
      ...files.map((file) => `${project}/tests/interop/${file}`),
      ...options,
    ],
    env: { TMPDIR: scratch, NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).output();
  const text = new TextDecoder().decode(stdout);
  console.log(text.trimEnd());
  const counted = isTest
    ? /^(?:ok|FAILED) \| (\d+) passed.*?\| (\d+) failed/m.exec(text)?.slice(1).map(Number)
    : [text.match(/^ok /gm)?.length ?? 0, text.match(/^FAILED /gm)?.length ?? 0];
  let [passed = 0] = counted ?? [];
  const failed = counted?.[1] ?? 0;
  // A program that only prints its numbers has passed by ending well.
  if (passed + failed === 0 && success && !/^Skipped/m.test(text)) passed = 1;
  sum.passed += passed;
  // A part that broke off before it counted has failed all the same.
  sum.failed += success ? failed : Math.max(1, failed);
  console.log(`${name} took ${Math.round((performance.now() - from) / 1000)} s`);
}
console.log(`\ninterop: ${sum.passed} passed, ${sum.failed} failed`);
Deno.exit(sum.failed === 0 ? 0 : 1);

/** A program that is not on the machine cannot be granted; the part says that it skips. */
function isThere(program: string): boolean {
  const folders = ["/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/bin"];
  return program.startsWith("/") || folders.some((folder) => {
    try {
      return Deno.statSync(`${folder}/${program}`).isFile;
    } catch {
      return false;
    }
  });
}
