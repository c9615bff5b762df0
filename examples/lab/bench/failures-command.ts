// What stops, dies or hangs, in both modes: npm run bench:failures -w examples/lab
import { execFileSync } from 'node:child_process'
import { loadavg } from 'node:os'
import { Argument } from 'commander'
import { findContainerCli } from 'lab-images'
import { benchCommand } from 'real-components'
import { containerEngine } from '../src/containers/container-node-engine.js'
import { containerPlaceOn } from '../src/containers/container-place.js'
import { placeOn } from '../src/engine/place.js'
import { processEngine } from '../src/processes/process-engine.js'
import { failures } from './failures.js'

const modes = ['process', 'container', 'both']
const command = benchCommand(
  'npm run bench:failures -w examples/lab --',
  'Measures what stops, dies or hangs, with nodes as processes and in containers',
)
  .addArgument(new Argument('[mode]', 'how the nodes run').choices(modes).default('both'))
  .parse()
const [wanted] = command.processedArgs
const { name, version } = await findContainerCli(['docker', 'podman'])
const firstLine = (program: string, argument: string) =>
  execFileSync(program, [argument], { encoding: 'utf8' }).split('\n')[0]
const results: Record<string, unknown> = {}
if (wanted !== 'container') {
  process.stderr.write('As processes …\n')
  results['processes'] = await failures(processEngine(placeOn('127.0.45')))
}
if (wanted !== 'process') {
  process.stderr.write('In containers …\n')
  results['containers'] = await failures(containerEngine(containerPlaceOn('192.168.45')))
}
const facts = {
  date: new Date().toISOString().slice(0, 10),
  node: process.version,
  haproxy: firstLine('haproxy', '-v'),
  engine: `${name} ${version}`,
  loadAverage: loadavg()[0],
}
console.log(JSON.stringify({ ...facts, ...results }, null, 2))
