import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { createServer } from 'node:net'

/**
 * Listens on a socket of this machine, and hands each connection to a program
 * that is connected to the real one: a container's socket cannot be opened from
 * outside where its engine runs in a virtual machine, or as another user.
 * It ends with this process.
 */
export async function relaySocket(
  socket: string,
  [program = '', ...args]: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const server = createServer({ allowHalfOpen: true }, connection => {
    const child = spawn(program, args, {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { ...process.env, ...env },
    })
    connection.pipe(child.stdin)
    child.stdout.pipe(connection)
    child.on('error', () => connection.destroy())
    child.stdin.on('error', () => {})
    connection.on('error', () => {})
    connection.on('close', () => child.kill())
  })
  rmSync(socket, { force: true })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(socket, resolve)
  })
  server.unref()
  process.once('exit', () => rmSync(socket, { force: true }))
}
