/**
 * Reads `apphbd.cf` of the original.
 *
 * @module
 */
import type { Diagnostic } from "../../../metadata/diagnostic.ts";

/** The watchdog as the node configuration has it. */
interface ImportedGuard {
  readonly plugin: string;
  readonly device: string;
  readonly intervalMs: number;
  readonly timeoutMs: number;
}

/** What the file says. */
export interface ApphbdCf {
  readonly watchdog?: ImportedGuard;
  readonly diagnostics: readonly Diagnostic[];
}

/** Milliseconds of the plugin's own default, and of an interval at most. */
const timeoutMsDefault = 10_000;
const intervalMsMax = 600_000;

/** What takes the place of a directive. */
const instead: Readonly<Record<string, string>> = {
  debug_level: "loglevel of the node configuration",
  debugfile: "loglevel of the node configuration",
  logfile: "loglevel of the node configuration",
};

/** Reads the text. */
export function readApphbdCf(text: string): ApphbdCf {
  const diagnostics: Diagnostic[] = [];
  const once = new Set<string>();
  let device: string | undefined;
  let intervalMs = 1_000;
  text.replace(/^\ufeff/, "").split("\n").forEach((whole, at) => {
    const [directive = "", ...words] = whole.replace(/#.*/, "").trim().split(/\s+/);
    if (directive === "") return;
    const word = words.join(" ").slice(0, 200);
    const report: Report = (severity, what, why, fix) =>
      void diagnostics.push({
        ...{ severity, path: ["apphbd.cf"], line: at + 1, what, why, fix, code: "HA1009" },
      });
    if (directive !== "notify_plugin" && once.has(directive)) {
      report("error", `${directive} is there twice`, "only one would count", "remove one line");
    }
    once.add(directive);
    switch (directive) {
      case "watchdog_device":
        if (word.startsWith("/") && words.length === 1) device = word;
        else {report(
            "error",
            `"${word}" is not a device`,
            "expected one path",
            "write /dev/watchdog",
          );}
        return;
      case "watchdog_interval_ms":
        if (/^\d{3,6}$/.test(word) && Number(word) <= intervalMsMax) intervalMs = Number(word);
        else {
          const why = `expected milliseconds, 100 to ${intervalMsMax}`;
          report("error", `"${word}" is not an interval`, why, "write 1000");
        }
        return;
      default:
        reportOther(directive, word, report);
    }
  });
  return {
    ...(device === undefined ? {} : { watchdog: guardOf(device, intervalMs) }),
    diagnostics,
  };
}

/** Reports something about the line at hand: how severe, and the texts of a diagnostic in their order. */
type Report = (level: Diagnostic["severity"], ...texts: [string, string, string]) => void;

/** A directive that is not imported: what takes its place. */
function reportOther(directive: string, word: string, report: Report): void {
  if (directive === "realtime") {
    if (/^(no|off|false)$/i.test(word)) return;
    report(
      "warning",
      "realtime is not imported",
      "apphbd asks the kernel what waits before it judges, so its own delay makes no false alarm",
      "none needed",
    );
  } else if (directive === "notify_plugin") {
    if (word === "recmgr") return;
    report(
      "warning",
      `the plugin "${word}" is not imported`,
      "plugins of the original are C libraries",
      "name a plugin of kind notifier in notifiers of the node configuration",
    );
  } else if (Object.hasOwn(instead, directive)) {
    const fix = instead[directive] ?? "";
    report("warning", `${directive} is not imported`, "another setting replaces it", fix);
  } else {
    const shown = JSON.stringify(directive.slice(0, 40));
    const why = "the original would reject it";
    report("error", `${shown} is not a directive of apphbd.cf`, why, "remove it");
  }
}

const guardOf = (device: string, intervalMs: number): ImportedGuard => ({
  plugin: "watchdog/device",
  device,
  intervalMs,
  timeoutMs: Math.max(timeoutMsDefault, 3 * intervalMs),
});
