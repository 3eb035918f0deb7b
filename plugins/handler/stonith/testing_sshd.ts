/**
 * A real sshd on the loopback for tests, which runs commands of a played controller: a folder with a
 * file for the power of each node.
 *
 * @module
 */

/** Runs a shell script; throws what it complains of. */
export async function sh(script: string, ...words: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("/bin/sh", {
    args: ["-c", script, "test", ...words],
    stdin: "null",
  }).output();
  if (!success) throw new Error(`${script}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout).trim();
}

/** Why there is no sshd here; undefined if there is one. */
export async function noSshd(): Promise<string | undefined> {
  const { state } = await Deno.permissions.query({ name: "run", command: "/bin/sh" });
  if (state !== "granted") return "no shell";
  return await sh(
    `[ "$(id -u)" = 0 ] || { echo "sshd needs root"; exit; }
     [ -x /usr/sbin/sshd ] && [ -x /usr/bin/ssh ] || echo "no sshd: apt-get install openssh-server"`,
  ) || undefined;
}

/** The played controller. `$1`: status, off, on or reboot; `$2`: the node. */
const controller = `#!/bin/sh
cd "\${0%/*}" || exit 1
read mood <mood
case $mood in
slow) sleep 0.3;;
hangs) exec sleep 4;;
drops) kill -9 $PPID; exec sleep 1;;
esac
if [ $1 = status ]; then exec cat power.$2; fi
if [ $1 = boot ]; then exec cat boot; fi
case $mood in
refuses) echo "not allowed" >&2; exit 3;;
lies) exit 0;;
other) echo $1 >power.carol; exit 0;;
esac
if [ $1 = reboot ]; then cat /proc/sys/kernel/random/uuid >boot; kill -9 $PPID; fi
echo $1 >power.$2
`;

/** Starts it with keys `key`, `stranger`, and the files `known`, `unknown`. */
export async function startSshd(folder: string, port: number): Promise<void> {
  await sh(
    `umask 077; mkdir -p "$1" && cd "$1" || exit; mkdir -p /run/sshd
     for key in host other key stranger; do ssh-keygen -q -t ed25519 -N '' -f $key; done
     cp key.pub authorized
     echo "[127.0.0.1]:$2 $(cat host.pub)" >known
     echo "[127.0.0.1]:$2 $(cat other.pub)" >unknown
     printf '%s' "$3" >switch; chmod +x switch; echo good >mood
     /usr/sbin/sshd -f /dev/null -h "$1/host" -p $2 -o ListenAddress=127.0.0.1 -o UsePAM=no \\
       -o StrictModes=no -o AuthorizedKeysFile="$1/authorized" -o PidFile="$1/pid" \\
       -o PasswordAuthentication=no -o PermitRootLogin=prohibit-password -E "$1/log"
     for i in $(seq 50); do [ -f pid ] && exit 0; sleep 0.1; done; cat log >&2; exit 1`,
    folder,
    String(port),
    controller,
  );
}

/** Ends it. */
export const stopSshd = (folder: string): Promise<string> =>
  sh('[ -f "$1/pid" ] && kill $(cat "$1/pid"); rm -rf "$1"', folder);
