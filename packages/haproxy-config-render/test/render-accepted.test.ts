import t from 'tap'
import { compileTemplate } from '../src/template/compile-template.js'
import { describeFault, faultsInReport } from '../src/check/configuration-fault.js'
import { parseModel } from '../src/model/parse-model.js'
import { renderWithoutRejected, type Check } from '../src/check/render-accepted.js'

const template = compileTemplate(
  '{{#each pools}}\nbackend {{name}}\n{{#each servers}}\n  server {{name}} {{address}}:{{port}} maxconn {{tags.max}}\n{{/each}}\n{{/each}}\n',
  { name: 'a.hbs' },
)

function modelOf(count: number, bad: ReadonlySet<number>, pools = ['app']) {
  const servers = Array.from({ length: count }, (_, i) => ({
    name: `s${i}`,
    address: `10.0.${i >> 8}.${i & 255}`,
    port: 80,
    tags: { max: bad.has(i) ? 'many' : '10' },
  }))
  const all = pools.map(name => ({ name, servers }))
  return parseModel({ runtimeSocket: '/run/x.sock', frontends: [], pools: all })
}

/** Refuses each line with `many` on it, as HAProxy would, or without naming any. */
function strict({ names = true, most = Infinity } = {}): Check & { readonly calls: () => number } {
  let calls = 0
  const check: Check = async text => {
    calls++
    const faults = text
      .split('\n')
      .flatMap((line, i) => (line.includes('many') ? [i + 1] : []))
      .slice(0, most)
    if (faults.length === 0) return { ok: true }
    const report = names
      ? faults.map(line => `[ALERT]    (7) : config : parsing [/x/haproxy.cfg:${line}] : no number`)
      : ['[ALERT]    (7) : config : something is wrong']
    return { ok: false, report: report.join('\n') }
  }
  return Object.assign(check, { calls: () => calls })
}

void t.test('what HAProxy accepts is rendered at once', async t => {
  const check = strict()
  const found = await renderWithoutRejected(template, modelOf(3, new Set()), check)
  t.match(found, { kind: 'accepted', quarantined: [], checks: 1 })
  t.equal(check.calls(), 1)
})

void t.test('whose lines HAProxy refuses is left out, and everybody else rendered', async t => {
  for (const names of [true, false]) {
    for (const bad of [[0], [99], [7, 8], [3, 50, 90]]) {
      const check = strict({ names })
      const model = modelOf(100, new Set(bad))
      const found = await renderWithoutRejected(template, model, check)
      if (found.kind !== 'accepted') throw new Error(`refused: ${found.report}`)
      t.strictSame(
        found.quarantined.map(({ member }) => member).toSorted(),
        bad.map(i => `s${i}`).toSorted(),
      )
      t.equal(found.rendered.text.split('\n').length, 100 - bad.length + 2)
      t.notMatch(found.rendered.text, 'many')
      t.equal(found.checks, check.calls())
      // The first check, the template alone, everybody who is not named, and the named by halves.
      t.ok(
        found.checks <= (names ? 4 + 2 * bad.length : 3 + bad.length * 14),
        `${found.checks} checks`,
      )
    }
  }
})

void t.test('HAProxy names but the first culprit, and all are found', async t => {
  const found = await renderWithoutRejected(
    template,
    modelOf(64, new Set([5, 40])),
    strict({ most: 1 }),
  )
  t.match(found, { kind: 'accepted' })
  if (found.kind !== 'accepted') return
  t.match(found.quarantined, [
    {
      member: 's40',
      pool: 'app',
      code: 'refused',
      reason: /HAProxy refuses its lines: .*no number/,
    },
    { member: 's5' },
  ])
})

void t.test('a member is left out of all its pools', async t => {
  const found = await renderWithoutRejected(
    template,
    modelOf(4, new Set([2]), ['a', 'b']),
    strict(),
  )
  if (found.kind !== 'accepted') throw new Error('refused')
  t.strictSame(
    found.quarantined.map(({ pool, member }) => `${pool}/${member}`),
    ['a/s2', 'b/s2'],
  )
})

void t.test('a template that is wrong without members is refused after two checks', async t => {
  const wrong = compileTemplate('global\n  many\n', { name: 'wrong.hbs' })
  const found = await renderWithoutRejected(wrong, modelOf(1000, new Set()), strict())
  t.match(found, {
    kind: 'refused',
    checks: 2,
    faults: [{ template: 'wrong.hbs', templateLine: 2, line: 2 }],
  })
})

void t.test('the search ends when its checks are used up', async t => {
  const all = new Set(Array.from({ length: 1000 }, (_, i) => i))
  const found = await renderWithoutRejected(
    template,
    modelOf(1000, all),
    strict({ names: false }),
    {
      maxChecks: 10,
    },
  )
  t.match(found, { kind: 'refused', checks: 10 })
})

void t.test('an abort ends the search', async t => {
  const stop = new AbortController()
  const check: Check = async () => {
    stop.abort()
    return { ok: false, report: '' }
  }
  const { signal } = stop
  await t.rejects(renderWithoutRejected(template, modelOf(9, new Set()), check, { signal }), {
    name: 'AbortError',
  })
})

void t.test('a report is told by template line and member', async t => {
  const { sourceMap } = template.render(modelOf(2, new Set()))
  const report = [
    '[NOTICE]   (7) : haproxy version is 2.6.12',
    `[WARNING]  (7) : config : parsing [/x/haproxy.cfg:1] : odd`,
    `[ALERT]    (7) : config : parsing [/x/haproxy.cfg:3] : 'server app/s1' : no number`,
    `[ALERT]    (7) : config : parsing [/x/haproxy.cfg:99] : beyond`,
    `[ALERT]    (7) : config : backend 'app' : server 'app/s0' is odd`,
    '[ALERT]    (7) : config : Error(s) found in configuration file : /x/haproxy.cfg',
    '[ALERT]    (7) : config : Fatal errors found in configuration.',
  ].join('\n')
  const faults = faultsInReport(report, sourceMap)
  t.match(faults, [
    { line: 3, template: 'a.hbs', templateLine: 4, pool: 'app', server: 's1' },
    { line: 99 },
    { line: 2, template: 'a.hbs', templateLine: 4, pool: 'app', server: 's0' },
  ])
  t.equal(faults.length, 3)
  t.match(describeFault(faults[0] ?? { message: '' }), /^a\.hbs:4: member s1: .*no number/)
  t.match(describeFault({ message: 'x' }), /^x$/)
  t.match(faultsInReport('[WARNING]  (7) : config : odd', sourceMap), [{ message: 'config : odd' }])
})
