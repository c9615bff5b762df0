import * as z from 'zod'
import { serviceName } from './service-name.js'
import { textOf } from '../shell-script.js'

/**
 * Commands for a POSIX shell, or, beginning with `#!`, a script of any
 * interpreter. Lines end in a newline alone: a carriage return is part of the
 * interpreter's name for the kernel, and of the last word for a shell.
 */
export const script = z
  .string({ error: 'expected a shell command' })
  .transform(textOf)
  .refine(text => text.trim() !== '', 'expected a shell command')
  .refine(text => !text.includes('\r'), 'expected lines that end in a newline alone')
  .refine(text => !text.includes('\0'), 'expected text without NUL')

/** s6-rc takes one command line for a oneshot, so it cannot be a file with an interpreter. */
export const commands = script.refine(
  text => !text.startsWith('#!'),
  'expected shell commands without a line #!, which s6-rc would take for a comment',
)

/** Files of the service directory that other fields become. */
export const ownData: readonly string[] = ['data/run', 'data/finish', 'data/up', 'data/down']

/** A time. */
export const milliseconds = z.number().int().min(0).max(2_147_483_647)

/** The name of a variable of the environment. */
export const variable = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'expected a name of the characters A-Z a-z 0-9 _')

/** The value of a variable. */
export const variableValue = z
  .string()
  .refine(text => !text.includes('\0'), 'expected text without NUL')

/** The account of a process. */
export const account = z
  .string()
  .regex(
    /^(?:[A-Za-z_][A-Za-z0-9_.-]{0,31}|\d{1,10}:\d{1,10})$/,
    'expected the name of a user, or uid:gid in numbers',
  )

/** `s6-log` takes a word that begins with a slash or a dot for a folder. */
const logFolder = z
  .string()
  .regex(
    /^(?:[/.]|\$\{[A-Za-z_]\w*\})(?:[A-Za-z0-9_./-]|\$\{[A-Za-z_]\w*\})*$/,
    'expected a path that begins with / or . or ${NAME}, and may hold ${NAME}',
  )

const logToFolder = z.strictObject({
  folder: logFolder,
  /** Number of old files that are kept in addition to the current one. */
  files: z.number().int().min(1).max(10_000).default(10),
  /** Size at which a new file is begun. */
  bytesPerFile: z.number().int().min(4096).max(268_435_455).default(1_000_000),
  /** The user that writes the log and owns its folder. */
  user: account.optional(),
})

/** The destination of output: a folder, through `s6-log`, or a program. */
export const log = z.preprocess(
  input => (typeof input === 'string' ? { folder: input } : input),
  z.union(
    [logToFolder, z.strictObject({ run: script })],
    'expected a folder (a path, or folder with optional files, bytesPerFile and user), or run',
  ),
)

/** The path of a file of the author in a service directory. */
export const extraFile = z
  .string()
  .regex(
    /^(?:data|env)(?:\/(?!\.)[A-Za-z0-9_.@+-]+)+$/,
    'expected a path below data/ or env/, of the characters A-Z a-z 0-9 _ . @ + -',
  )
  .refine(
    path => !ownData.includes(path),
    `expected a name that is not taken: ${ownData.join(', ')} are made from run, finish, up and down`,
  )

/** The permissions of a file of the author that say nothing else. */
export function usualMode(content: string): number {
  return content.startsWith('#!') ? 0o755 : 0o644
}

/** A file of the author: its text, or its bytes, and its permissions where they are not the usual ones. */
export const extraFileContent = z.union(
  [
    z.string(),
    z
      .strictObject({
        text: z.string().optional(),
        base64: z.base64().optional(),
        mode: z
          .string()
          .regex(/^[0-7]{3}$/)
          .optional(),
      })
      .refine(({ text, base64 }) => (text === undefined) !== (base64 === undefined)),
  ],
  'expected a text, or either text or base64 with an optional mode as in "755"',
)

/** Names without repeats, in one order. */
export const names = z.array(serviceName).transform(all => [...new Set(all)].toSorted())

const limit = z.number().int().min(0)

/** Soft limits of resources. */
export const limits = z.strictObject({
  addressSpaceBytes: limit.optional(),
  coreBytes: limit.optional(),
  cpuSeconds: limit.optional(),
  dataBytes: limit.optional(),
  fileBytes: limit.optional(),
  lockedBytes: limit.optional(),
  openFiles: limit.optional(),
  processes: limit.optional(),
  stackBytes: limit.optional(),
})

/** The signals that may ask a service to stop. */
export const stopSignals = ['TERM', 'INT', 'QUIT', 'HUP', 'USR1', 'USR2', 'WINCH'] as const
