import { createRuntimeClient } from 'haproxy-runtime'
import t from 'tap'
import { ReloadProbe, type ProbeSettings, type ProbeTime } from '../../src/reload/reload-probe.js'

const { signal } = new AbortController()
const runtime = {
  ...createRuntimeClient({ socket: '/nowhere' }),
  info: async () => ({ pid: 7, version: '3.0', uptimeSeconds: 1 }),
}

/** A time that passes when nothing else goes on. A probe waits for one thing at a time. */
function idleTime(): ProbeTime {
  let now = 0
  return {
    now: () => now,
    wait: (ms, limits) =>
      new Promise((resolve, reject) => {
        const passing = setImmediate(() => {
          now += ms
          resolve()
        })
        const drop = () => {
          clearImmediate(passing)
          reject(limits.reason)
        }
        limits.addEventListener('abort', drop, { once: true })
      }),
  }
}

const probing = (probe: ProbeSettings['probe'], timeoutMs = 60_000) =>
  new ReloadProbe({ probe, timeoutMs }, runtime, idleTime())

/** A probe that passes before a reload, and gives no result after it. */
const hangsAfter: ProbeSettings['probe'] = ({ when }) =>
  when === 'before' ? Promise.resolve(undefined) : new Promise(() => {})

/** A probe that gives these results, and then the last of them. */
const sequence = (...results: readonly (string | undefined)[]) => {
  const asked: string[] = []
  const left = [...results]
  const probe: ProbeSettings['probe'] = async ({ when, worker }) => {
    asked.push(`${when} ${worker}`)
    return left.length > 1 ? left.shift() : left[0]
  }
  return { probe, asked }
}

t.test('without a probe nothing fails', async t => {
  const none = new ReloadProbe(undefined, runtime)
  await none.before(signal)
  t.equal(await none.after(signal), undefined)
  t.notOk(none.hasFailed)
})

t.test('attempts go on until one passes', async t => {
  const { probe, asked } = sequence(undefined, 'the old worker answered', 'refused', undefined)
  const probed = probing(probe)
  await probed.before(signal)
  t.equal(await probed.after(signal), undefined)
  t.same(asked, ['before 7', 'after 7', 'after 7', 'after 7'])
  t.notOk(probed.hasFailed)
})

t.test('the last problem is reported when the time is over', async t => {
  const probed = probing(sequence(undefined, 'status 503').probe, 50)
  await probed.before(signal)
  t.equal(await probed.after(signal), 'the probe failed for 50 ms: status 503')
  t.ok(probed.hasFailed)
})

t.test('a probe that failed before the reload is not asked again', async t => {
  const { probe, asked } = sequence('status 503')
  const probed = probing(probe)
  await probed.before(signal)
  t.equal(await probed.after(signal), undefined)
  t.same(asked, ['before 7'])
})

t.test('a probe that hangs, and ignores its signal, ends with its time', async t => {
  const probed = probing(hangsAfter, 50)
  await probed.before(signal)
  t.equal(await probed.after(signal), 'the probe failed for 50 ms: it gave no result')
})

t.test('an attempt that the time cuts does not hide the problem of the one before', async t => {
  let attempts = 0
  const probed = probing(({ when }) => {
    if (when === 'before') return Promise.resolve(undefined)
    return ++attempts === 1 ? Promise.resolve('status 503') : new Promise(() => {})
  }, 50)
  await probed.before(signal)
  t.equal(await probed.after(signal), 'the probe failed for 50 ms: status 503')
})

t.test('an error of a probe is its problem', async t => {
  const probed = probing(({ when }) => {
    if (when === 'after') throw new RangeError('bug')
    return Promise.resolve(undefined)
  }, 50)
  await probed.before(signal)
  t.equal(await probed.after(signal), 'the probe failed for 50 ms: bug')
})

t.test('an abort ends the attempts', async t => {
  const stop = new AbortController()
  const probed = probing(({ when }) => {
    if (when === 'after') stop.abort(new Error('closed'))
    return Promise.resolve(when === 'after' ? 'status 503' : undefined)
  })
  await probed.before(stop.signal)
  await t.rejects(probed.after(stop.signal), { message: 'closed' })
  t.notOk(probed.hasFailed)
})

t.test('the time of the system is used by default', async t => {
  const probed = new ReloadProbe({ probe: hangsAfter, timeoutMs: 10 }, runtime)
  await probed.before(signal)
  t.equal(await probed.after(signal), 'the probe failed for 10 ms: it gave no result')
})
