/**
 * Runs an alert agent of Pacemaker, unmodified, for each alert.
 *
 * @module
 */
import { clip } from "../../../metadata/clip.ts";
import type { Plugin } from "../../../pils/plugin.ts";
import type { Notifier } from "../../handler/notifier/contract.ts";
import { endPrograms, runProgram } from "../../handler/notifier/run_program.ts";
import { environmentOf } from "./environment.ts";
import type manifest from "./manifest.ts";

/** Programs that run at once: one for each recipient. */
const atOnceMax = 64;
/** Characters of what a program complains of. */
const detailCharactersMax = 400;

const exec: Plugin<typeof manifest, Notifier> = ({ program }) => ({
  async notify(alert) {
    const path = `/${program}`;
    const env = environmentOf(alert);
    const { timeoutMs } = alert;
    const { code, timedOut, stderr } = await runProgram({
      path,
      args: [],
      env,
      timeoutMs,
      atOnceMax,
    });
    if (timedOut) throw new Error(`${path} did not end within ${timeoutMs} ms, and was ended`);
    if (code === 0) return;
    const detail = stderr === "" ? "" : `: ${clip(stderr, detailCharactersMax)}`;
    throw new Error(`${path} ended with code ${code}${detail}`);
  },
  close: endPrograms,
});

export default exec;
