import t from 'tap'
import { compileTemplate } from '../../src/template/compile-template.js'
import { renderWithoutRejected, type Check } from '../../src/check/render-without-rejected.js'
import { modelOf, rejection, template } from './rejection.js'

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

t.test('members whose lines HAProxy rejects are left out, and all others rendered', async t => {
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
      // The first check, the template alone, all that are not named, and the named by halves.
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
