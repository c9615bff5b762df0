import type { ReportedProblem } from 'haproxy-config-text'
import t from 'tap'
import { compileTemplate } from '../src/template/compile-template.js'
import { describeError, locateProblems } from '../src/check/configuration-error.js'
import { parseModel } from '../src/model/parse-model.js'
import { renderWithoutRejected, type Check } from '../src/check/render-without-rejected.js'

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

/** HAProxy's answer with these problems. */
function rejection(problems: readonly Omit<ReportedProblem, 'level'>[]) {
  const report = problems.map(({ message }) => message).join('\n')
  const alerts = problems.map(problem => ({ level: 'alert' as const, ...problem }))
  return { ok: false as const, report, problems: alerts, line: problems[0]?.line }
}

/** Rejects each line with `many` on it, as HAProxy would, or without naming any. */
function strict({ names = true, most = Infinity } = {}): Check & { readonly calls: () => number } {
  let calls = 0
  const check: Check = async text => {
    calls++
    const lines = text
      .split('\n')
      .flatMap((line, i) => (line.includes('many') ? [i + 1] : []))
      .slice(0, most)
    if (lines.length === 0) return { ok: true }
    return names
      ? rejection(lines.map(line => ({ message: 'no number', line })))
      : rejection([{ message: 'something is wrong' }])
  }
  return Object.assign(check, { calls: () => calls })
}

t.test('what HAProxy accepts is rendered at once', async t => {
  const check = strict()
  const found = await renderWithoutRejected(template, modelOf(3, new Set()), check)
  t.match(found, { kind: 'accepted', quarantined: [], checks: 1 })
  t.equal(check.calls(), 1)
})

t.test('whose lines HAProxy refuses is left out, and everybody else rendered', async t => {
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

t.test('HAProxy names but the first culprit, and all are found', async t => {
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
      code: 'rejected',
      reason: /HAProxy rejects its lines: .*no number/,
    },
    { member: 's5' },
  ])
})

t.test('a member is left out of all its pools', async t => {
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

t.test('a template that is wrong without members is refused after two checks', async t => {
  const wrong = compileTemplate('global\n  many\n', { name: 'wrong.hbs' })
  const found = await renderWithoutRejected(wrong, modelOf(1000, new Set()), strict())
  t.match(found, {
    kind: 'rejected',
    checks: 2,
    errors: [{ template: 'wrong.hbs', templateLine: 2, line: 2 }],
  })
})

t.test('the search ends when its checks are used up', async t => {
  const all = new Set(Array.from({ length: 1000 }, (_, i) => i))
  const found = await renderWithoutRejected(
    template,
    modelOf(1000, all),
    strict({ names: false }),
    {
      maxChecks: 10,
    },
  )
  t.match(found, { kind: 'rejected', checks: 10 })
})

t.test('an abort ends the search', async t => {
  const stop = new AbortController()
  const check: Check = async () => {
    stop.abort()
    return rejection([])
  }
  const { signal } = stop
  await t.rejects(renderWithoutRejected(template, modelOf(9, new Set()), check, { signal }), {
    name: 'AbortError',
  })
})

t.test('a report is told by template line and member', async t => {
  const { sourceMap } = template.render(modelOf(2, new Set()))
  const result = rejection([
    { message: `parsing [haproxy.cfg:3] : 'server app/s1' : no number`, line: 3 },
    { message: 'parsing [haproxy.cfg:99] : beyond', line: 99 },
    { message: `backend 'app' : server 'app/s0' is odd`, proxy: 'app', server: 's0' },
  ])
  const errors = locateProblems(result, sourceMap)
  t.match(errors, [
    { line: 3, template: 'a.hbs', templateLine: 4, pool: 'app', server: 's1' },
    { line: 99 },
    { line: 2, template: 'a.hbs', templateLine: 4, pool: 'app', server: 's0' },
  ])
  t.equal(errors.length, 3)
  t.match(describeError(errors[0] ?? { message: '' }), /^a\.hbs:4: member s1: .*no number/)
  t.match(describeError({ message: 'x' }), /^x$/)
  t.same(locateProblems(rejection([{ message: 'odd' }]), sourceMap), [{ message: 'odd' }])
})
