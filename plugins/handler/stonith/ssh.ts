/**
 * One command on another machine, by ssh. Nothing is asked of a person, and no configuration of a user
 * changes what is done.
 *
 * @module
 */
import { clip } from "../../../metadata/clip.ts";
import { runDevice } from "./program/run_device.ts";

/** Runs a command on a machine, and gives what it prints. */
export type Remote = (machine: string, command: string, timeoutMs: number) => Promise<string>;

/** Seconds of a connection: the deadline of the action ends it earlier. */
const connectS = 10;
/** Characters of a complaint that are shown. */
const complaintCharactersMax = 300;

/** How to log in. */
export interface SshLogin {
  readonly port: number;
  readonly user: string;
  /** File of the private key. */
  readonly identityfile: string;
  /** File of the public keys of the machines. */
  readonly knownhosts: string;
}

/** Commands with this login. */
export function remoteOf({ port, user, identityfile, knownhosts }: SshLogin): Remote {
  const options = [
    "BatchMode=yes",
    "StrictHostKeyChecking=yes",
    `UserKnownHostsFile=${knownhosts}`,
    "GlobalKnownHostsFile=none",
    "IdentitiesOnly=yes",
    "ClearAllForwardings=yes",
    "PermitLocalCommand=no",
    "ProxyCommand=none",
    "ControlPath=none",
    `ConnectTimeout=${connectS}`,
    "ServerAliveInterval=2",
    "ServerAliveCountMax=3",
  ].flatMap((option) => ["-o", option]);
  const always = ["-F", "none", "-T", "-p", String(port), "-l", user, "-i", identityfile];
  return async (machine, command, timeoutMs) => {
    const args = [...always, ...options, "--", machine, command];
    const { code, timedOut, stdout, stderr } = await runDevice({
      path: "/usr/bin/ssh",
      args,
      timeoutMs,
    });
    if (timedOut) {
      throw new Error(`ssh to ${machine}: no answer within ${Math.round(timeoutMs)} ms`);
    }
    if (code === 0) return stdout.trim();
    const why = clip(stderr || stdout.trim() || "it prints nothing", complaintCharactersMax);
    throw new Error(`ssh to ${machine} ended with code ${code}: ${why}`);
  };
}
