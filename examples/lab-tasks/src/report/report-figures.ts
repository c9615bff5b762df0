import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Page } from 'playwright-core'

/** Sizes of a written report. */
export interface ReportFigures {
  /** Height of the page with its folded blocks closed, in a window of 1280 pixels; pixels. */
  readonly textPx: number
  /** Pages of A4; 0 without a PDF. */
  readonly pdfPages: number
  readonly htmlBytes: number
}

/** Limits of the sizes: a report that people read. */
export const figureLimits: ReportFigures = { textPx: 12_000, pdfPages: 40, htmlBytes: 2_000_000 }

/** Measures the report in a folder. */
export async function reportFigures(page: Page, folder: string): Promise<ReportFigures> {
  const html = join(folder, 'report.html')
  const { size: htmlBytes } = await stat(html)
  await page.setViewportSize({ width: 1280, height: 800 })
  await page.goto(pathToFileURL(html).href)
  const textPx = await page.evaluate<number>('document.documentElement.scrollHeight')
  const pdf = await readFile(join(folder, 'report.pdf'), 'latin1').catch(() => '')
  return { textPx, pdfPages: pagesIn(pdf), htmlBytes }
}

/** Returns the number of pages of a PDF, by its page objects. */
export function pagesIn(pdf: string): number {
  return [...pdf.matchAll(/\/Type\s*\/Page(?![A-Za-z])/g)].length
}

/** Returns the sizes as words. */
export function figuresText({ textPx, pdfPages, htmlBytes }: ReportFigures): string {
  return `main text ${textPx.toLocaleString('en')} px, PDF ${pdfPages} pages, HTML ${megabytes(htmlBytes)}`
}

/** Returns bytes as words. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(2)} MB`
}
