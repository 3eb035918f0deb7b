#!/bin/sh
# A switch to try the plugin on: it remembers in a file who is off.
set -e
off=$0.$2.off
case $1 in
  off) : >"$off" ;;
  on) rm -f -- "$off" ;;
  status) if [ -e "$off" ]; then echo off; else echo on; fi ;;
  *) echo "expected off, on or status" >&2; exit 64 ;;
esac
