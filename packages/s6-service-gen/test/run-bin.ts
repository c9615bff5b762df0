import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const bin = fileURLToPath(new URL('../../bin/s6-service-gen.js', import.meta.url))

/** Runs the program to its end, with an environment of its own: tap's would slow down any Node. */
export function runBin(...args: readonly string[]) {
  const path = `PATH=${process.env['PATH'] ?? ''}`
  return spawnSync('env', ['-i', path, process.execPath, bin, ...args], { encoding: 'utf8' })
}
