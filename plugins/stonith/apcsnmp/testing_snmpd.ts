/**
 * A real snmpd for tests, with the writable tree of a power strip of three outlets, which a script
 * serves.
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

/** Why there is no snmpd here; undefined if there is one. */
export async function noSnmpd(): Promise<string | undefined> {
  const { state } = await Deno.permissions.query({ name: "run", command: "/bin/sh" });
  if (state !== "granted") return "no shell";
  return await sh("[ -x /usr/sbin/snmpd ] || echo no snmpd: apt-get install snmpd") || undefined;
}

/** The community and passwords that it knows. */
export const [community, password, privacy] = ["fencers-only", "first phrase", "second phrase"];

/** The script. snmpd calls it with -g OID, -n OID or -s OID TYPE VALUE. */
const strip = `#!/bin/sh
cd "\${0%/*}" || exit 1
read mood <mood; read model <model
case $mood in
slow) sleep 0.1;;
hangs) sleep 4; exit 0;;
esac
outlet=\${2##*.} table=\${2%.*} apc=.1.3.6.1.4.1.318.1.1
case $model in
rpdu2) control=$apc.26.9.2.4.1.5 status=$apc.26.9.2.3.1.5 on=2 off=1;;
rpdu) control=$apc.12.3.3.1.1.4 status=$apc.12.3.5.1.1.4 on=1 off=2;;
*) control=$apc.4.4.2.1.3 status=$control on=1 off=2; status=$control;;
esac
[ -f outlet.$outlet ] || exit 0
case "$1" in
-g) [ "$table" = $status ] || exit 0
    read now <outlet.$outlet
    echo "$2"; echo integer; [ $now = on ] && echo $on || echo $off;;
-s) [ "$table" = $control ] || { echo not-writable; exit 0; }
    case $mood in
    refuses) echo not-writable; exit 0;;
    lies) exit 0;;
    other) outlet=3;;
    esac
    case $4 in 1) echo on;; 2) echo off;; esac >outlet.$outlet;;
esac
`;

/** Starts it. */
export async function startSnmpd(folder: string, port: number): Promise<void> {
  const tree = "1.3.6.1.4.1.318";
  const config = `rocommunity readers-only
rwcommunity ${community} 127.0.0.1
createUser fencer SHA "${password}" AES "${privacy}"
createUser signer SHA-256 "${password}"
createUser old MD5 "${password}"
rwuser fencer priv
rwuser signer auth
rwuser old auth
pass .${tree} /bin/sh ${folder}/strip
`;
  await sh(
    `umask 077; mkdir -p "$1/state" && cd "$1" || exit
     printf '%s' "$3" >conf; printf '%s' "$4" >strip; echo good >mood; echo rpdu2 >model
     for i in 1 2 3; do echo on >outlet.$i; done
     SNMP_PERSISTENT_DIR="$1/state" /usr/sbin/snmpd -C -c "$1/conf" -p "$1/pid" -LF e "$1/log" \\
       "udp:127.0.0.1:$2"
     for i in $(seq 50); do [ -s pid ] && exit 0; sleep 0.1; done; cat log >&2; exit 1`,
    folder,
    String(port),
    config,
    strip,
  );
}

/** Ends it. */
export const stopSnmpd = (folder: string): Promise<string> =>
  sh('[ -f "$1/pid" ] && kill -9 $(cat "$1/pid"); rm -rf "$1"', folder);
