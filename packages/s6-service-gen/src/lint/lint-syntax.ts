import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { parseExecline } from '../execline.js'
import type { FileTree } from '../file-tree.js'
import type { Finding } from './finding.js'
import type { Layout } from '../generate/generate.js'
import { interpreterOf, shells } from './interpreter.js'
import { lineWithReturn } from './lint-fields.js'

/** Time after which a shell that does not end is killed, in milliseconds. */
const longestReadMs = 10_000

/** Reads every script of a tree as its interpreter would, without running it. */
export async function lintSyntax(
  tree: FileTree,
  layout: Layout,
  signal?: AbortSignal,
  timeoutMs = longestReadMs,
): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const [path, { content }] of tree) {
    const found = await errorOf(content, timeoutMs, signal)
    if (found === undefined) continue
    const [service = '', ...field] = path.split('/').slice(layout === 's6-overlay' ? 1 : 0)
    const wanted = `what ${interpreterOf(content)} can read`
    findings.push({
      rule: 'syntax',
      service,
      field: field.join('/'),
      found,
      wanted,
      fatal: true,
    })
  }
  return findings
}

async function errorOf(
  content: string,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const interpreter = interpreterOf(content)
  if (interpreter === 'execlineb') {
    const parsed = parseExecline(content)
    return 'error' in parsed ? parsed.error : undefined
  }
  // A carriage return is reported as what it is, not by what it leads to.
  if (!shells.includes(interpreter) || lineWithReturn(content) !== undefined) return undefined
  return shellError(interpreter, content, timeoutMs, signal)
}

/** A shell's error about a script; undefined if the script is valid or the shell is not installed. */
async function shellError(
  shell: string,
  content: string,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const child = spawn(shell, ['-n'], {
    stdio: ['pipe', 'ignore', 'pipe'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    ...(signal ? { signal } : {}),
  })
  // It may end before it has read all; its exit code tells.
  child.stdin.on('error', () => {})
  child.stdin.end(content)
  try {
    const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'close')])
    if (code === null)
      return `no result of ${shell} -n within ${timeoutMs} ms, and it was killed; check which ${shell} is on the PATH`
    return code === 0 ? undefined : said.trim().replaceAll('\n', ' ')
  } catch (error) {
    signal?.throwIfAborted()
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
