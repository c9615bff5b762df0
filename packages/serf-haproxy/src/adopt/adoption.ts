import { basename } from 'node:path'
import { parseSections } from 'haproxy-config-text'
import { findDirective } from 'haproxy-config-text/effective'
import { AgentError } from '../agent-error.js'
import { adoptedConfiguration } from './adopted-configuration.js'
import { debianPlace, type DebianAccount, type DebianPlace } from './debian-place.js'
import { adoptedTemplate, type AdoptedTemplate } from './adopted-template.js'
import { findMasterSocket, findRuntimeSocket, type FoundPath } from './find-sockets.js'
import type { HaproxyUnit } from './haproxy-unit.js'
import { judgeBackends } from '../verdict/judge-backends.js'
import type { PoolRequest } from '../verdict/pool-request.js'
import { loadsMore, startArguments } from './start-arguments.js'
import { fileOf, placeOf, type SourceFile, type Sources } from './source-files.js'
import type { Kept, TurnedOver, Verdict } from '../verdict/verdict.js'

/** The request of a user. */
export interface AdoptionOptions {
  /** Backends to turn over; all that can be, if empty. */
  readonly requests: readonly PoolRequest[]
  /** Files of which one may become the template, absolute. */
  readonly mayAdopt: readonly string[]
  /** The unit that loads these files. */
  readonly unit: HaproxyUnit | undefined
  /** Folder that stands for `/`. */
  readonly root: string
  /** The account of the Debian package; undefined without it. */
  readonly account: DebianAccount | undefined
  readonly runtimeSocket?: string | undefined
  readonly masterSocket?: string | undefined
}

/** The adoption of one file, as data. */
export interface Adoption {
  /** The file that becomes the template. */
  readonly file: SourceFile
  readonly sources: Sources
  readonly runtimeSocket: FoundPath
  readonly masterSocket: FoundPath
  /** Settings of `global` that decide about permissions, as `user haproxy`. */
  readonly process: readonly string[]
  readonly turnedOver: readonly TurnedOver[]
  readonly kept: readonly Kept[]
  readonly template: AdoptedTemplate
  /** The place of the files where the Debian package's unit runs the agent. */
  readonly place: DebianPlace | undefined
  /** Text of the agent's configuration. */
  readonly configuration: string
}

/**
 * Makes the template and the agent's configuration of a configuration.
 *
 * @throws AgentError `configuration` if there is no socket or no backend for it, with
 * file, line and remedy
 */
export function adopt(sources: Sources, options: AdoptionOptions): Adoption {
  const { requests, unit, root, account } = options
  const sections = parseSections(sources.text)
  const placeOfLine = (line: number) => placeOf(sources, line)
  const runtimeSocket = options.runtimeSocket
    ? { path: options.runtimeSocket, from: '--runtime-socket' }
    : findRuntimeSocket(sections, placeOfLine)
  const masterSocket = options.masterSocket
    ? { path: options.masterSocket, from: '--master-socket' }
    : findMasterSocket(unit)
  const verdicts = judgeBackends(sources.text, requests, placeOfLine)
  const { file, turnedOver, kept } = chooseFile(sources, verdicts, options)
  // Without HAProxy's unit the agent is not one of Debian's either.
  const loaded = { file: file.path, paths: sources.paths, sections, root }
  const place = unit && account && debianPlace(account, loaded)
  return {
    file,
    sources,
    runtimeSocket,
    masterSocket,
    process: ['user', 'group', 'chroot'].flatMap(word => {
      const global = sections.findLast(each => each.kind === 'global' && findDirective(each, word))
      return findDirective(global, word)?.words.slice(0, 2).join(' ') ?? []
    }),
    turnedOver,
    kept,
    template: adoptedTemplate(file.text, turnedOver, file.linesBefore),
    place,
    configuration: adoptedConfiguration({
      file: file.path,
      runtimeSocket,
      masterSocket,
      args: loadsMore(sources) ? startArguments(sources, unit, root) : [],
      place,
      template: `${basename(file.path)}.hbs`,
      pools: turnedOver.map(({ pool, line }) => ({ pool, from: placeOf(sources, line) })),
    }),
  }
}

interface Chosen {
  readonly file: SourceFile
  readonly turnedOver: readonly TurnedOver[]
  readonly kept: readonly Kept[]
}

/** Chooses the file with the most backends for members: the agent writes one file. */
function chooseFile(
  sources: Sources,
  verdicts: readonly Verdict[],
  { requests, mayAdopt }: AdoptionOptions,
): Chosen {
  const isWanted = ({ backend }: Verdict) =>
    requests.length === 0 || requests.some(request => request.backend === backend)
  const wanted = verdicts.filter(each => each.kind === 'turned-over').filter(isWanted)
  const inFile = (path: string) => wanted.filter(({ line }) => fileOf(sources, line)?.path === path)
  const candidates = sources.files.filter(({ path }) => mayAdopt.includes(path))
  const [file] = candidates.toSorted((a, b) => inFile(b.path).length - inFile(a.path).length)
  const turnedOver = file ? inFile(file.path) : []
  if (!file || turnedOver.length === 0) throw nothingToAdopt(sources, verdicts)
  const elsewhere = wanted.filter(each => !turnedOver.includes(each))
  if (requests.length > 0 && elsewhere[0]) {
    const { backend, line } = elsewhere[0]
    const message = `--pool ${backend}: ${placeOf(sources, line)} is not in ${file.path}, and the agent writes one file; name the backends of one file, or move the section`
    throw new AgentError('configuration', message)
  }
  const kept = verdicts.flatMap((verdict): Kept[] =>
    verdict.kind === 'kept'
      ? [verdict]
      : turnedOver.includes(verdict)
        ? []
        : [notChosen(verdict, elsewhere.includes(verdict))],
  )
  return { file, turnedOver, kept }
}

function notChosen({ backend, line }: TurnedOver, isElsewhere: boolean): Kept {
  const problem = isElsewhere
    ? {
        line,
        reason: 'it is in another file, and the agent writes one',
        remedy: 'move the section',
      }
    : { line, reason: 'it is not among those of --pool', remedy: `add --pool ${backend}` }
  return { kind: 'kept', backend, line, problem }
}

function nothingToAdopt(sources: Sources, verdicts: readonly Verdict[]): AgentError {
  const reasons = verdicts.flatMap(verdict =>
    verdict.kind === 'kept'
      ? [
          `  ${placeOf(sources, verdict.problem.line)}: ${verdict.backend}: ${verdict.problem.reason}; ${verdict.problem.remedy}`,
        ]
      : [`  ${placeOf(sources, verdict.line)}: ${verdict.backend} is in a file that was not named`],
  )
  const first = sources.files[0]?.path ?? 'the configuration'
  const found =
    reasons.length > 0
      ? `:\n${reasons.join('\n')}`
      : ': it has no server lines; write a backend with one, or start with `serf-haproxy init`'
  return new AgentError(
    'configuration',
    `${first}: expected a backend whose servers members can replace, got none${found}`,
  )
}
