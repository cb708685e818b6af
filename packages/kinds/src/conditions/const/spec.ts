import type { ConditionKind, ConditionSpec, KindSyntax } from '@apsis/core/kind'
import { z } from 'zod'
import { enabledField, enabledJson, isEnabled } from '../enabled.ts'
import { storedBoolean } from '../stored.ts'

const schema = z
  .strictObject({ type: z.literal('const'), value: z.boolean().describe('Whether it holds.'), enabled: enabledField })
  .transform(
    ({ value, enabled }): ConditionSpec => ({
      type: 'const',
      json: { type: 'const', value, ...enabledJson(enabled) },
      str: `const ${value}`,
      bind(scope) {
        const on = isEnabled(enabled, scope)
        if (!on.ok) return on
        return { ok: true, value: on.value ? { type: 'const', spec: { value }, str: `const ${value}` } : null }
      },
    }),
  )

/** `const`: holds always, or never. */
export const constant: KindSyntax<ConditionSpec> & ConditionKind = {
  type: 'const',
  aliases: ['apsis.cond.base.ConstantCondition', 'apsis.cond.ConstantCondition'],
  atStart: false,
  schema,
  revive(bound) {
    const value = storedBoolean(bound, 'value')
    return {
      needs: [],
      evaluate: () =>
        value ? { type: 'ready' } : { type: 'waiting', index: 0, because: 'the condition is false, and stays so' },
    }
  },
}
