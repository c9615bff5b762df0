/** Titles of the tasks in French, by their numbers; the English ones are those of the tasks. */
export const frenchTitles: readonly string[] = [
  'La configuration statique et ses limites',
  'Un superviseur comme premier processus',
  'Les membres du cluster avec Serf',
  'Les événements arrivent à leurs scripts',
  'Les modèles, et les images en couches',
  'Une configuration générée à chaque changement',
  'Le répartiteur de charge suit par lui-même',
]
