import {
  announcedNodes,
  configuredServers,
  inspectedNodes,
  joinedMembers,
  listedFiles,
  listedNodes,
  ownName,
  pictureSize,
} from './contents.js'
import type { HandedFile } from './handed-file.js'
import { listed, namesOf, otherAgent, type RequiredFile, unless } from './required-file.js'

const pictures = /\.(?:png|jpe?g)$/i
const configurations = /(?:\.cfg|(?:haproxy|cfg|conf)[^/]*\.(?:txt|log|conf))(?:\.txt)?$/i
const tables = /(?:^|[^a-z])ps(?:[^a-z]|$)/i
const inspections = /inspect.*(?<!inspect\.txt)$/i
const folderListings = /nodes|(?:^|[^a-z])ls(?:[^a-z]|$)/i
const afterStop = /stop|after|without|down|left|leave/i

/** Every file that the assignment asks for, in its order. */
export const requiredFiles: readonly RequiredFile[] = [
  picture('0.1', 'picture of the statistics page'),
  picture('1.1', 'picture of the statistics page, with a supervisor'),
  log('2.1', 'ha', 2),
  log('2.1', 's1', 2),
  log('2.1', 's2', 2),
  {
    ...log('3.1', 'ha', 0),
    what: 'log of ha, alone',
    hint: /alone|before|1/i,
    problem: ({ text }) => {
      const joined = joinedMembers(text)
      const isOwn = ownName(text) !== undefined && joined.length === 0
      return unless(isOwn, 'its own join only', joins(text))
    },
  },
  log('3.1', 's1', 1),
  { ...log('3.2', 'ha', 1), what: 'log of ha, after a web application joined' },
  log('3.2', 's2', 1),
  {
    line: '3.2',
    what: 'events that the handlers were called with (serf.log)',
    names: /serf/i,
    hint: /depart|leave|after/i,
    problem: ({ text }) =>
      unless(
        [/join/i, /balancer/i, /backend/i].every(word => word.test(text)),
        'a join of the balancer and one of a backend',
        shortened(text),
      ),
  },
  ...['1st', '2nd', '3rd'].map(nth => announcement(nth)),
  table('4.3', 'docker ps', 3),
  ...['ha', 's1', 's2'].map(node => inspection('4.3', node)),
  configuration('5.1', 'with ha alone', 0),
  configuration('5.1', 'after one web application joined', 1),
  configuration('5.1', 'after two web applications joined', 2),
  table('5.1', 'docker ps', 3),
  ...['ha', 's1', 's2'].map(node => inspection('5.1', node)),
  listing('5.2', 'listing of the folder of nodes', files => files > 0, 'a file for each node'),
  { ...configuration('5.3', 'after one container stopped', 1), hint: afterStop },
  {
    ...listing(
      '5.3',
      'listing of the folder after a container stopped',
      files => files === 1,
      'one file',
    ),
    hint: /stop/i,
  },
  {
    ...table('5.3', 'docker ps after a container stopped', 2),
    hint: afterStop,
    problem: (file, earlier) => {
      const before = Math.max(...earlier.map(({ text }) => listedNodes(text)?.length ?? 0))
      const nodes = listedNodes(file.text)
      const isLess = nodes !== undefined && nodes.length < before && nodes.length >= 2
      return unless(isLess, `fewer than ${before} containers`, listed(nodes ?? []))
    },
  },
  picture('6.1', 'picture of the page with more than two web applications'),
  picture('6.1', 'picture of a further step'),
  table('6.1', 'docker ps with more than two web applications', 4),
]

function picture(line: string, what: string): RequiredFile {
  return {
    line,
    what,
    names: pictures,
    problem: ({ bytes }, earlier) => {
      const same = earlier.find(other => Buffer.compare(other.bytes, bytes) === 0)
      if (same) return `expected another picture than ${same.path}, got the same bytes`
      const size = pictureSize(bytes)
      if (!size) return 'expected a whole PNG or JPEG, got other bytes'
      const isLarge = size.width >= 300 && size.height >= 100
      return unless(isLarge, '300 by 100 pixels at least', `${size.width} by ${size.height}`)
    },
  }
}

function log(line: string, node: string, least: number): RequiredFile {
  return {
    line,
    what: `log of ${node}`,
    names: namesOf(node),
    problem: (file, earlier) => {
      const isFew = joinedMembers(file.text).length < least
      if (isFew) return `expected the joins of ${least} other members, got ${joins(file.text)}`
      return node === 'ha' ? undefined : otherAgent(file, earlier)
    },
  }
}

function announcement(nth: string): RequiredFile {
  return {
    line: '4.3',
    what: `the ${nth} /tmp/haproxy.cfg`,
    names: configurations,
    problem: ({ text }, earlier) => {
      const nodes = announcedNodes(text)
      if (nodes.length !== 1) return `expected one line of one node, got ${listed(nodes)}`
      const known = earlier.flatMap(file => announcedNodes(file.text))
      const isNew = !known.includes(nodes[0] ?? '')
      return unless(isNew, `another node than ${listed(known)}`, listed(nodes))
    },
  }
}

function configuration(line: string, when: string, count: number): RequiredFile {
  return {
    line,
    what: `haproxy.cfg ${when}`,
    names: configurations,
    problem: ({ text }) => {
      const servers = configuredServers(text)
      if (!servers) return 'expected a configuration of HAProxy, got none'
      return unless(servers.length === count, `${count} servers`, listed(servers))
    },
  }
}

function table(line: string, what: string, least: number): RequiredFile {
  return {
    line,
    what,
    names: tables,
    problem: ({ text }) => {
      const nodes = listedNodes(text)
      if (!nodes) return 'expected the table of docker ps, got none'
      return unless(nodes.length >= least, `${least} containers at least`, listed(nodes))
    },
  }
}

function inspection(line: string, node: string): RequiredFile {
  return {
    line,
    what: `docker inspect of ${node}`,
    names: inspections,
    hint: namesOf(node),
    problem: ({ text }, earlier) => {
      const nodes = inspectedNodes(text)
      if (!nodes) return 'expected the JSON of docker inspect, got none'
      const known = earlier.flatMap(file => inspectedNodes(file.text) ?? [])
      const isNew = nodes.some(name => !known.includes(name))
      return unless(isNew, `another container than ${listed(known)}`, listed(nodes))
    },
  }
}

function listing(
  line: string,
  what: string,
  isGood: (files: number) => boolean,
  expected: string,
): RequiredFile {
  return {
    line,
    what,
    names: folderListings,
    problem: ({ text }) => {
      const files = listedFiles(text)
      return unless(files !== undefined && isGood(files.length), expected, listed(files ?? []))
    },
  }
}

function joins(text: string): string {
  return ownName(text) === undefined ? 'no log of a Serf agent' : listed(joinedMembers(text))
}

function shortened(text: string): string {
  return text.trim() === '' ? 'nothing' : `${text.trim().slice(0, 60)} …`
}

/** Returns true if a file can be the required one by its name. */
export function canBe({ names }: RequiredFile, { name }: HandedFile): boolean {
  return names.test(name)
}
