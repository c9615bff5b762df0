#!/usr/bin/env node
// A reader that closes the pipe, such as `head`, is not an error.
process.stdout.on('error', error => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})
await import('../dist/src/cli.js')
