import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder, type Tidy } from 'real-components'
import t from 'tap'
import { createServerStateFile, statePlace } from '../../src/running/server-state-file.js'

const down = [{ pool: 'nodes', name: 's1', port: 80 }]

function textFor(t: Tidy, more = 'load-server-state-from-file global') {
  const path = join(temporaryFolder(t), 'states')
  return { path, text: `global\n  server-state-file ${path}\nbackend nodes\n  ${more}\n` }
}

t.test('servers that are down are written for HAProxy’s next start', async t => {
  const { path: file, text } = textFor(t)
  const states = createServerStateFile()
  await states.write({ text }, [...down, { pool: 'more', name: 's2', port: 81 }])
  const [version, header, ...rows] = readFileSync(file, 'utf8').trim().split('\n')
  t.equal(version, '1')
  t.match(header, /^# be_id be_name srv_id srv_name /)
  t.equal(rows.length, 1, 'the backend `more` does not load states')
  t.match(rows[0], / nodes 1 s1 - 0 0 .* 80 /)
  t.equal(rows[0]?.split(' ').length, header?.slice(2).split(' ').length)
  await states.write({ text }, [])
  t.notMatch(readFileSync(file, 'utf8'), /nodes/)
})

t.test('without the words nothing is written', async t => {
  const { path: file, text } = textFor(t, 'balance roundrobin')
  await createServerStateFile().write({ text: 'backend nodes\n' }, down)
  await createServerStateFile().write({ text }, down)
  t.notMatch(readFileSync(file, 'utf8'), /nodes/)
})

const path = (lines: string) => statePlace(`global\n${lines}`)?.path

t.test('the path is that of HAProxy, and has to be absolute', async t => {
  t.equal(path(' server-state-file /run/states\n'), '/run/states')
  t.equal(path(' server-state-base /run\n server-state-file states\n'), '/run/states')
  t.equal(path(' server-state-file states\n'), undefined)
  t.equal(path(' maxconn 9 # server-state-file\n'), undefined)
})

t.test('a disk that refuses changes nothing else, and an old state does not stay', async t => {
  const { path: file, text } = textFor(t)
  const states = createServerStateFile()
  mkdirSync(file)
  await states.write({ text }, down)
  t.ok(existsSync(file), 'a folder is no state file, and is left')
  await states.write({ text: text.replace(file, `${file}/no/folder`) }, down)
  t.notOk(existsSync(`${file}/no`))
})

t.test('the text of a configuration with the same frame is not read', async t => {
  const { path: file, text } = textFor(t)
  const states = createServerStateFile()
  const frame = {}
  await states.write({ frame, text }, [])
  const unread = {
    frame,
    get text(): string {
      throw new Error('the text was read')
    },
  }
  await states.write(unread, down)
  t.match(readFileSync(file, 'utf8'), / nodes 1 s1 /)
})
