import { ReloadError } from 'haproxy-reloader'
import t from 'tap'
import { serveFakeAgent } from '../fake-agent-http.js'

const generation = {
  number: 3,
  at: 1_700_000_000_000,
  via: 'runtime' as const,
  tookMs: 1.23,
  cause: 's1 joined',
  plan: { reason: 'add nodes/s1', operations: [] },
  diff: '',
}

t.test('history prints the generations with their causes', async t => {
  const { run, agent } = await serveFakeAgent(t)
  agent.generations = () => Promise.resolve([generation])
  const { stdout } = await run('history')
  t.match(stdout, /^generation +applied at +by +took +cause$/m)
  t.match(stdout, /^3 +2023-11-14 22:13:20.000Z +runtime +1\.2 ms +s1 joined$/m)
  t.same(JSON.parse((await run('history', '--json')).stdout), [generation])
})

t.test('diff prints the difference of two generations', async t => {
  const { run, agent } = await serveFakeAgent(t)
  agent.diff = (from, to) => Promise.resolve(`-${from}\n+${to}\n`)
  t.match(await run('diff', '1', '2'), { code: 0, stdout: '-1\n+2\n' })
  t.match(JSON.parse((await run('diff', '1', '2', '--json')).stdout), { difference: '-1\n+2\n' })
  t.match(await run('diff', '1', 'x'), { code: 2, stderr: /number of a generation.*got x/ })
  t.match(await run('diff', '1'), { code: 2, stderr: /missing required argument 'to'/ })
})

t.test('rollback exits with 1 unless HAProxy runs the generation', async t => {
  const { run, agent } = await serveFakeAgent(t)
  for (const word of ['x', '1.5', ''])
    t.match(await run('rollback', word), { code: 2, stderr: /number of a generation/ }, word)
  t.match(await run('rollback', '3'), { code: 1, stdout: 'not applied: deferred\n' })
  agent.rollback = () =>
    Promise.resolve({
      kind: 'unchanged',
      plan: { kind: 'noop', reason: '', operations: [], draining: [] },
    })
  t.match(await run('rollback', '3'), { code: 0, stdout: /serf-haproxy thaw/ })
  agent.rollback = () => Promise.reject(new ReloadError('unknown-generation', 'no generation 9'))
  t.match(await run('rollback', '9'), { code: 1, stderr: 'error: no generation 9\n' })
})
