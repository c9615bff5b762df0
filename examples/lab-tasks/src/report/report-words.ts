import type { Language } from '../assignment/assignment-lines.js'

/** Headings of the report that are not the assignment's. */
interface Words {
  readonly title: string
  readonly authors: string
  readonly contents: string
  readonly summary: string
  readonly introduction: string
  readonly comparison: string
  readonly difficulties: string
  readonly conclusion: string
  readonly references: string
  readonly evidence: string
  /** Titles of the columns of the summary. */
  readonly columns: {
    readonly figures: readonly string[]
    readonly lines: readonly string[]
  }
}

/** {@link Words} in each language. */
export const reportWords: Readonly<Record<Language, Words>> = {
  en: {
    title: 'Dynamic scaling behind HAProxy',
    authors: 'Authors',
    contents: 'Contents',
    summary: 'Summary',
    introduction: 'Introduction',
    comparison: 'The classic pipeline and the agent',
    difficulties: 'Difficulties',
    conclusion: 'Conclusion',
    references: 'References',
    evidence: 'All evidence',
    columns: { figures: ['figure', 'value'], lines: ['line of the assignment', 'files'] },
  },
  fr: {
    title: 'Mise à l’échelle dynamique derrière HAProxy',
    authors: 'Auteurs',
    contents: 'Table des matières',
    summary: 'Résumé',
    introduction: 'Introduction',
    comparison: 'La chaîne classique et l’agent',
    difficulties: 'Difficultés',
    conclusion: 'Conclusion',
    references: 'Références',
    evidence: 'Toutes les preuves',
    columns: { figures: ['mesure', 'valeur'], lines: ['ligne de la donnée', 'fichiers'] },
  },
}
