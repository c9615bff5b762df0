import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { NodePaths } from './node-files.js'
import { defaultTimeoutMs, until } from '../until.js'

const execute = promisify(execFile)

/**
 * Resolves when every service of a node is up, and ready where it tells;
 * rejects, with the ends of its logs, after a while.
 */
export async function nodeReady({ scan, logs }: Pick<NodePaths, 'scan' | 'logs'>): Promise<void> {
  const services = (await readdir(scan)).filter(name => !name.startsWith('.'))
  const folders = services.map(service => join(scan, service))
  try {
    for (const folder of folders) {
      // Not s6-svok: a supervisor hears a little before it tells of its service, and s6-svwait then fails.
      const isSupervised = () => execute('s6-svstat', [folder]).then(Boolean, () => false)
      await until(`a supervisor on ${folder}`, isSupervised)
    }
    const telling = folders.filter(folder => existsSync(join(folder, 'notification-fd')))
    await execute('s6-svwait', ['-U', '-t', String(defaultTimeoutMs), ...telling])
    await execute('s6-svwait', ['-u', '-t', String(defaultTimeoutMs), ...folders])
  } catch {
    const tail = await lastLines(logs, services)
    throw new Error(`it was not ready within ${defaultTimeoutMs / 1000} s; its logs end:\n${tail}`)
  }
}

async function lastLines(logs: string, services: readonly string[]): Promise<string> {
  const files = ['supervisor.log', ...services.map(service => join(service, 'current'))]
  const texts = await Promise.all(
    files.map(async file => {
      const text = await readFile(join(logs, file), 'utf8').catch(() => '')
      const lines = text.trim().split('\n').slice(-3)
      return lines.filter(line => line !== '').map(line => `  ${file}: ${line}`)
    }),
  )
  return texts.flat().join('\n')
}
