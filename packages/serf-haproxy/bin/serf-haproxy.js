#!/usr/bin/env node
import { existsSync } from 'node:fs'

if (process.argv[2] === 'run') {
  const { setFlagsFromString } = await import('node:v8')
  // The agent runs for long and works little. Without these, V8 lets garbage grow to 16 MiB
  // in the young generation, and to four times what is in use in the old one.
  setFlagsFromString('--semi-space-growth-factor=1')
  setFlagsFromString('--heap-growing-percent=100')
}
// A clone where only the compiler ran has no bundle: the same program, as modules.
const isBundled = existsSync(new URL('../dist/program/serf-haproxy.js', import.meta.url))
try {
  await import(isBundled ? '../dist/program/serf-haproxy.js' : '../dist/src/cli.js')
} catch (error) {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error
  const remedy = 'install the package again, or run `npm run build` in a clone'
  process.stderr.write(
    `serf-haproxy: a file of the program is missing: ${error.message}; ${remedy}\n`,
  )
  process.exitCode = 1
}
