// What the lab's README claims, measured: npm run bench -w examples/lab
import { execFileSync } from 'node:child_process'
import { placeOn } from '../src/engine/place.js'
import { processEngine } from '../src/processes/process-engine.js'
import { joinLatency } from './join-latency.js'
import { stopLoss } from './stop-loss.js'

const engine = processEngine(placeOn('127.0.44'))
const firstLine = (program: string, argument: string) =>
  execFileSync(program, [argument], { encoding: 'utf8' }).split('\n')[0]

process.stderr.write('Joining 21 nodes, one by one …\n')
const join = await joinLatency(engine)
process.stderr.write('Stopping and killing under load …\n')
const loss = await stopLoss(engine)

console.log(
  JSON.stringify(
    {
      date: new Date().toISOString().slice(0, 10),
      node: process.version,
      haproxy: firstLine('haproxy', '-v'),
      serf: firstLine('serf', 'version'),
      join,
      loss,
    },
    null,
    2,
  ),
)
