import t from 'tap'
import { shownServers } from '../../src/evidence/statistics-page.js'

const server = (name: string, state: string, isSettled: boolean, background: string) => ({
  pool: 'webapps',
  server: name,
  state,
  isSettled,
  background,
})
const green = 'rgb(192, 255, 192)'
const yellow = 'rgb(255, 255, 160)'

t.test('a server whose checks have not decided does not pass for one that is up', async t => {
  const servers = [
    server('s2', 'UP', false, yellow),
    server('s1', 'UP', true, green),
    { ...server('page', 'UP', true, green), pool: 'other' },
  ]
  t.equal(shownServers(servers, 'webapps'), `s1 UP, s2 UP (not settled, ${yellow})`)
})

t.test('a server that is up has to be green, another state has its own colour', async t => {
  t.equal(
    shownServers([server('s1', 'UP', true, yellow), server('s2', 'DOWN', true, 'red')], 'webapps'),
    `s1 UP (not settled, ${yellow}), s2 DOWN`,
  )
})
