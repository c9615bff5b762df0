import type { Section } from 'haproxy-config-text'
import { findDirective, parseBind } from 'haproxy-config-text/effective'
import type { LintOptions, Rule, RuleFinding } from './lint-rule.js'
import { isZeroTime } from './zero-time.js'

/** Findings on the process as a whole. */
export const lintGlobal: readonly Rule[] = [hardStop, adminSocket, openFiles]

/** Returns all `global` sections as one: HAProxy reads them one after the other. */
function globalSection(sections: readonly Section[]): Section {
  const globals = sections.filter(({ kind }) => kind === 'global')
  return {
    kind: 'global',
    name: '',
    line: globals[0]?.line ?? 1,
    directives: globals.flatMap(({ directives }) => directives),
    defaults: undefined,
  }
}

function hardStop(sections: readonly Section[]): RuleFinding[] {
  const global = globalSection(sections)
  const found = findDirective(global, 'hard-stop-after')
  if (found && !isZeroTime(found.words[1])) return []
  return [
    {
      code: 'missing-hard-stop',
      line: found?.line ?? global.line,
      message: 'a worker that was replaced stays as long as its longest session',
      remedy: found
        ? `write "hard-stop-after 60s" instead of "${found.words.join(' ')}"`
        : 'add "hard-stop-after 60s" to global',
    },
  ]
}

function adminSocket(sections: readonly Section[]): RuleFinding[] {
  const global = globalSection(sections)
  if (global.directives.some(({ words }) => isAdminSocket(words))) return []
  return [
    {
      code: 'missing-admin-socket',
      line: global.line,
      message: 'nothing can be changed without a reload',
      remedy: 'add "stats socket PATH mode 600 level admin" to global',
    },
  ]
}

/** Without `level` a socket has the level operator; the last level of a line wins. */
function isAdminSocket([first, second, ...words]: readonly string[]): boolean {
  if (first !== 'stats' || second !== 'socket') return false
  const level = parseBind(words).options.findLast(({ keyword }) => keyword === 'level')
  return level?.values[0] === 'admin'
}

/** Files that HAProxy needs in addition to two for each connection: listeners, checks, pipes, logs. */
const otherFiles = 100

function openFiles(sections: readonly Section[], { openFiles: limit }: LintOptions): RuleFinding[] {
  // HAProxy takes the first maxconn of all global sections, and prints an alert about the others.
  const found = globalSection(sections).directives.find(({ words }) => words[0] === 'maxconn')
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
