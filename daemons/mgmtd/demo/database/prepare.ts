/**
 * Looks for PostgreSQL and makes a database of its own for a demo.
 *
 * @module
 */
import { withCode } from "../../../../metadata/code.ts";

/** Where the newest PostgreSQL of this machine is; nothing if there is none. */
const find = `
for found in "$(command -v initdb)" $(ls -d /usr/lib/postgresql/*/bin/initdb /usr/pgsql-*/bin/initdb \\
  /usr/local/pgsql/bin/initdb 2>/dev/null | sort -rV); do
  [ -x "$found" ] && readlink -f "$found" | sed 's,/initdb$,,' && exit 0
done
exit 0
`;

/** `$1`: the programs. `$2`: the folder. `$3`: the port. The password comes on standard input. */
const make = `
umask 077
bin=$1 data=$2 port=$3
as() { "$@"; }
if [ "$(id -u)" = 0 ]; then
  # PostgreSQL refuses root: its own user must be able to enter its folder.
  as() { runuser -u postgres -- "$@"; }
  chmod 711 "\${data%/*}"
  install -d -o postgres -m 700 "$data"
else
  mkdir "$data"
fi
cat >"$data.password"
[ "$(id -u)" != 0 ] || chown postgres "$data.password"
as "$bin/initdb" -D "$data" -U demo --auth=password --pwfile="$data.password" >"$data.log"
rm "$data.password"
{
  echo "listen_addresses = '127.0.0.1'"
  echo "port = $port"
  echo "unix_socket_directories = ''"
  # After a crash it syncs its files: all of them at once, where it can.
  case $("$bin/postgres" --version) in
  *' '1[4-9].* | *' '[2-9][0-9].*) echo "recovery_init_sync_method = syncfs" ;;
  esac
} >>"$data/postgresql.conf"
`;

/** How to get it, for a person. */
export const howToInstall = withCode(
  "HA0020",
  "There is no PostgreSQL on this machine: no initdb in PATH or in /usr/lib/postgresql/*/bin. " +
    "Fix: apt-get install postgresql (Debian, Ubuntu) or dnf install postgresql-server (Fedora), then " +
    "start the demo again. No server needs to run",
);

async function sh(
  script: string,
  words: readonly string[],
  input = "",
): Promise<string> {
  const child = new Deno.Command("/bin/sh", {
    args: ["-ec", script, "sh", ...words],
    clearEnv: true,
    env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  // One that ends before it has read is reported by its status.
  await writer.write(new TextEncoder().encode(input)).catch(() => {});
  await writer.close().catch(() => {});
  const { success, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  if (success) return decoder.decode(stdout).trim();
  throw new Error(`Cannot make the database: ${decoder.decode(stderr).trim()}`);
}

/** Folder of PostgreSQL's programs; undefined if it is not installed. Needs `run: /bin/sh`. */
export async function programsOf(): Promise<string | undefined> {
  return await sh(find, []) || undefined;
}

/** What is made. */
export interface NewDatabase {
  readonly bin: string;
  /** A folder that is not there yet. */
  readonly data: string;
  readonly port: number;
  readonly password: string;
}

/**
 * Makes it, with the superuser `demo`. Needs `run: /bin/sh`.
 * @throws {Error} with what PostgreSQL says.
 */
export async function makeDatabase({ bin, data, port, password }: NewDatabase): Promise<void> {
  await sh(make, [bin, data, `${port}`], `${password}\n`);
}
