import t from 'tap'
import { terminalOf } from '../src/terminal.js'

t.test('only a terminal has a width', async t => {
  t.equal(terminalOf({ isTTY: true, columns: 80 }, {}).width, 80)
  t.equal(terminalOf({ isTTY: true, columns: 0 }, {}).width, undefined)
  t.equal(terminalOf({ columns: 80 }, {}).width, undefined)
})

t.test('a terminal has colours, and the variables of users decide otherwise', async t => {
  const cases: readonly (readonly [boolean, Record<string, string>, boolean])[] = [
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: '1' }, false],
    [true, { NO_COLOR: '' }, true],
    [true, { TERM: 'dumb' }, false],
    [false, { FORCE_COLOR: '1' }, true],
    [false, { FORCE_COLOR: '' }, true],
    [true, { FORCE_COLOR: '0' }, false],
    [true, { FORCE_COLOR: 'false' }, false],
    [false, { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
  ]
  for (const [isTTY, env, expected] of cases)
    t.equal(terminalOf({ isTTY }, env).isColoured, expected, JSON.stringify([isTTY, env]))
})
