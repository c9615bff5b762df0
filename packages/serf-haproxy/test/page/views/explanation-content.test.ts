import t, { type Test } from 'tap'
import { explanationDialog } from '../../src/page/explanation-dialog.js'
import { fakeDocument } from './fake-document.js'

/** Opens the dialog for a member, with a fake answer of the agent, and returns its lines. */
async function opened(t: Test, member: string, status: number, answer: unknown) {
  const dialog = fakeDocument(t, 'explanation').get('explanation')
  const asked: unknown[] = []
  const response = { ok: status === 200, status, json: () => Promise.resolve(answer) }
  t.intercept(globalThis, 'fetch', {
    value: ((path: unknown) => {
      asked.push(path)
      return Promise.resolve(response)
    }) as never,
  })
  const shown = new Promise<void>(resolve =>
    Object.assign(dialog ?? {}, { open: false, showModal: resolve }),
  )
  explanationDialog()(member)
  await shown
  return { asked, text: dialog?.textContent ?? '' }
}

t.test('each rule and each step is shown, in the order of the steps', async t => {
  const { asked, text } = await opened(t, 's/1', 200, {
    member: 's/1',
    now: 'it is held',
    rules: [
      { rule: 'status', holds: true, found: 'alive', wanted: 'alive' },
      { rule: 'network', holds: false, found: '10.0.0.1', wanted: '127.0.0.0/8' },
    ],
    times: { applied: 2000, seen: 1000 },
  })
  t.same(asked, ['/explain/s%2F1'])
  t.match(text, /^s\/1it is held/)
  t.match(text, /holdsstatusalive/)
  t.match(text, /does not holdnetworkexpected 127\.0\.0\.0\/8, got 10\.0\.0\.1/)
  t.match(text, /seen by Serf.*applied.*Close$/)
  t.notMatch(text, /admitted/)
})

t.test('an error of the agent is shown in the dialog', async t => {
  const { text } = await opened(t, 's1', 500, { error: 'internal error' })
  t.equal(text, 's1internal errorClose')
})
