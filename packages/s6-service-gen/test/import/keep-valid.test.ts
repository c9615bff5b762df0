import t from 'tap'
import { keepValid } from '../../src/import/keep-valid.js'

const web = { type: 'longrun', run: 'exec web' }

t.test('sound services are kept without a note', async t => {
  const { services, notes } = keepValid([
    ['web', { ...web, after: ['db'] }],
    ['db', { type: 'longrun', run: 'exec db' }],
  ])
  t.match(services, { web: { run: 'exec web', after: ['db'] }, db: {} })
  t.strictSame(notes, [])
})

t.test('a field that is rejected is left out alone, and of files one entry', async t => {
  const files = { 'data/x': 'x', elsewhere: 'y' }
  const { services, notes } = keepValid([['web', { ...web, stopSignal: 'KILL', files }]])
  t.match(services, { web: { stopSignal: 'TERM', files: { 'data/x': 'x' } } })
  t.match(notes.toSorted(), [
    /^service web, files\.elsewhere: .*; it is left out$/,
    /^service web, stopSignal: .*; it is left out$/,
  ])
})

t.test('cycles are opened until there is none', async t => {
  const { services, notes } = keepValid([
    ['a', { ...web, after: ['a', 'b'] }],
    ['b', { ...web, after: ['all'] }],
    ['all', { type: 'bundle', contents: ['a'] }],
  ])
  t.equal(notes.filter(note => note.includes('cycle')).length, 2)
  t.ok('a' in services && 'b' in services)
})
