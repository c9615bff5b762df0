import { byId, element } from '../element.js'
import type { PageState } from '../page-state.js'
import { viewKey, wholeTable, type Route } from '../route/route.js'
import { generationView } from './generation-view.js'
import { memberView } from './member-view.js'
import { membersView } from './members-view.js'
import { overviewView } from './overview-view.js'
import { poolView } from './pool-view.js'
import type { Services, View } from './view.js'

/** Shows the view of an address, and hides the one before. */
export interface ViewSwitch {
  show(route: Route, page: PageState): void
}

/** Creates the views of the page as they are opened. The overview is kept. */
export function viewSwitch(services: Services): ViewSwitch {
  const overview = overviewView(services)
  const place = byId('detail')
  let key: string | undefined
  let view: View | undefined
  let left: Element | null = null
  return {
    show(route, page) {
      const next = viewKey(route)
      if (next !== key) {
        const isFirst = key === undefined
        key = next
        if (view === overview) left = document.activeElement
        view = route.view === 'overview' ? overview : viewOf(route, services)
        const isOverview = view === overview
        document.body.dataset['view'] = route.view
        overview.root.hidden = !isOverview
        place.replaceChildren(...(isOverview ? [] : [view.root]))
        if (!isFirst) showTop(isOverview ? backTo(left) : titleOf(view.root))
      }
      view?.update(page)
    },
  }
}

/** Moves the focus to the title of a new view, so that a screen reader reads it. */
function showTop(target: HTMLElement): void {
  scrollTo(0, 0)
  target.focus()
}

function titleOf(root: HTMLElement): HTMLElement {
  return root.querySelector<HTMLElement>('.title') ?? root
}

/** Returns the element of the overview that had the focus, or else all of it. */
function backTo(left: Element | null): HTMLElement {
  const isThere = left instanceof HTMLElement && byId('overview').contains(left)
  return isThere ? left : byId('topology')
}

function viewOf(route: Route, services: Services): View {
  switch (route.view) {
    case 'pool':
      return poolView(route.name, services)
    case 'members':
      return membersView(services)
    case 'member':
      return memberView(route.name, services)
    case 'generation':
      return generationView(route.number, services)
    default:
      return unknownView(route)
  }
}

/** Returns the query of the table of a view; that of a view without a table selects everything. */
export function queryOf(route: Route) {
  return 'table' in route ? route.table : wholeTable
}

function unknownView(route: Route): View {
  const address = route.view === 'unknown' ? route.address : ''
  return {
    root: element(
      'section',
      { 'aria-label': 'Unknown address' },
      element('h2', { class: 'title', tabindex: '-1' }, 'Unknown address'),
      element(
        'p',
        {},
        `The page has no view ${address}. `,
        element('a', { href: '#/' }, 'Overview'),
      ),
    ),
    update: () => {},
  }
}
