import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { temporaryFolder, until } from 'real-components'
import t from 'tap'
import { parseExecline } from '../../src/execline.js'
import { generate } from '../../src/generate/generate.js'
import { skip } from './supervise.js'

/** Processes that were started with this folder in their environment. */
function processesOf(folder: string): string[] {
  return readdirSync('/proc').filter(pid => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`FOLDER=${folder}\0`)
    } catch {
      return false
    }
  })
}

for (const [layout, path] of [
  ['s6-rc', 'once'],
  ['s6-overlay', 's6-rc.d/once'],
] as const) {
  t.test(`a time limit kills the command and what it started, ${layout}`, { skip }, async t => {
    const folder = temporaryFolder(t)
    const commands = 'sleep 1000 & sleep 1000; true'
    const limited = { up: commands, upTimeoutMs: 300, down: commands, downTimeoutMs: 300 }
    const tree = generate({ once: limited }, { layout })
    for (const field of ['up', 'down']) {
      t.equal(tree.get(`${path}/timeout-${field}`)?.content, '800\n', 's6-rc waits longer')
      const parsed = parseExecline(tree.get(`${path}/${field}`)?.content ?? '')
      // s6-rc runs the words; with-contenv is there in a container only.
      const words =
        'words' in parsed ? parsed.words.filter(word => !word.startsWith('/command/')) : []
      const [program = '', ...args] = words
      const child = spawn(program, args, {
        stdio: 'ignore',
        env: { PATH: process.env['PATH'], FOLDER: folder },
      })
      const [code, signal] = await once(child, 'exit')
      t.ok(code === 137 || signal === 'SIGKILL', `${field} has failed: ${code}, ${signal}`)
      await until(`nothing to be left of ${field}`, () => processesOf(folder).length === 0)
    }
  })
}
