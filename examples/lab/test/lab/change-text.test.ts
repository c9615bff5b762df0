import t from 'tap'
import { describeChange, publicEndpoints, welcomeText } from '../../src/lab/change-text.js'

const change = {
  started: ['s2'],
  stopped: ['s1'],
  frozen: [],
  thawed: [],
  backends: ['s2'],
  tookMs: 1234.5,
}
const endpoints = {
  traffic: { host: '127.0.42.42', port: 8080 },
  statsUrl: 'http://127.0.42.42:1936/',
  serf: { host: '127.0.42.42', port: 7373, authKey: 'secret' },
  pageUrl: 'http://127.0.42.42:9642/',
  runtimeSocket: '/run/x',
}

t.test('a change is one line', async t => {
  t.equal(describeChange(change), 'in: s2; out: s1; web applications: s2 (1235 ms)')
  t.match(
    describeChange({ ...change, started: [], stopped: [], backends: [] }),
    'nothing to change; web applications: none',
  )
  t.match(
    describeChange({ ...change, started: [], stopped: [], frozen: ['s3'] }),
    'frozen, without traffic: s3; web applications: s2',
  )
  t.match(
    describeChange({ ...change, started: [], stopped: [], thawed: ['s3'] }),
    'thawed, with traffic: s3; web applications: s2',
  )
})

t.test('the text of `up` repeats the options and names the page, and has no secret', async t => {
  const text = welcomeText(change, endpoints, { options: ' --subnet 127.0.46', detach: true })
  t.match(text, 'npm run lab -- <command> --subnet 127.0.46')
  t.match(text, 'http://127.0.42.42:8080/')
  t.match(text, 'http://127.0.42.42:9642/')
  t.notMatch(text, 'secret')
  t.notMatch(text, 'Ctrl-C')
  t.notMatch(JSON.stringify(publicEndpoints(endpoints)), 'secret')
})
