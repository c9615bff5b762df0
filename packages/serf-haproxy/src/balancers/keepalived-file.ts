import { runProgram } from 'haproxy-config-text/program'
import { rm, writeFile } from 'node:fs/promises'
import { replaceFile } from 'haproxy-reloader/files'
import { AgentError } from '../agent-error.js'
import type { KeepalivedSettings } from '../configuration/keepalived-schema.js'
import { readIfPresent } from '../configuration/read-if-present.js'

/** Time in which keepalived checks a configuration. */
const checkTimeoutMs = 10_000

/**
 * Writes a configuration of keepalived and has keepalived read it, unless the file has it
 * already. A text that keepalived refuses changes nothing.
 *
 * @returns true if the file was replaced
 * @throws AgentError `configuration` with the reason of keepalived or of the disk
 */
export async function applyKeepalived(
  text: string,
  { file, pidFile, binary }: Pick<KeepalivedSettings, 'file' | 'pidFile' | 'binary'>,
): Promise<boolean> {
  if (readIfPresent(file, 'the configuration of keepalived') === text) return false
  await checkKeepalived(text, { file, binary })
  await replaceFile(file, text, { mode: 0o644 }).catch((error: Error) => {
    throw refused(`cannot write ${file}: ${error.message}`)
  })
  signalKeepalived(pidFile)
  return true
}

/**
 * Has keepalived check a configuration, as a file next to its own.
 *
 * @throws AgentError `configuration` if keepalived refuses it or cannot be run
 */
export async function checkKeepalived(
  text: string,
  { file, binary }: Pick<KeepalivedSettings, 'file' | 'binary'>,
): Promise<void> {
  const candidate = `${file}.check`
  try {
    await writeFile(candidate, text, { mode: 0o600 })
    await run(binary, ['-t', '-f', candidate])
  } catch (error) {
    const { message } = error as Error
    throw refused(message.replaceAll(candidate, file))
  } finally {
    await rm(candidate, { force: true }).catch(() => {})
  }
}

async function run(binary: string, args: readonly string[]): Promise<void> {
  const { error, stdout, stderr } = await runProgram(binary, args, { timeoutMs: checkTimeoutMs })
  if (!error) return
  if (error.code === 'ENOENT')
    throw new Error(`cannot run ${binary}: not found; install keepalived, or set its path`)
  if (error.code === 'ETIMEDOUT') throw error
  throw new Error(`${binary} rejects its configuration: ${reasonIn(stdout + stderr)}`)
}

/** Returns the lines with a place; keepalived also prints its start and its end. */
function reasonIn(output: string): string {
  const lines = output.split('\n').filter(line => line !== '')
  const placed = lines.filter(line => line.startsWith('('))
  return (placed.length > 0 ? placed : lines).slice(0, 5).join('; ') || 'it gives no reason'
}

/** Has a running keepalived read its file again. One that is not running reads it at its start. */
function signalKeepalived(pidFile: string): void {
  const pid = Number(readIfPresent(pidFile, 'the pid file of keepalived')?.trim())
  if (!Number.isInteger(pid) || pid < 2) return
  try {
    process.kill(pid, 'SIGHUP')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code !== 'ESRCH') throw refused(`cannot signal keepalived, process ${pid}: ${message}`)
  }
}

function refused(text: string): AgentError {
  return new AgentError('configuration', text)
}
