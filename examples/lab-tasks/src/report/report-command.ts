import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join, parse, relative, resolve } from 'node:path'
import { promisify } from 'node:util'
import { LabError, repository } from 'serf-haproxy-lab'
import type { Language } from '../assignment/assignment-lines.js'
import { openPage } from '../evidence/browser.js'
import { collect, type Chapter, type Collected } from './collect.js'
import { convergencePictures, picturesOf, type Picture } from './pictures.js'
import { printReport, smallerPictures } from './print-report.js'
import { figuresText, reportFigures, type ReportFigures } from './report-figures.js'
import { reportPage } from './report-page.js'
import { reportText, type Texts } from './report-text.js'
import { remoteUrl } from './remote-url.js'

/** Options of `report`. */
export interface ReportOptions {
  /** The folder of evidence. */
  readonly logs: string
  /** Folder of the report. */
  readonly out: string
  readonly authors: readonly string[]
  /** Language of the questions and headings. */
  readonly language: Language
  /** Address of the repository; undefined for the remote of this clone. */
  readonly repository: string | undefined
  readonly isJson: boolean
}

/**
 * `npm run lab -- report`: writes the report from the evidence that is there,
 * as Markdown, as a page, and, where Chromium is installed, as PDF.
 *
 * @returns whether the evidence of all tasks is complete
 */
export async function reportCommand(options: ReportOptions): Promise<boolean> {
  const { logs, out, authors, language, isJson } = options
  const folder = resolve(out)
  const collected = await collect(resolve(logs))
  if (collected.chapters.every(({ manifest }) => manifest === undefined)) {
    throw new LabError(
      `${resolve(logs)} holds no evidence: take it first with: npm run lab -- task all`,
    )
  }
  const pictures = [
    ...collected.comparisons.flatMap(picturesOf),
    ...convergencePictures(collected.convergence),
  ]
  const remote =
    options.repository === undefined ? await remoteOf(repository) : requireUrl(options.repository)
  const origin = { date: new Date().toISOString(), remote, authors, language }
  const markdown = reportText(collected, await readTexts(), origin, folder)
  await writeAll(folder, [
    ['report.md', markdown],
    ...pictures.map(({ file, svg }) => [join('pictures', file), svg] as const),
  ])
  const written = await writePages(folder, markdown, collected, pictures, language)
  const withoutPdf = typeof written === 'string' ? written : undefined
  const figures = typeof written === 'string' ? undefined : written
  const faults = collected.chapters.flatMap(({ task, faults }) =>
    faults.map(fault => `task ${task.number}: ${fault}`),
  )
  const isGood = faults.length === 0
  const files = ['report.md', 'report.html', ...(withoutPdf === undefined ? ['report.pdf'] : [])]
  if (isJson) console.log(JSON.stringify({ ok: isGood, folder, files, faults, figures }))
  else {
    console.log(`Written to ${folder}: ${files.join(', ')}`)
    if (figures) console.log(`  ${figuresText(figures)}`)
    if (withoutPdf !== undefined) console.log(`  no PDF: ${withoutPdf}`)
    for (const fault of faults) console.log(`  incomplete: ${fault}`)
  }
  return isGood
}

/**
 * Writes the report as a page, and prints it where there is a browser.
 *
 * @returns the sizes, or the reason why there is no PDF
 */
async function writePages(
  folder: string,
  markdown: string,
  { chapters }: Collected,
  pictures: readonly Picture[],
  language: Language,
): Promise<ReportFigures | string> {
  const own = pictures.map(
    ({ file, svg }) => [`pictures/${file}`, new TextEncoder().encode(svg)] as const,
  )
  const write = (smaller: ReadonlyMap<string, Uint8Array>) => {
    const page = reportPage(markdown, chapters, new Map([...own, ...smaller]), folder, language)
    return writeAll(folder, [['report.html', page]])
  }
  const opened = await openPage().catch((error: unknown) => {
    if (error instanceof LabError) return error.message
    throw error
  })
  if (typeof opened === 'string') {
    await write(new Map())
    return opened
  }
  await using page = opened
  await write(await smallerPictures(page, picturesIn(chapters, folder)))
  await printReport(page, join(folder, 'report.html'), join(folder, 'report.pdf'))
  return await reportFigures(page, folder)
}

/** The pictures of the evidence, by their addresses in the report. */
function picturesIn(chapters: readonly Chapter[], folder: string): Map<string, Uint8Array> {
  return new Map(
    chapters.flatMap(({ folder: from, contents }) =>
      [...contents]
        .filter(([path]) => path.endsWith('.png'))
        .map(([path, bytes]) => [relative(folder, resolve(from, path)), bytes] as const),
    ),
  )
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

function requireUrl(text: string): string {
  const url = remoteUrl(text)
  if (url !== undefined) return url
  throw new LabError(
    `--repository: expected an address such as https://example.org/lab.git, got ${JSON.stringify(text)}`,
  )
}

async function remoteOf(folder: string): Promise<string | undefined> {
  const asked = promisify(execFile)('git', ['-C', folder, 'remote', 'get-url', 'origin'])
  return asked.then(
    ({ stdout }) => remoteUrl(stdout.trim()),
    () => undefined,
  )
}
