import type { Section } from 'haproxy-config-text'
import { findDirective } from 'haproxy-config-text/effective'
import type { Finding, LintOptions, Rule } from './lint-rule.js'

/** Findings on the process as a whole. */
export const lintGlobal: readonly Rule[] = [hardStop, adminSocket, openFiles]

function hardStop(sections: readonly Section[]): Finding[] {
  const global = sections.find(({ kind }) => kind === 'global')
  if (findDirective(global, 'hard-stop-after')) return []
  return [
    {
      code: 'missing-hard-stop',
      line: global?.line ?? 1,
      message: 'a worker that was replaced stays as long as its longest session',
      remedy: 'add "hard-stop-after 60s" to global',
    },
  ]
}

function adminSocket(sections: readonly Section[]): Finding[] {
  const global = sections.find(({ kind }) => kind === 'global')
  const isThere = global?.directives.some(
    ({ words }) => words[0] === 'stats' && words[1] === 'socket' && words.includes('admin'),
  )
  if (isThere) return []
  return [
    {
      code: 'missing-admin-socket',
      line: global?.line ?? 1,
      message: 'nothing can be changed without a reload',
      remedy: 'add "stats socket PATH mode 600 level admin" to global',
    },
  ]
}

/** Files that HAProxy needs in addition to two for each connection: listeners, checks, pipes, logs. */
const otherFiles = 100

function openFiles(sections: readonly Section[], { openFiles: limit }: LintOptions): Finding[] {
  const found = findDirective(
    sections.find(({ kind }) => kind === 'global'),
    'maxconn',
  )
  const needed = Number(found?.words[1]) * 2 + otherFiles
  if (!found || limit === undefined || !(needed > limit)) return []
  return [
    {
      code: 'too-many-connections',
      line: found.line,
      message: `maxconn ${found.words[1]} needs about ${needed} open files, and ${limit} are allowed: HAProxy may not start`,
      remedy: `lower maxconn to ${Math.max(1, Math.floor((limit - otherFiles) / 2))}, or raise "ulimit -n"`,
    },
  ]
}
