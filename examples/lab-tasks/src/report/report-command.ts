import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join, parse, resolve } from 'node:path'
import { promisify } from 'node:util'
import { LabError, repository } from 'serf-haproxy-lab'
import { collect } from './collect.js'
import { picturesOf } from './pictures.js'
import { reportPage } from './report-page.js'
import { reportText, type Texts } from './report-text.js'
import { remoteUrl } from './remote-url.js'

/** Options of `report`. */
export interface ReportOptions {
  /** The folder of evidence. */
  readonly logs: string
  /** Folder of the report. */
  readonly out: string
  readonly isJson: boolean
}

/**
 * `npm run lab -- report`: writes the report from the evidence that is there.
 *
 * @returns whether the evidence of all tasks is complete
 */
export async function reportCommand({ logs, out, isJson }: ReportOptions): Promise<boolean> {
  const folder = resolve(out)
  const collected = await collect(resolve(logs))
  if (collected.chapters.every(({ manifest }) => manifest === undefined)) {
    throw new LabError(
      `${resolve(logs)} holds no evidence: take it first with: npm run lab -- task all`,
    )
  }
  const pictures = picturesOf(collected.comparison)
  const origin = { date: new Date().toISOString(), remote: await remoteOf(repository) }
  const markdown = reportText(collected, await readTexts(), pictures, origin, folder)
  const embedded = new Map(
    pictures.map(({ file, svg }) => [`pictures/${file}`, new TextEncoder().encode(svg)] as const),
  )
  await writeAll(folder, [
    ['report.md', markdown],
    ['report.html', reportPage(markdown, collected.chapters, embedded, folder)],
    ...pictures.map(({ file, svg }) => [join('pictures', file), svg] as const),
  ])
  const faults = collected.chapters.flatMap(({ task, faults }) =>
    faults.map(fault => `task ${task.number}: ${fault}`),
  )
  const isGood = faults.length === 0
  if (isJson) console.log(JSON.stringify({ ok: isGood, folder, faults }))
  else {
    console.log(`Written: ${folder}/report.md and report.html`)
    for (const fault of faults) console.log(`  incomplete: ${fault}`)
  }
  return isGood
}

async function readTexts(): Promise<Texts> {
  const folder = join(repository, 'examples/lab-tasks/report')
  const names = await readdir(folder)
  const texts = names.map(async name => [
    parse(name).name,
    await readFile(join(folder, name), 'utf8'),
  ])
  return Object.fromEntries(await Promise.all(texts)) as Texts
}

async function writeAll(
  folder: string,
  files: readonly (readonly [name: string, text: string])[],
): Promise<void> {
  try {
    await mkdir(join(folder, 'pictures'), { recursive: true })
    for (const [name, text] of files) await writeFile(join(folder, name), text)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const reason = code === 'ENOSPC' ? 'the disk is full' : message
    throw new LabError(
      `The report cannot be written to ${folder}: ${reason}; name another with --out`,
    )
  }
}

async function remoteOf(folder: string): Promise<string | undefined> {
  const asked = promisify(execFile)('git', ['-C', folder, 'remote', 'get-url', 'origin'])
  return asked.then(
    ({ stdout }) => remoteUrl(stdout.trim()),
    () => undefined,
  )
}
