import { dirname } from 'node:path'
import { withoutSecretPlaces } from '../redaction/secret-places.js'
import { plural } from 'command-line-program'
import type { Adoption } from './adoption.js'
import type { AdoptionCheck } from './check-adoption.js'
import type { FirstRendering } from './first-rendering.js'
import { debianUser } from './debian-place.js'
import { placeOf } from './source-files.js'
import { shownWords } from '../verdict/server-words.js'
import type { PoolDraft } from '../verdict/verdict.js'

/** All that is known of an adoption. */
interface AdoptionFacts {
  readonly adoption: Adoption
  readonly rendering: FirstRendering
  readonly check: AdoptionCheck
}

/** Returns an adoption as plain data. */
export function adoptionJson({ adoption, rendering, check }: AdoptionFacts) {
  const { file, sources, runtimeSocket, masterSocket, place, turnedOver, kept } = adoption
  return {
    ok: check.kind !== 'rejected',
    file: file.path,
    sources: sources.files.map(({ path }) => path),
    configFile: place?.configFile ?? file.path,
    runtimeSocket,
    masterSocket,
    process: adoption.process,
    pools: turnedOver.map(({ pool, line, servers, notes }) => ({
      ...pool,
      place: placeOf(sources, line),
      replaces: servers.map(each => placeOf(sources, each)),
      notes,
    })),
    kept: kept.map(({ backend, problem: { line, reason, remedy } }) => ({
      backend,
      place: placeOf(sources, line),
      reason,
      remedy,
    })),
    notes: describeLineEnds(file.text),
    difference: withoutSecretPlaces(rendering.difference),
    check: shownCheck(check),
    findings: rendering.findings,
  }
}

/** Returns an adoption as lines for people. */
export function describeAdoption(facts: AdoptionFacts): string[] {
  const { file, runtimeSocket, masterSocket, process } = facts.adoption
  return [
    `${file.path} becomes a template.`,
    ...describeOthers(facts.adoption),
    ...describePlace(facts.adoption),
    `  stats socket   ${runtimeSocket.path} (${runtimeSocket.from})`,
    `  master socket  ${masterSocket.path} (${masterSocket.from})`,
    ...(process.length > 0 ? [`  HAProxy has    ${process.join(', ')}`] : []),
    ...describePools(facts.adoption),
    ...describeKept(facts.adoption),
    '',
    'Without members it renders the file as it was, but for these lines:',
    withoutSecretPlaces(facts.rendering.difference).trimEnd(),
    ...describeLineEnds(file.text).map(note => `note: ${note}`),
    '',
    ...describeCheck(shownCheck(facts.check)),
    ...describeFindings(facts),
  ]
}

/** Names the files that HAProxy loads in addition to the adopted one. */
function describeOthers({ file, sources }: Adoption): string[] {
  const others = sources.files.flatMap(({ path }) => (path === file.path ? [] : path))
  if (others.length === 0) return []
  return [
    `  other files    ${others.join(', ')}`,
    '                 stay as they are: the agent writes one file, and has HAProxy check it with them',
  ]
}

function describePlace({ file, place }: Adoption): string[] {
  if (!place) return []
  if (place.staysBecause === undefined)
    return [`  the agent writes ${place.configFile}; ${file.path} stays as it is`]
  const folder = dirname(file.path)
  return [
    `  the agent's user ${debianUser} has to write in ${folder}: ${place.staysBecause}`,
    `    → chgrp ${debianUser} ${folder} && chmod 775 ${folder}`,
  ]
}

function describePools({ turnedOver, sources }: Adoption): string[] {
  return turnedOver.flatMap(({ pool, line, servers, notes }) => [
    '',
    `pool ${pool.name} (${placeOf(sources, line)}): members with role=${pool.role} at ${portText(pool.port)} replace ${plural(servers.length, 'server')}`,
    ...(pool.server === undefined ? [] : [`  their lines have: ${shownWords(pool.server)}`]),
    ...notes.map(note => `  note: ${note}`),
  ])
}

function portText(port: PoolDraft['port']): string {
  return typeof port === 'number' ? `port ${port}` : `the port in their tag ${port.tag}`
}

function describeKept({ kept, sources }: Adoption): string[] {
  return kept.flatMap(({ backend, problem: { line, reason, remedy } }) => [
    '',
    `backend ${backend} stays as it is: ${placeOf(sources, line)}: ${reason}`,
    `  → ${remedy}`,
  ])
}

function describeLineEnds(text: string): string[] {
  return [
    ...(text.includes('\r\n')
      ? [
          'lines that end with CRLF end with a line feed from now on; `unadopt --original` gives them back',
        ]
      : []),
    ...(text.endsWith('\n')
      ? []
      : ['the last line gets a line feed, without which HAProxy refuses the file']),
  ]
}

/** HAProxy's report quotes lines of the file. */
function shownCheck(check: AdoptionCheck): AdoptionCheck {
  return check.kind === 'rejected' ? { ...check, report: withoutSecretPlaces(check.report) } : check
}

function describeCheck(check: AdoptionCheck): string[] {
  if (check.kind === 'accepted') return ['HAProxy accepts it (haproxy -c).']
  if (check.kind === 'unchecked') return [`HAProxy did not check it: ${check.reason}`]
  return [check.report]
}

function describeFindings({ rendering: { findings } }: AdoptionFacts): string[] {
  if (findings.length === 0) return []
  return [
    'The lint found settings that lose requests or hinder changes, now as before:',
    ...findings.flatMap(({ code, place, message, remedy }) => [
      `  ${place}: ${code}: ${message}`,
      `    → ${remedy}`,
    ]),
  ]
}
