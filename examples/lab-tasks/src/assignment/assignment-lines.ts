/** Languages of the report's questions and headings. */
export const languages = ['en', 'fr'] as const

/** One of {@link languages}. */
export type Language = (typeof languages)[number]

/** A text in each language of the report. */
type Translated = Readonly<Record<Language, string>>

/** One thing that the assignment asks for, in its order. */
export interface AssignmentLine {
  /** Task and number, as in `4.2`; the answer's section in `report/task-4.md` has it. */
  readonly id: string
  readonly title: Translated
  /** The assignment's words; undefined for what only the original lab asked. */
  readonly quote: Translated | undefined
  readonly isOptional: boolean
}

/** Every line of the assignment. */
export const assignmentLines: readonly AssignmentLine[] = [
  line('0.1', 'The statistics page', 'La page de statistiques', [
    'Take a screenshot of the stats page of HAProxy at http://192.168.42.42:1936. You should see your backend nodes.',
    'Faites une capture de la page de statistiques de HAProxy à http://192.168.42.42:1936. Vous devez y voir vos nœuds.',
  ]),
  line('0.2', 'The repository', 'Le dépôt', [
    'Give the URL of your repository URL in the lab report.',
    "Donnez l'URL de votre dépôt dans le rapport.",
  ]),
  line('0.3', 'The issues of the first system', 'Les problèmes du premier système'),
  line('1.1', 'The statistics page, under a supervisor', 'La page, sous un superviseur', [
    'Take a screenshot of the stats page of HAProxy at http://192.168.42.42:1936. You should see your backend nodes. It should be really similar to the screenshot of the previous task.',
    'Faites une capture de la page de statistiques de HAProxy à http://192.168.42.42:1936. Vous devez y voir vos nœuds. Elle doit ressembler beaucoup à celle de la tâche précédente.',
  ]),
  line('1.2', 'Why a process supervisor', 'Pourquoi un superviseur de processus', [
    'Describe your difficulties for this task and your understanding of what is happening during this task. Explain in your own words why are we installing a process supervisor. Do not hesitate to do more research and to find more articles on that topic to illustrate the problem.',
    "Décrivez vos difficultés et votre compréhension de ce qui se passe dans cette tâche. Expliquez avec vos mots pourquoi nous installons un superviseur de processus. N'hésitez pas à chercher d'autres articles sur le sujet.",
  ]),
  line('2.1', 'Logs of ha, s1 and s2', 'Journaux de ha, s1 et s2', [
    'Provide the docker log output for each of the containers: `ha`, `s1` and `s2`. You need to create a folder `logs` in your repository to store the files separately from the lab report. For each lab task create a folder and name it using the task number. No need to create a folder when there are no logs.',
    'Fournissez les journaux docker de chacun des conteneurs `ha`, `s1` et `s2`, dans un dossier `logs` du dépôt, avec un sous-dossier par tâche.',
  ]),
  line('2.2', 'The problem of the current solution', 'Le problème de la solution actuelle', [
    'Give the answer to the question about the existing problem with the current solution.',
    'Répondez à la question sur le problème de la solution actuelle.',
  ]),
  line('2.3', 'How Serf works, and its alternatives', 'Serf, et les autres solutions', [
    'Give an explanation on how `Serf` is working. Read the official website to get more details about the `GOSSIP` protocol used in `Serf`. Try to find other solutions that can be used to solve similar situations where we need some auto-discovery mechanism.',
    "Expliquez comment fonctionne `Serf` et son protocole `GOSSIP`. Trouvez d'autres solutions pour les situations où il faut une découverte automatique.",
  ]),
  line('3.1', 'Logs after ha and one application', 'Journaux avec ha et une application', [
    'Provide the docker log output for each of the containers:  `ha`, `s1` and `s2`. Put your logs in the `logs` directory you created in the previous task.',
    'Fournissez les journaux docker de chacun des conteneurs `ha`, `s1` et `s2`, dans le dossier `logs`.',
  ]),
  line('3.2', 'Logs after the second application', 'Journaux avec la deuxième application', [
    'Provide the docker log output for each of the containers:  `ha`, `s1` and `s2`. Put your logs in the `logs` directory you created in the previous task.',
    'Fournissez les journaux docker de chacun des conteneurs `ha`, `s1` et `s2`, dans le dossier `logs`.',
  ]),
  line('4.1', 'One RUN or many', 'Un seul RUN ou plusieurs', [
    'You probably noticed when we added `xz-utils`, we have to rebuild the whole image which took some time. What can we do to mitigate that? Take a look at the Docker documentation on image layers. Tell us about the pros and cons to merge as much as possible of the command.',
    "L'ajout de `xz-utils` a reconstruit toute l'image. Comment l'éviter ? Lisez la documentation de Docker sur les couches, et comparez les avantages et les inconvénients de fusionner les commandes.",
  ]),
  line('4.2', 'Another architecture of the images', 'Une autre architecture des images', [
    'Propose a different approach to architecture our images to be able to reuse as much as possible what we have done. Your proposition should also try to avoid as much as possible repetitions between your images.',
    'Proposez une autre architecture des images, qui réutilise le plus possible et évite les répétitions.',
  ]),
  line('4.3', 'The three generated files', 'Les trois fichiers générés', [
    'Provide the `/tmp/haproxy.cfg` file generated in the `ha` container after each step. Three files are expected. In addition, provide a log file containing the output of the `docker ps` console and another file (per container) with `docker inspect <container>`. Four files are expected.',
    'Fournissez le fichier `/tmp/haproxy.cfg` généré dans `ha` après chaque étape (trois fichiers), la sortie de `docker ps`, et un `docker inspect` par conteneur (quatre fichiers).',
  ]),
  line('4.4', 'The problem of the generated file', 'Le problème du fichier généré', [
    'Based on the three output files you have collected, what can you say about the way we generate it? What is the problem if any?',
    'Que dire de la manière de générer ces trois fichiers ? Quel est le problème ?',
  ]),
  line('5.1', 'The configuration after each step', 'La configuration après chaque étape', [
    'Provide the file `/usr/local/etc/haproxy/haproxy.cfg` generated in the `ha` container after each step. Three files are expected. In addition, provide a log file containing the output of the `docker ps` console and another file (per container) with `docker inspect <container>`. Four files are expected.',
    'Fournissez `/usr/local/etc/haproxy/haproxy.cfg` après chaque étape (trois fichiers), la sortie de `docker ps`, et un `docker inspect` par conteneur (quatre fichiers).',
  ]),
  line('5.2', 'The folder of nodes', 'Le dossier des nœuds', [
    'Provide the list of files from the `/nodes` folder inside the `ha` container. One file expected with the command output.',
    'Fournissez la liste des fichiers du dossier `/nodes` de `ha`. Un fichier est attendu.',
  ]),
  line('5.3', 'After one container stopped', "Après l'arrêt d'un conteneur", [
    'Provide the configuration file after you stopped one container and the list of nodes present in the `/nodes` folder. Two files are expected. In addition, provide a log file containing the output of the `docker ps` console. One file expected.',
    "Fournissez la configuration et la liste des nœuds après l'arrêt d'un conteneur (deux fichiers), et la sortie de `docker ps`.",
  ]),
  optional('5.4', 'Another way to manage the nodes', 'Une autre gestion des nœuds', [
    '(Optional:) Propose a different approach to manage the list of backend nodes. You do not need to implement it. You can also propose your own tools or the ones you discovered online. In that case, do not forget to cite your references.',
    '(Facultatif) Proposez une autre manière de gérer la liste des nœuds, avec vos références.',
  ]),
  line('6.1', 'More than two web applications', 'Plus de deux applications', [
    'Take a screenshots of the HAProxy stat page showing more than 2 web applications running. Additional screenshots are welcome to see a sequence of experimentation like shutting down a node and starting more nodes. Also provide the output of `docker ps` in a log file.',
    "Faites des captures de la page avec plus de deux applications, et d'une suite d'essais. Fournissez aussi la sortie de `docker ps`.",
  ]),
  line('6.2', 'Our view of the solution', 'Notre avis sur la solution', [
    'Give your own feelings about the final solution. Propose improvements or ways to do the things differently. If any, provide references to your readings for the improvements.',
    'Donnez votre avis sur la solution finale. Proposez des améliorations, avec vos références.',
  ]),
  optional('6.3', 'A live demonstration', 'Une démonstration', [
    '(Optional:) Present a live demo where you add and remove a backend container.',
    '(Facultatif) Montrez en direct un conteneur ajouté puis retiré.',
  ]),
]

type Quote = readonly [en: string, fr: string]

function line(id: string, en: string, fr: string, quote?: Quote): AssignmentLine {
  const words = quote && { en: quote[0], fr: quote[1] }
  return { id, title: { en, fr }, quote: words, isOptional: false }
}

function optional(id: string, en: string, fr: string, quote: Quote): AssignmentLine {
  return { ...line(id, en, fr, quote), isOptional: true }
}

/** Returns the lines of one task. */
export function linesOf(task: number): readonly AssignmentLine[] {
  return assignmentLines.filter(({ id }) => id.startsWith(`${task}.`))
}
