import { joinedMembers, listedNodes, ownName } from './contents.js'
import {
  announcement,
  configuration,
  inspection,
  listing,
  log,
  picture,
  table,
} from './file-kinds.js'
import type { HandedFile } from './handed-file.js'
import { joins, listed, type RequiredFile, shortened, unless } from './required-file.js'

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
  {
    ...picture('6.1', 'picture of the page with more than two web applications'),
    hint: /(?:three|four|five|more).*after|more/i,
  },
  picture('6.1', 'picture of a further step'),
  table('6.1', 'docker ps with more than two web applications', 4),
]

/** Returns true if a file can be the required one by its name. */
export function canBe({ names }: RequiredFile, { name }: HandedFile): boolean {
  return names.test(name)
}
