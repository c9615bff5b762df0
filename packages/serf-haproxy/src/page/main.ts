import { controls } from './controls.js'
import { byId } from './element.js'
import { generationRows } from './generation-rows.js'
import { followAgent } from './live-feed.js'
import { navigation } from './navigation.js'
import { notices } from './notices.js'
import { overview } from './overview.js'
import { emptyPage, withEvent } from './page-state.js'
import { parseRoute, printRoute, type Route } from './route/route.js'
import { timelineRows } from './timeline-rows.js'
import { queryOf, viewSwitch } from './views/view-switch.js'

let page = emptyPage
let route: Route = parseRoute(location.hash)
let isScheduled = false

const changes = controls()
const views = viewSwitch({
  controls: changes,
  open: next => (location.hash = printRoute(next)),
  filter: table => {
    if (!('table' in route)) return
    // A new step for each letter of a search would be of no use to Back.
    history.replaceState(null, '', printRoute({ ...route, table }))
    route = parseRoute(location.hash)
    schedule()
  },
  query: () => queryOf(route),
})
const showLinks = navigation()
const parts = [overview(), notices(), timelineRows(), generationRows(changes), changes.update]

/** Drops all but the latest figures of updates, which the browser's tools and the tests read. */
function dropOldFigures(): void {
  if (performance.getEntriesByType('measure').length > 200) performance.clearMeasures()
  performance.clearMarks()
}

/** Updates the page once a frame for all events in it, and not while it is hidden. */
function schedule(): void {
  if (isScheduled) return
  isScheduled = true
  requestAnimationFrame(() => {
    isScheduled = false
    performance.mark('update')
    for (const show of parts) show(page)
    showLinks(route)
    views.show(route, page)
    performance.measure('page update', 'update')
    dropOldFigures()
  })
}

addEventListener('hashchange', () => {
  route = parseRoute(location.hash)
  schedule()
})
addEventListener('keydown', event => {
  const isTyping =
    event.target instanceof Element &&
    event.target.matches('input:not([type=checkbox]), select, dialog *')
  if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey) return
  const search = document.querySelector<HTMLInputElement>('input[type=search]')
  if (!search?.checkVisibility()) return
  event.preventDefault()
  search.focus()
})
// The address of the skip link would be that of an unknown view.
byId('skip').addEventListener('click', event => {
  event.preventDefault()
  const title = document.querySelector<HTMLElement>('#detail .title')
  ;(title ?? byId('pools-title')).focus()
})
changes.onToken(schedule)
followAgent(event => {
  page = withEvent(page, event)
  schedule()
})
