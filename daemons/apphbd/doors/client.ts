/**
 * Sends heartbeats as an application.
 *
 * @module
 */
export { type Application, register, RequestRefused } from "../client.ts";
export { intervalMsMax, intervalMsMin } from "../limits.ts";
