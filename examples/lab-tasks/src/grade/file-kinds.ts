import {
  announcedNodes,
  configuredServers,
  inspectedNodes,
  joinedMembers,
  listedFiles,
  listedNodes,
  pictureSize,
} from './contents.js'
import { joins, listed, namesOf, otherAgent, type RequiredFile, unless } from './required-file.js'

const pictures = /\.(?:png|jpe?g)$/i
const configurations = /(?:\.cfg|(?:haproxy|cfg|conf)[^/]*\.(?:txt|log|conf))(?:\.txt)?$/i
const tables = /(?:^|[^a-z])ps(?:[^a-z]|$)/i
const inspections = /inspect.*(?<!inspect\.txt)$/i
const folderListings = /nodes|(?:^|[^a-z])ls(?:[^a-z]|$)/i

/** Returns the rule for a picture of the statistics page. */
export function picture(line: string, what: string): RequiredFile {
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

/** Returns the rule for the log of a node whose agent met at least this many others. */
export function log(line: string, node: string, least: number): RequiredFile {
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

/** Returns the rule for a file of task 4, with the line of one node. */
export function announcement(nth: string): RequiredFile {
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

/** Returns the rule for a haproxy.cfg with this many web applications. */
export function configuration(line: string, when: string, count: number): RequiredFile {
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

/** Returns the rule for a table of `docker ps` with at least this many containers. */
export function table(line: string, what: string, least: number): RequiredFile {
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

/** Returns the rule for what `docker inspect` prints of a node. */
export function inspection(line: string, node: string): RequiredFile {
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

/** Returns the rule for a listing of the folder of nodes. */
export function listing(
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
