/**
 * Pseudo-members: routers, groups of hosts and disks that answer without being nodes. Each of our
 * own status messages asks them to answer. One that is silent for the dead time of pings is dead.
 * The request is that of heartbeat 3.0.6: a signed frame with both signatures, which must come back
 * unchanged (the plugin checks that).
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import { showStatus } from "./clients/monitor.ts";
import { announceAnyway } from "./connectivity.ts";
import { sealPacket } from "./codecs.ts";
import { sendDeadlineMs } from "./config.ts";
import { hex, string } from "./fields.ts";
import type { PseudoMember } from "./pseudo_state.ts";
import { reloadLater } from "./reload.ts";
import type { Turn } from "./state.ts";
import { armOnce, log, rearm } from "./state.ts";
import { wallSeconds } from "./transmit.ts";
import { tellTrouble } from "./trouble.ts";

/** Loads every plugin that is not there. */
export function loadPseudoMembers(turn: Turn, again = false): void {
  const { pseudo, config } = turn.state;
  for (const [instance, member] of pseudo) {
    if (again && member.loading !== "failed") continue;
    member.loading = "loading";
    turn.out.push({ type: "load", instance, plugin: member.plugin, config: member.config });
    armOnce(turn, deadpingTimer(instance), config.initdeadMs);
  }
}

/** A plugin is there, or cannot be had: then it is tried again. */
export function pseudoMemberLoaded(turn: Turn, member: PseudoMember, error?: string): void {
  member.loading = error === undefined ? "up" : "failed";
  if (error === undefined) return;
  log(turn, "err", withCode("HA5009", `${member.name} cannot be pinged: ${error}`));
  reloadLater(turn);
}

/** Asks each of them to answer. */
export function pingAll(turn: Turn): void {
  for (const [instance, member] of turn.state.pseudo) {
    if (member.loading !== "up") continue;
    turn.out.push({
      type: "call",
      instance,
      method: "send",
      args: [pingFrame(turn, member)],
      deadlineMs: sendDeadlineMs,
    });
  }
}

/** The frame: fields as heartbeat has them, the signature of a classic frame among them. */
function pingFrame(turn: Turn, { name, info }: PseudoMember): Uint8Array {
  const { codecs } = turn.state;
  const fields = [
    string("t", "NS_st"),
    string("st", "ping"),
    string("info", info),
    string("src", name),
    hex("ts", wallSeconds(turn)),
  ];
  const { entries, current } = codecs.keys;
  const inner = codecs.encoding.inner?.(fields);
  const mac = inner === undefined ? undefined : entries.get(current)?.sign(inner);
  return sealPacket(
    codecs,
    mac === undefined ? fields : [...fields, string("auth", `${current} ${mac}`)],
  );
}

/** What a plugin emitted. */
export function pseudoMemberEmitted(turn: Turn, instance: string, event: unknown): void {
  const member = turn.state.pseudo.get(instance);
  if (member === undefined || typeof event !== "object" || event === null || !("type" in event)) {
    return;
  }
  if (event.type === "trouble" && "why" in event) {
    tellTrouble(turn, instance, member.name, event.why);
  }
  if (event.type !== "answered") return;
  const first = member.answeredAt < 0;
  member.answeredAt = turn.at;
  (first ? rearm : armOnce)(turn, deadpingTimer(instance), deadpingOf(turn));
  if (member.status === "ping") return;
  log(turn, "notice", `${member.name} answers`);
  member.status = "ping";
  showStatus(turn, member.name, "ping");
  announceAnyway(turn);
}

/** The timer: when did it last answer? */
export function lookForAnswer(turn: Turn, instance: string): void {
  const { state, at } = turn;
  const member = state.pseudo.get(instance);
  if (member === undefined || member.status === "dead") return;
  const since = member.answeredAt < 0 ? state.startedAt : member.answeredAt;
  const limitMs = member.answeredAt < 0 ? state.config.initdeadMs : deadpingOf(turn);
  // While this node itself stood still nobody could answer it.
  const leftMs = Math.max(since + limitMs - at, state.deafUntil - at);
  if (leftMs > 0) {
    armOnce(turn, deadpingTimer(instance), leftMs);
    return;
  }
  log(turn, "warning", `${member.name} is dead: no answer for ${Math.round(at - since)} ms`);
  member.status = "dead";
  showStatus(turn, member.name, "dead");
  announceAnyway(turn);
}

const deadpingOf = ({ state }: Turn): number => state.config.deadpingMs ?? state.config.deadtimeMs;

const prefix = "deadping:";
const deadpingTimer = (instance: string): string => `${prefix}${instance}`;
/** The instance that a timer looks after, if it is one of these timers. */
export const deadpingInstance = (timer: string): string | undefined =>
  timer.startsWith(prefix) ? timer.slice(prefix.length) : undefined;
