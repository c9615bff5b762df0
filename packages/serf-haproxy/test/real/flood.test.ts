import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'
import type { Member } from 'node-serf-client'
import { startFakeAgent } from 'node-serf-client/fake-agent'
import { endProcess, freePort, until } from 'real-components'
import t from 'tap'
import type { AgentState } from '../../src/state/agent-state.js'
import { bin } from '../run-command.js'
import { skip, startPlace } from './agent-place.js'

/** SOAK=1 makes it 60 s of changes instead of 3 s. */
const seconds = process.env['SOAK'] === '1' ? 60 : 3
const changesPerSecond = 2000
const logLines = 100_000
const longestAnswerMs = 5000

/** 500 members, a part of which changes its tag each time. */
function membersAt(step: number): Member[] {
  return Array.from({ length: 500 }, (_, n) => ({
    name: `m${n}`,
    address: `127.1.${n >> 8}.${n & 255}`,
    port: 7946,
    status: 'alive',
    tags: { role: 'other', step: String(Math.floor((step + n) / 500)) },
  }))
}

t.test('a flood of changes and log lines leaves the agent answering', { skip }, async t => {
  const { file } = await startPlace(t)
  await using serf = await startFakeAgent({ members: membersAt(0) })
  const listen = `127.0.0.1:${await freePort('127.0.0.1')}`
  const yaml = readFileSync(file, 'utf8')
  writeFileSync(file, `${yaml}\nserf: { rpc: '127.0.0.1:${serf.port}' }\nlisten: '${listen}'\n`)
  // Nothing reads its log: a full pipe must not stop it either.
  const agent = spawn(process.execPath, [bin, 'run', '--config', file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.teardown(() => endProcess(agent))
  const get = async (path: string) => {
    const start = performance.now()
    const text = await (await fetch(`http://${listen}${path}`)).text()
    return { text, tookMs: performance.now() - start }
  }
  const state = async () => JSON.parse((await get('/state')).text) as AgentState
  // The fake agent is a member too.
  await until('the agent to know the members', async () => {
    const { members } = await state().catch(() => ({ members: [] }))
    return members.length > 500
  })

  let isFlooding = true
  const times: number[] = []
  const asking = (async () => {
    while (isFlooding) {
      for (const path of ['/health', '/metrics']) times.push((await get(path)).tookMs)
    }
  })()
  const start = performance.now()
  const total = seconds * changesPerSecond
  let changes = 0
  let lines = 0
  while (changes < total || lines < logLines) {
    const due = Math.min(total, Math.floor(((performance.now() - start) / 1000) * changesPerSecond))
    if (due > changes) {
      changes = due
      serf.setMembers(membersAt(changes))
      serf.emit('member-update', membersAt(changes).slice(0, 20))
    }
    const more = Math.min(500, logLines - lines)
    lines += more
    serf.log(
      ...Array.from({ length: more }, (_, n) =>
        n % 2 === 0
          ? `2026/11/28 12:00:00 [INFO] agent: line \u202e${n}`
          : `2026/11/28 12:00:00 [INFO] memberlist: Suspect x${lines + n} has failed, no acks received`,
      ),
    )
    await turn()
  }
  isFlooding = false
  await asking
  const longest = Math.max(...times)
  t.comment(`${times.length} answers, the slowest after ${Math.round(longest)} ms`)
  t.ok(times.length > 0 && longest < longestAnswerMs, `the slowest after ${Math.round(longest)} ms`)
  const newest = String(Math.floor(total / 500))
  await until('the newest members', async () => {
    const { members } = await state()
    return members.find(({ name }) => name === 'm0')?.tags['step'] === newest
  })
  t.equal((await get('/health')).text.includes('"status"'), true)
})
