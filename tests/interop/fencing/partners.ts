/**
 * Partners of fencing devices, by others: the management controller of package openipmi, and sshd.
 *
 * @module
 */

/** Milliseconds that a partner may take to answer at first. */
const startMs = 10_000;

/** Runs a shell script. @throws {Error} with what it said, if it fails. */
export async function sh(script: string, ...args: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("/bin/sh", {
    args: ["-c", script, "sh", ...args],
    stdin: "null",
  }).output();
  const [said, complained] = [stdout, stderr].map((one) => new TextDecoder().decode(one).trim());
  if (!success) throw new Error(`${complained || said}`);
  return said ?? "";
}

/**
 * The controller's chassis: its power is a file; with a file `stuck` it says done and does nothing. A
 * file `laterS` holds the seconds after which an order has its effect, and `hook` is run with the power
 * that there is then. What is ordered is written into `ordered`, with the time.
 */
const chassis = `#!/bin/sh
switch() {
  [ ! -e laterS ] || sleep "$(cat laterS)"
  echo "$1" >power
  [ ! -x hook ] || ./hook "$1"
}
shift
case $1 in
  get) shift
    for what in "$@"; do
      [ "$what" = power ] && echo "power:$(cat power)" || echo "$what:0"
    done ;;
  set) shift
    while [ $# -ge 2 ]; do
      [ "$1" != power ] || echo "$(date +%s%N) $2" >>ordered
      if [ "$1" = power ] && ! [ -e stuck ]; then
        if [ -e laterS ]; then switch "$2" >/dev/null 2>&1 </dev/null & else switch "$2"; fi
      fi
      shift 2
    done ;;
esac
exit 0
`;
const controllerAt = (address: string) =>
  `name "controller"
set_working_mc 0x20
  startlan 1
    addr ${address} 623
    priv_limit admin
    allowed_auths_callback none md2 md5 straight
    allowed_auths_user none md2 md5 straight
    allowed_auths_operator none md2 md5 straight
    allowed_auths_admin none md2 md5 straight
    guid a123456789abcdefa123456789abcdef
  endlan
  chassis_control "./chassis 0x20"
  user 1 true "" "sesame" user 10 none md2 md5 straight
  user 2 true "ha" "sesame" admin 10 none md2 md5 straight
`;
const emulator = `mc_setbmc 0x20
mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02 persist_sdr
sel_enable 0x20 1000 0x0a
mc_enable 0x20
`;

/** What a simulated controller may choose. */
export interface SimulatorChoice {
  readonly address?: string;
  /** A script of the shell that is run when the power has changed: `$1` is 0 or 1. */
  readonly hook?: string;
}

/** A simulated controller at port 623: user `ha`, password `sesame`. */
export class Simulator {
  readonly address: string;
  readonly #folder: string;
  readonly #hook: string | undefined;
  #pid = "";

  /** @param folder of its own */
  constructor(folder: string, { address = "127.0.0.1", hook }: SimulatorChoice = {}) {
    this.#folder = folder;
    this.address = address;
    this.#hook = hook;
  }

  /** Starts it, with the machine on. */
  async start(): Promise<void> {
    await Deno.mkdir(`${this.#folder}/state`, { recursive: true });
    await Deno.writeTextFile(`${this.#folder}/chassis`, chassis, { mode: 0o755 });
    if (this.#hook !== undefined) {
      await Deno.writeTextFile(`${this.#folder}/hook`, this.#hook, { mode: 0o755 });
    }
    await Deno.writeTextFile(`${this.#folder}/conf`, controllerAt(this.address));
    await Deno.writeTextFile(`${this.#folder}/emu`, emulator);
    await this.power(true);
    this.#pid = await sh(
      'cd "$1"; ipmi_sim -c conf -f emu -s state -n </dev/null >log 2>&1 & echo $!',
      this.#folder,
    );
    const until = performance.now() + startMs;
    for (;;) {
      try {
        return void await this.tool("3", 623, "power", "status");
      } catch (error) {
        if (performance.now() > until) throw error;
      }
    }
  }

  /** Sets the power of the machine. */
  async power(on: boolean): Promise<void> {
    await Deno.writeTextFile(`${this.#folder}/power`, on ? "1\n" : "0\n");
  }

  /** Whether the machine is on. */
  async isOn(): Promise<boolean> {
    return (await Deno.readTextFile(`${this.#folder}/power`)).trim() === "1";
  }

  /** From now on it lies, or does not any more. */
  async lies(does: boolean): Promise<void> {
    if (does) await Deno.writeTextFile(`${this.#folder}/stuck`, "");
    else await Deno.remove(`${this.#folder}/stuck`).catch(() => {});
  }

  /** An order has its effect so many seconds later; 0: at once. */
  async takes(seconds: number): Promise<void> {
    if (seconds > 0) await Deno.writeTextFile(`${this.#folder}/laterS`, `${seconds}\n`);
    else await Deno.remove(`${this.#folder}/laterS`).catch(() => {});
  }

  /** What it was ordered: `off` or `on`, and when, in milliseconds since 1970. */
  async ordered(): Promise<readonly { readonly atMs: number; readonly power: "off" | "on" }[]> {
    const text = await Deno.readTextFile(`${this.#folder}/ordered`).catch(() => "");
    return text.split("\n").filter(Boolean).map((line) => {
      const [at = "", power = ""] = line.split(" ");
      return { atMs: Number(at) / 1e6, power: power === "0" ? "off" : "on" };
    });
  }

  /** `ipmitool`, which is by others too. */
  async tool(suite: string, port: number, ...words: readonly string[]): Promise<string> {
    const options =
      `-I lanplus -C ${suite} -H ${this.address} -p ${port} -U ha -P sesame -R 1 -N 1`;
    return await sh(`exec timeout 10 ipmitool ${options} "$@"`, "chassis", ...words);
  }

  /** Ends it. */
  async stop(): Promise<void> {
    await sh('kill "$1"', this.#pid).catch(() => {});
  }
}

/** A node that can be reached by ssh at this address, and goes when it is rebooted. */
export class SshNode {
  readonly address = "10.9.0.2";
  readonly #folder: string;

  /** @param folder of its own */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Starts it. What it is asked to run is written down, and never run. */
  async start(): Promise<void> {
    const folder = this.#folder;
    await Deno.mkdir(folder, { recursive: true });
    const forced = `#!/bin/sh
echo "$SSH_ORIGINAL_COMMAND" >>${folder}/ordered
(sleep 1; ip address del ${this.address}/32 dev lo) >/dev/null 2>&1 </dev/null &
exit 0
`;
    await Deno.writeTextFile(`${folder}/forced`, forced, { mode: 0o755 });
    await sh(
      `set -e
ssh-keygen -q -t ed25519 -N '' -f "$1/host"
ssh-keygen -q -t ed25519 -N '' -f /root/.ssh/id_ed25519
cp /root/.ssh/id_ed25519.pub /run/authorized
ip address add "$2/32" dev lo
/usr/sbin/sshd -f /dev/null -o ListenAddress="$2" -h "$1/host" -o PidFile=/run/sshd.pid \
  -o AuthorizedKeysFile=/run/authorized -o StrictModes=no -o PermitRootLogin=yes \
  -o ForceCommand="$1/forced" -o UsePAM=no`,
      folder,
      this.address,
    );
  }

  /** Brings it back. */
  async revive(): Promise<void> {
    await sh('ip address add "$1/32" dev lo 2>/dev/null; exit 0', this.address);
  }

  /** Whether its address answers. */
  async isOn(): Promise<boolean> {
    return await sh('ping -w 1 -c 1 "$1"', this.address).then(() => true, () => false);
  }

  /** What it was ordered. */
  async ordered(): Promise<string> {
    return await Deno.readTextFile(`${this.#folder}/ordered`).catch(() => "");
  }
}
