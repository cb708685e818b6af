import { ACTIVE, FINISHED, STATES, TRANSITIONS, statesReaching } from '@apsis/core/run'
import type { State } from '@apsis/core/run'
import type { Generated } from './generated.ts'

const list = (states: readonly State[]): string =>
  states.length === 0 ? '—' : states.map((state) => `\`${state}\``).join(', ')

const row = (state: State): string => {
  const before = statesReaching(state).filter((other) => other !== state)
  return `| \`${state}\` | ${list(TRANSITIONS[state])} | ${list(before)} |`
}

const edges = STATES.flatMap((from) => TRANSITIONS[from].map((to) => `  ${from} --> ${to}`))

/** The page of run states, from the core's table of transitions. */
export const states: Generated = {
  path: 'docs/reference/states.md',
  content: () => `# States of a run

<!-- Generated from packages/core/src/run/state.ts by npm run gen; do not edit. -->

| state | may go to | may come from, in one move or more |
|---|---|---|
${STATES.map(row).join('\n')}

- **Active**, so that a process may exist: ${list(ACTIVE)}.
- **Finished**, so that only \`mark\` moves the run, to another finished state: ${list(FINISHED)}.

\`\`\`mermaid
stateDiagram-v2
${edges.join('\n')}
\`\`\`
`,
}
