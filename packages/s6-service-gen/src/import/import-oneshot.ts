import { parseExecline } from '../execline.js'
import { numberIn, type Draft } from './import-longrun.js'
import { timeoutMarginMs } from '../generate/plain-oneshot.js'
import { readOwnRun } from './read-run.js'
import { readRunAs, readWithin } from '../generate/run-as.js'
import type { Oneshot } from '../description/service-description.js'
import { valueOf, type ServiceFolder } from '../tree/service-folders.js'
import { banner, quoted, splitExports, textOf } from '../shell-script.js'

/** Reads a oneshot of s6-rc: command lines in execline's syntax become shell commands. */
export function importOneshot(service: ServiceFolder): Draft {
  const text = (field: string) => service.files.get(field)?.content ?? ''
  const own = text('up').startsWith(banner)
  const { commands, ...settings } = readCommandLine(text('up'), own)
  const down = readCommandLine(text('down'), own).commands
  const limit = (field: string) => {
    const ms = numberIn(valueOf(service, field) ?? '0')
    return own && typeof ms === 'number' && ms > 0 ? ms - timeoutMarginMs : ms
  }
  return {
    type: 'oneshot',
    ...settings,
    // An empty `up` always succeeds.
    up: commands === '' ? 'true' : commands,
    ...(down === '' ? {} : { down }),
    upTimeoutMs: limit('timeout-up'),
    downTimeoutMs: limit('timeout-down'),
  }
}

/** Reads a oneshot as the plain layout writes it: a shell that runs `data/up` and `data/down`. */
export function importPlainOneshot(service: ServiceFolder): Draft {
  const { files } = service
  const { environment, after } = readOwnRun(service)
  const [, words = ''] = /^(.*)\.\/data\/up 3>&- &$/m.exec(files.get('run')?.content ?? '') ?? []
  const { timeoutMs, rest } = readWithin(words.split(' '))
  const { limits, user } = readRunAs(rest)
  const down = files.get('data/down')
  const killMs = Number(valueOf(service, 'timeout-kill') ?? '0')
  return {
    type: 'oneshot',
    after,
    environment,
    limits,
    ...(user === undefined ? {} : { user }),
    up: textOf(files.get('data/up')?.content ?? ''),
    ...(down ? { down: textOf(down.content) } : {}),
    upTimeoutMs: timeoutMs ?? 0,
    downTimeoutMs: killMs === 0 ? 0 : killMs - timeoutMarginMs,
  }
}

interface CommandLine extends Partial<Pick<Oneshot, 'environment' | 'limits' | 'user'>> {
  readonly commands: string
}

function readCommandLine(text: string, own: boolean): CommandLine {
  const parsed = parseExecline(text)
  // Invalid text stays as it is, to be fixed by hand.
  if ('error' in parsed) return { commands: text.trim() }
  const [first = ''] = parsed.words
  const words = first.endsWith('/with-contenv') ? parsed.words.slice(1) : parsed.words
  // The limit itself is in a file of its own.
  const { rest, ...settings } = readRunAs(own ? readWithin(words).rest : words)
  const [shell, option, script, ...more] = rest
  if (shell === '/bin/sh' && option === '-c' && script !== undefined && more.length === 0) {
    const [environment, commands] = splitExports(script)
    return { ...settings, environment, commands }
  }
  // Blocks are words that begin with a blank: better to leave them to execline.
  if (words.some(word => /^ |^$/.test(word))) {
    return { commands: `exec execlineb -Pc ${quoted(text.trim())}` }
  }
  return { commands: words.length === 0 ? '' : `exec ${words.map(shellWord).join(' ')}` }
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : quoted(word)
}
