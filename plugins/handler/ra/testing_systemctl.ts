/**
 * For tests of classes that use systemd: a program that answers as `systemctl` does, from files.
 *
 * @module
 */
import { writeProgram } from "./testing_agents.ts";

/** What a test gets. */
export interface TestingSystemctl {
  readonly systemctl: string;
  readonly booted: string;
  /** Sets the state and the inner state of a unit, which then exists. */
  set(unit: string, state: string): void;
}

/** Writes it into a folder. */
export function writeSystemctl(folder: string): TestingSystemctl {
  const [units, booted] = [`${folder}/units`, `${folder}/booted`];
  Deno.mkdirSync(units);
  Deno.mkdirSync(booted);
  const systemctl = writeProgram(
    `${folder}/systemctl`,
    `#!/bin/sh
while :; do case "$1" in --*) shift ;; *) break ;; esac; done
what=$1
for unit; do :; done
state="${units}/\${unit%.service}"
case "$what" in
list-unit-files) echo "web.service enabled enabled"; echo "getty@.service static -" ;;
list-units) echo "web.service loaded active running The web"; echo "dbus.service loaded active running D" ;;
show)
  if [ ! -f "$state" ]; then printf 'LoadState=not-found\\nActiveState=inactive\\nSubState=dead\\n'; exit 0; fi
  read -r active sub <"$state"
  [ "$active" != hang ] || exec sleep 300
  printf 'Id=%s\\nDescription=The web of <tests>\\nLoadState=loaded\\n' "$unit"
  printf 'ActiveState=%s\\nSubState=%s\\nResult=exit-code\\n' "$active" "$sub"
  ;;
start) echo active running >"$state" ;;
stop) echo inactive dead >"$state" ;;
*) exit 1 ;;
esac
`,
  );
  return {
    systemctl,
    booted,
    set: (unit, state) => Deno.writeTextFileSync(`${units}/${unit}`, `${state}\n`),
  };
}
