/**
 * Heartbeat's classic frames over a serial line, as heartbeat's `serial`.
 *
 * @module
 */
import type { Plugin } from "../../../pils/plugin.ts";
import type { Medium, MediumEvent } from "../../handler/medium/contract.ts";
import { Line, setUp } from "./line.ts";
import { lineMedium } from "./line_medium.ts";
import type manifest from "./manifest.ts";

const serial: Plugin<typeof manifest, Medium, MediumEvent> = (settings, host) =>
  lineMedium(settings, host, {
    setUp: () => setUp(settings),
    open: (take) => new Line(settings, take),
  });

export default serial;
