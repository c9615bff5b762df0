import { controls } from './controls.js'
import { explanationDialog } from './explanation-dialog.js'
import { generationRows } from './generation-rows.js'
import { followAgent } from './live-feed.js'
import { memberRows } from './member-rows.js'
import { notices } from './notices.js'
import { overview } from './overview.js'
import { emptyPage, withNews } from './page-state.js'
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
  generationRows(changes.rollback),
  changes.update,
]

let page = emptyPage
let isDrawing = false
followAgent(news => {
  page = withNews(page, news)
  if (isDrawing) return
  // One drawing for all that comes at once, and none while nobody looks.
  isDrawing = true
  requestAnimationFrame(() => {
    isDrawing = false
    for (const show of parts) show(page)
  })
})
