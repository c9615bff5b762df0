import type { SampleName } from '../../state/traffic-state.js'
import { element, setAttribute, setText, svgElement } from '../element.js'
import { clock } from '../format.js'
import { keyedList } from '../keyed-list.js'
import {
  drawing,
  linePath,
  markersAt,
  positionOf,
  roundAbove,
  type ChartData,
  type Sample,
} from './chart-data.js'

/** Parts of a chart. */
export interface ChartParts {
  readonly title: string
  /** Lines of the chart, with their names for a reader. */
  readonly lines: readonly { readonly name: SampleName; readonly label: string }[]
  print(value: number): string
}

/** A chart of one hour. */
export interface LineChart {
  readonly root: HTMLElement
  update(data: ChartData): void
}

const emptyData: ChartData = { times: [], markers: [], samples: {} as ChartData['samples'] }

/** Creates a chart, whose values are read with the pointer or with arrow keys. */
export function lineChart({ title, lines, print }: ChartParts): LineChart {
  let data = emptyData
  /** Sample that is read; undefined for the newest. */
  let read: number | undefined
  const readout = element('span', { class: 'readout' })
  const top = element('span', { class: 'scale quiet' })
  const cursor = svgElement('line', { class: 'cursor', y1: '0', y2: String(drawing.height) })
  const paths = lines.map((_, i) => svgElement('path', { class: `line line-${i}` }))
  const markers = svgElement('g', {})
  const plot = plotOf(title, [markers, ...paths, cursor])
  const showMarkers = keyedList<number>(markers, String, markerLine)
  const draw = () => {
    const last = data.times.length - 1
    const at = Math.min(read ?? last, last)
    const values = lines.map(({ name, label }) => textOf(label, data.samples[name]?.[at], print))
    const found = markersAt(data, at).map(({ text }) => text)
    const text =
      at < 0 ? 'no sample yet' : [clock(data.times[at] ?? 0), ...values, ...found].join(', ')
    setText(readout, text)
    setAttribute(plot, 'aria-valuenow', String(Math.max(0, at)))
    setAttribute(plot, 'aria-valuemax', String(Math.max(0, last)))
    setAttribute(plot, 'aria-valuetext', text)
    const x = String((Math.max(0, at) / Math.max(1, last)) * drawing.width)
    for (const end of ['x1', 'x2']) setAttribute(cursor, end, x)
    cursor.classList.toggle('off', read === undefined)
  }
  readWith(
    plot,
    () => data.times.length,
    sample => {
      read = sample === undefined ? undefined : sample(read ?? data.times.length - 1)
      draw()
    },
  )
  return {
    root: element(
      'figure',
      { class: 'chart' },
      element('figcaption', {}, element('b', {}, title), readout),
      top,
      plot,
    ),
    update(next) {
      data = next
      const all = lines.flatMap(({ name }) => next.samples[name].map(value => value ?? 0))
      const highest = roundAbove(Math.max(0, ...all))
      setText(top, print(highest))
      paths.forEach((path, i) => {
        setAttribute(path, 'd', linePath(next.samples[lines[i]?.name ?? 'requests'], highest))
      })
      showMarkers(
        [
          ...new Set(next.markers.flatMap(({ at }) => Math.round(positionOf(next, at) ?? -1))),
        ].filter(x => x >= 0),
      )
      draw()
    },
  }
}

function plotOf(title: string, content: readonly SVGElement[]): HTMLElement {
  const { width, height } = drawing
  const svg = svgElement(
    'svg',
    { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    ...content,
  )
  const attributes = { class: 'plot', tabindex: '0', role: 'slider', 'aria-valuemin': '0' }
  const plot = element('div', { ...attributes, 'aria-label': `${title}, one hour` })
  plot.append(svg)
  return plot
}

function markerLine(x: number) {
  const ends = { x1: String(x), x2: String(x), y1: '0', y2: String(drawing.height) }
  return { root: svgElement('line', { class: 'marker', ...ends }), update: () => {} }
}

function textOf(
  label: string,
  value: Sample | undefined,
  print: (value: number) => string,
): string {
  return `${label} ${value === undefined || value === null ? '–' : print(value)}`
}

/** Calls `show` with the sample to read: by the pointer, or one before or after by a key. */
function readWith(
  plot: HTMLElement,
  count: () => number,
  show: (sample: ((before: number) => number) | undefined) => void,
): void {
  plot.addEventListener('pointermove', ({ clientX }) => {
    const { left, width } = plot.getBoundingClientRect()
    show(() => Math.round(Math.max(0, Math.min(1, (clientX - left) / width)) * (count() - 1)))
  })
  plot.addEventListener('pointerleave', () => show(undefined))
  plot.addEventListener('blur', () => show(undefined))
  plot.addEventListener('keydown', event => {
    const last = count() - 1
    const steps: Readonly<Record<string, number>> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowDown: -1,
      ArrowUp: 1,
      PageUp: 30,
      PageDown: -30,
      Home: -last,
      End: last,
    }
    const step = steps[event.key]
    if (step === undefined) return
    event.preventDefault()
    show(before => Math.max(0, Math.min(last, before + step)))
  })
}
