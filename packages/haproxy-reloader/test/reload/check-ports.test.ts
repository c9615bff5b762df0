import t from 'tap'
import { checkPorts, portRejection } from '../../src/reload/check-ports.js'

const { signal } = new AbortController()
const problem = (line: number, isCertain: boolean) => ({ line, isCertain, text: `line ${line}` })

t.test('the texts of the file and of its marker count as running', async t => {
  const file = {
    read: async () => 'file',
    pendingMarker: async () => ({ lastGood: 'last good', worker: undefined, former: [] }),
  }
  const asked: (readonly string[])[] = []
  const ports = {
    find: async (_: string, running: readonly string[]) => {
      asked.push(running)
      return [problem(3, false), problem(4, true), problem(5, true)]
    },
  }
  const found = await checkPorts(ports, file, { text: 'new' }, signal)
  t.same(asked, [['file', 'last good']])
  t.same(found, {
    taken: [problem(4, true), problem(5, true)],
    doubtful: [problem(3, false)],
  })
  t.same(portRejection(found.taken), { kind: 'rejected', report: 'line 4\nline 5', line: 4 })
  t.equal(portRejection([]), undefined)
})
