// The theme: typedoc's own, with a navigation of one level below each group.
import { DefaultTheme } from 'typedoc'
import { accessibleHtml } from './accessible-html.js'

/** The theme of the site; a package's page lists what is in it, and the navigation does not. */
export class SiteTheme extends DefaultTheme {
  buildNavigation(project) {
    const pages = super.buildNavigation(project)
    return pages.map(group => ({
      ...group,
      children: group.children?.map(page => ({ ...page, children: undefined })),
    }))
  }

  render(page) {
    return accessibleHtml(super.render(page))
  }
}
