/**
 * Posts each alert as one JSON object. An alert that the server does not take is an error, which the
 * daemon logs.
 *
 * @module
 */
import type { Plugin } from "../../../../../pils/plugin.ts";
import type { Notifier } from "../../contract.ts";
import type manifest from "./manifest.ts";

/** Milliseconds that the server may take. */
const answerMs = 5_000;

const http: Plugin<typeof manifest, Notifier> = ({ address, port, path }) => ({
  async notify(alert) {
    const host = address.includes(":") ? `[${address}]` : address;
    const response = await fetch(`http://${host}:${port}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(alert),
      signal: AbortSignal.timeout(answerMs),
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`the server answers ${response.status}`);
  },
});

export default http;
