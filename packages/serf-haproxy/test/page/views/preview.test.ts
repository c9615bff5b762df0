import t, { type Test } from 'tap'
import { previewOf } from '../../../src/page/views/preview.js'
import { fakeDocument, fakeOf } from '../fake-document.js'

/** Answers each path of a fake agent; one without an answer is unknown to it. */
function fakeAgent(t: Test, answers: Readonly<Record<string, object>>) {
  const asked: string[] = []
  fakeDocument(t)
  const answer = (path: string) => {
    asked.push(path)
    const found = answers[path]
    const body = found ?? { error: 'not found' }
    return { ok: found !== undefined, status: found ? 200 : 404, json: () => Promise.resolve(body) }
  }
  t.intercept(globalThis, 'fetch', { value: (path: string) => Promise.resolve(answer(path)) })
  return asked
}

const change = { kind: 'noop', reason: 'equal', operations: [], difference: '' }
const textOf = (content: readonly Element[]) =>
  content.map(each => fakeOf(each).textContent).join('')

t.test('a preview is that of the agent', async t => {
  const asked = fakeAgent(t, { '/preview/drain/s1': { change } })
  t.equal(textOf(await previewOf('drain/s1', 'token')), 'Nothing would change: equal')
  t.same(asked, ['/preview/drain/s1'])
})

t.test('without previews, thaw shows the pending plan, and a drain nothing', async t => {
  const asked = fakeAgent(t, { '/plan': { change } })
  t.match(textOf(await previewOf('thaw', 'token')), 'Nothing would change')
  t.same(await previewOf('drain/s1', 'token'), [])
  t.same(asked, ['/preview/thaw', '/plan', '/preview/drain/s1'])
})
