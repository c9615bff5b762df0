import { byId, element } from './element.js'
import type { Route } from './route/route.js'

const links = [
  { view: 'overview', label: 'Overview', address: '#/' },
  { view: 'members', label: 'Members', address: '#/members' },
] as const

/** Shows the links between the views, and marks the present one. */
export function navigation(): (route: Route) => void {
  const made = links.map(({ view, label, address }) => ({
    view,
    link: element('a', { href: address }, label),
  }))
  byId('navigation').append(...made.map(({ link }) => link))
  return route => {
    for (const { view, link } of made)
      if (view === route.view) link.setAttribute('aria-current', 'page')
      else link.removeAttribute('aria-current')
  }
}
