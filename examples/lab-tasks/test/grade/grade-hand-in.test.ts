import t from 'tap'
import { gradeHandIn, type Mark } from '../../src/grade/grade-hand-in.js'
import {
  agentLog,
  announcement,
  completeHandIn,
  configuration,
  dockerInspect,
  dockerPs,
  filesOf,
  type HandIn,
  png,
} from './student-hand-in.js'

const faultsOf = (handIn: HandIn) =>
  gradeHandIn(filesOf(handIn)).filter(({ problem }) => problem !== undefined)

const told = ({ task, what, path, problem }: Mark) =>
  `task ${task} ${what}${path === undefined ? '' : ` ${path}`}: ${problem}`

t.test(
  'a complete hand-in of the original lab has every point, whatever its files are called',
  async t => {
    const marks = gradeHandIn(filesOf(completeHandIn()))
    t.same(marks.filter(({ problem }) => problem !== undefined).map(told), [])
    t.equal(marks.length, 31)
    const paths = marks.map(({ task, path }) => `${task} ${path}`)
    t.equal(new Set(paths).size, paths.length, 'each file is counted once')
    t.match(
      marks.find(({ what }) => what === 'docker ps after a container stopped'),
      { path: 'task_5/docker-ps-after-stop.txt' },
    )
  },
)

const without = (path: string) => (handIn: HandIn) => void handIn.delete(path)
const put = (path: string, content: string | Uint8Array) => (handIn: HandIn) =>
  void handIn.set(path, content)

/** Faults of real hand-ins, and the line that names each. */
const planted: readonly [name: string, plant: (handIn: HandIn) => void, line: RegExp][] = [
  ['no picture', without('task 0/stats.png'), /task 0 picture.*no folder of task 0/],
  ['a picture cut short', put('task 0/stats.png', png().subarray(0, 40)), /whole PNG or JPEG/],
  ['an icon', put('task 1/stats.png', png(32, 32)), /300 by 100 pixels at least, got 32 by 32/],
  ['a text as picture', put('task 1/stats.png', 'see report'), /whole PNG or JPEG, got other/],
  ['a log is missing', without('task 2/s2.txt'), /task 2 log of s2: no file: expected one/],
  ['an empty log', put('task 2/s1.txt', ''), /task 2 log of s1 task 2\/s1.txt: the file is empty/],
  ['s1 twice', put('task 2/s2.txt', agentLog('s1', ['ha', 's2'])), /another agent than task 2\/s1/],
  [
    's1 again, later',
    put('task 2/s2.txt', `${agentLog('s1', ['ha', 's2'])}\n`),
    /another agent than task 2\/s1/,
  ],
  [
    'an agent that met only one',
    put('task 2/ha.txt', agentLog('ha', ['s1'])),
    /2 other members, got/,
  ],
  ['no Serf in the log', put('task 2/ha.txt', 'listening'), /got no log of a Serf agent/],
  [
    'ha was not alone',
    put('task 3/ha-alone.log', agentLog('ha', ['s2'])),
    /ha, alone.*own join only/,
  ],
  ['ha before s1', without('task 3/ha-after-s1.log'), /log of ha, after a web application/],
  ['no serf.log', without('task 3/serf.log'), /task 3 events.*no file/],
  [
    'only the balancer',
    put('task 3/serf.log', 'join of balancer'),
    /one of a backend, got join of/,
  ],
  [
    'cfg of a step is missing',
    without('Task4/haproxy_s2.cfg'),
    /the 3rd \/tmp\/haproxy.cfg: no file/,
  ],
  [
    'the same node twice',
    put('Task4/haproxy_s2.cfg', `${announcement('s1')}\n`),
    /another node than/,
  ],
  [
    'appended lines',
    put('Task4/haproxy_s2.cfg', announcement('ha') + announcement('s1')),
    /one line of one node, got/,
  ],
  [
    'ps of two containers',
    put('Task4/docker_ps.log', dockerPs(['ha', 's1'])),
    /task 4 docker ps.*3 containers at least, got ha, s1/,
  ],
  ['ps is a picture', without('Task4/docker_ps.log'), /task 4 docker ps: no file/],
  [
    'inspect of ha twice',
    put('Task4/inspect_s2.log', `${dockerInspect('ha')}\n`),
    /inspect of s2.*another container than ha, s1, got ha/,
  ],
  [
    'inspect cut short',
    put('Task4/inspect_s2.log', dockerInspect('s2').slice(0, -2)),
    /JSON of docker inspect/,
  ],
  [
    'cfg of task 4 in task 5',
    put('task_5/haproxy_1.cfg', announcement('ha')),
    /with ha alone.*a configuration of HAProxy, got none/,
  ],
  [
    'cfg of one server too many',
    put('task_5/haproxy_1.cfg', configuration(['s1', 's2'])),
    /with ha alone.*0 servers/,
  ],
  [
    'no listing',
    without('task_5/nodes.txt'),
    /listing of the folder after a container|listing of the folder of nodes/,
  ],
  [
    'nothing stopped',
    put('task_5/haproxy-after-stop.cfg', configuration(['s1', 's2'])),
    /after one container stopped.*1 servers/,
  ],
  [
    'ps before the stop',
    put('task_5/docker-ps-after-stop.txt', `${dockerPs(['ha', 's1', 's2'])}\n`),
    /fewer than 3 containers, got ha, s1, s2/,
  ],
  [
    'two web applications only',
    put('task-6/ps.txt', dockerPs(['ha', 's1', 's2'])),
    /task 6 docker ps.*4 containers at least/,
  ],
  [
    'one picture twice',
    handIn => void handIn.set('task-6/two.png', png(1502)),
    /another picture than task-6\/three.png/,
  ],
]

for (const [name, plant, line] of planted) {
  t.test(`finds a planted fault: ${name}`, async t => {
    const handIn = completeHandIn()
    plant(handIn)
    const lines = faultsOf(handIn).map(told)
    t.ok(
      lines.some(text => line.test(text)),
      lines.join('\n') || 'no fault found',
    )
  })
}

t.test('the configuration after a stop may equal the one before the second join', async t => {
  const handIn = completeHandIn()
  handIn.set('task_5/haproxy-after-stop.cfg', configuration(['s1']))
  t.same(faultsOf(handIn).map(told), [])
})

t.test('a file outside the folders of tasks is named', async t => {
  const handIn = completeHandIn()
  handIn.delete('task 2/s2.txt')
  handIn.set('s2.txt', agentLog('s2', ['ha', 's1']))
  t.match(faultsOf(handIn).map(told).join('\n'), /s2\.txt is in no task's folder/)
})

t.test('a file counts for its own task only', async t => {
  const handIn = completeHandIn()
  handIn.delete('task 2/s2.txt')
  handIn.set('task 3/s2-of-task-2.txt', agentLog('s2', ['ha', 's1']))
  t.match(faultsOf(handIn).map(told).join('\n'), /task 2 log of s2: no file/)
})
