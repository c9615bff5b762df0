import { until } from 'real-components'
import type { Test } from 'tap'
import type { DebianMachine } from './debian-machine.js'
import { codeBlocks, shownPattern } from './page-blocks.js'

/** The way in which a test brings a symptom about. */
export interface Symptom {
  provoke(): Promise<unknown>
  /** More of the page about it. */
  more?(): Promise<unknown>
  /** Ends what the commands of the page do not end. */
  cure?(): Promise<unknown>
}

const page = 'troubleshooting.md'

/**
 * Goes through a chapter of the page: provokes each symptom, runs the commands that
 * show it until they print what the page has, and then the commands that end it.
 */
export async function goThroughSymptoms(
  t: Test,
  lb: DebianMachine,
  chapter: string,
  symptoms: Readonly<Record<string, Symptom>>,
): Promise<void> {
  const blocks = codeBlocks(page).filter(block => block.chapter === chapter)
  t.strictSame([...new Set(blocks.map(({ heading }) => heading))], Object.keys(symptoms))
  for (const [name, { provoke, more, cure }] of Object.entries(symptoms)) {
    const own = blocks.filter(({ heading }) => heading === name)
    const [shown, ...others] = own.filter(({ kind }) => kind === 'text')
    const [show, ...remedies] = own.filter(({ kind }) => kind === 'sh')
    t.same(others, [], name)
    await provoke()
    await showsWhatThePageHas(t, lb, name, show?.code ?? '', shownPattern(shown?.code ?? ''))
    await more?.()
    for (const { code } of remedies) await lb.must(code)
    await cure?.()
  }
}

async function showsWhatThePageHas(
  t: Test,
  lb: DebianMachine,
  name: string,
  show: string,
  pattern: RegExp,
): Promise<void> {
  let output = ''
  await until(name, async () => {
    output = (await lb.run(show)).output
    return pattern.test(output)
  }).catch(() => {})
  t.match(output, pattern, name)
}
