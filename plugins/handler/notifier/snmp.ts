/**
 * The encoding of SNMP, which fencing devices use too.
 *
 * @module
 */
export { ber, BerReader, integer, octets, oid, tags } from "../stonith/snmp/ber.ts";
