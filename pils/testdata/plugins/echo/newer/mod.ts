export { default } from "../plain/mod.ts";
