import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const bin = fileURLToPath(new URL('../../bin/haproxy-config-render.js', import.meta.url))

/** Runs the program to its end, with an environment of its own: tap's would slow down any Node. */
export function runBin(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
) {
  const variables = Object.entries({ PATH: process.env['PATH'] ?? '', ...environment })
  const words = variables.map(([name, text]) => `${name}=${text}`)
  return spawnSync('env', ['-i', ...words, process.execPath, bin, ...args], { encoding: 'utf8' })
}
