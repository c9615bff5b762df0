import { controls } from './controls.js'
import { explanationDialog } from './explanation-dialog.js'
import { generationRows } from './generation-rows.js'
import { followAgent } from './live-feed.js'
import { memberRows } from './member-rows.js'
import { notices } from './notices.js'
import { overview } from './overview.js'
import { emptyPage, withEvent } from './page-state.js'
import { poolCards } from './pool-cards.js'
import { timelineRows } from './timeline-rows.js'

const explain = explanationDialog()
const changes = controls()
const parts = [
  overview(),
  notices(),
  poolCards(explain),
  memberRows(explain),
  timelineRows(),
  generationRows(changes),
  changes.update,
]

let page = emptyPage
let isScheduled = false
followAgent(event => {
  page = withEvent(page, event)
  if (isScheduled) return
  // One update for all events of a frame, and none while the page is hidden.
  isScheduled = true
  requestAnimationFrame(() => {
    isScheduled = false
    for (const show of parts) show(page)
  })
})
