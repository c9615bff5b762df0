import { hostname } from 'node:os'
import { writeSync } from 'node:fs'
import { createWebapp } from './webapp.js'

const {
  SERVER_IP = '0.0.0.0',
  SERVER_NAME = hostname(),
  SERVER_TAG = '',
  PORT = '3000',
  NOTIFY_FD,
} = process.env

const server = createWebapp({ ip: SERVER_IP, host: SERVER_NAME, tag: SERVER_TAG })

server.on('error', error => {
  console.error(`The web application cannot listen on ${SERVER_IP}:${PORT}: ${error.message}`)
  process.exitCode = 1
})

server.listen(Number(PORT), SERVER_IP, () => {
  console.log(`Listening on ${SERVER_IP}:${PORT} as ${SERVER_NAME}`)
  // This line tells s6 that the service is ready.
  if (NOTIFY_FD !== undefined) writeSync(Number(NOTIFY_FD), '\n')
})

process.once('SIGTERM', () => {
  console.log('Stopping: finishing open requests')
  // A connection that is still busy becomes idle later.
  const sweep = setInterval(() => server.closeIdleConnections(), 50)
  server.close(() => {
    clearInterval(sweep)
    console.log('Stopped')
  })
})
