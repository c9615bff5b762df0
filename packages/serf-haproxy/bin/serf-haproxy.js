#!/usr/bin/env node
import { existsSync } from 'node:fs'

// A reader that has seen enough, such as `head`, is no failure.
process.stdout.on('error', error => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})
// A clone where only the compiler ran has no bundle: the same program, as modules.
if (existsSync(new URL('../dist/program/serf-haproxy.js', import.meta.url))) {
  await import('../dist/program/serf-haproxy.js')
} else {
  await import('../dist/src/cli.js')
}
