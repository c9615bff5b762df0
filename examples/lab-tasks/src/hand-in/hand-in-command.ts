import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { appliedStage, LabError, type NodeEngine, type Stage } from 'serf-haproxy-lab'
import { comparisonFile } from '../compare/comparison.js'
import { convergenceFile } from '../convergence/convergence.js'
import { readResult } from '../evidence/keep-result.js'
import { readChapter } from '../report/collect.js'
import { tasks } from '../tasks/tasks.js'

/** Options of `hand-in`. */
export interface HandInOptions {
  /** Folder of the logs, the report and the log of this command. */
  readonly out: string
  /** Options of the lab, as they were given. */
  readonly place: readonly string[]
  readonly authors: readonly string[]
  readonly language: string
  /** Address of the repository; undefined for the remote of this clone. */
  readonly repository: string | undefined
  readonly engineFor: (stage: Stage) => NodeEngine
  readonly isJson: boolean
  readonly signal: AbortSignal
}

const program = fileURLToPath(new URL('../../../bin/lab-tasks.js', import.meta.url))

/**
 * `npm run lab -- hand-in`: plays all tasks, takes the measurements, writes the
 * report, and prints the proof. Complete parts of an earlier run are kept. All
 * output of the parts is also in `hand-in.log`.
 *
 * @returns whether every check holds
 */
export async function handInCommand(options: HandInOptions): Promise<boolean> {
  const folder = resolve(options.out)
  const [logs, report] = [join(folder, 'logs'), join(folder, 'report')]
  await mkdir(folder, { recursive: true })
  const { authors, language, repository, signal } = options
  const written = [
    ...authors.flatMap(author => ['--author', author]),
    ...(repository === undefined ? [] : ['--repository', repository]),
    '--lang',
    language,
    '--logs',
    logs,
    '--out',
    report,
  ]
  await using log = openLog(join(folder, 'hand-in.log'))
  for (const { args, isThere } of partsOf(logs, options)) {
    if (await isThere()) {
      log.note(`${args.join(' ')}: kept from an earlier run`)
      continue
    }
    const code = await log.run(args, signal)
    // 1 is a check that failed: the proof then names it.
    if (code > 1) {
      throw new LabError(`${args.join(' ')} ended with exit code ${code}; see ${log.file}`)
    }
  }
  await log.run(['report', ...written], signal)
  const json = options.isJson ? ['--json'] : []
  return (
    (await log.run(['proof', '--logs', logs, '--report', report, ...json], signal, 'shown')) === 0
  )
}

/** One command of a hand-in. */
interface Part {
  readonly args: readonly string[]
  /** Returns whether its result is there already. */
  isThere(): Promise<boolean>
}

function partsOf(logs: string, { engineFor, place }: HandInOptions): readonly Part[] {
  const { kind } = engineFor(appliedStage)
  const out = ['--out', logs]
  return [
    ...tasks.map(task => ({
      args: ['task', String(task.number), ...out, ...place],
      async isThere() {
        const { manifest, faults } = await readChapter(logs, task)
        return faults.length === 0 && manifest?.engine === kind
      },
    })),
    {
      args: ['compare', ...out, ...place],
      isThere: async () => (await readResult(join(logs, comparisonFile(kind)))) !== undefined,
    },
    {
      args: ['convergence', ...out],
      isThere: async () => (await readResult(join(logs, convergenceFile))) !== undefined,
    },
  ]
}

/** Runs commands of the lab, and writes what they print to a file, too. */
function openLog(file: string) {
  const stream = createWriteStream(file, { flags: 'a' })
  return {
    file,
    /** Writes a line about what is done. */
    note(text: string): void {
      stream.write(`${text}\n`)
      process.stderr.write(`${text}\n`)
    },
    run(args: readonly string[], signal: AbortSignal, output?: 'shown'): Promise<number> {
      this.note(`\n${new Date().toISOString()} npm run lab -- ${args.join(' ')}`)
      const child = spawn(process.execPath, [program, ...args], {
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      child.stderr.on('data', (data: Uint8Array) => process.stderr.write(data))
      // The result of this command is that of the proof alone.
      const shown = output === 'shown' ? process.stdout : process.stderr
      child.stdout.on('data', (data: Uint8Array) => shown.write(data))
      for (const from of [child.stdout, child.stderr]) from.pipe(stream, { end: false })
      const interrupt = () => child.kill('SIGINT')
      signal.addEventListener('abort', interrupt)
      return new Promise((resolve, reject) => {
        child.once('error', reject)
        child.once('close', code => {
          signal.removeEventListener('abort', interrupt)
          if (signal.aborted) reject(new LabError('Interrupted'))
          else resolve(code ?? 2)
        })
      })
    },
    async [Symbol.asyncDispose]() {
      await new Promise<void>(resolve => stream.end(resolve))
    },
  }
}
