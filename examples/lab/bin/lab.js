#!/usr/bin/env node
// A reader that has seen enough, such as `head`, is no failure.
process.stdout.on('error', error => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})
const { runLabCommand } = await import('../dist/src/index.js')
await runLabCommand()
