import { defineConfig } from 'oxlint'
import type { OxlintConfig } from 'oxlint'
import { PACKAGES, PURE_FOLDERS } from './scripts/lint/import-table.ts'
import { DOORS, importsOf, pure, synchronous } from './scripts/lint/restrictions.ts'

const config: OxlintConfig = defineConfig({
  plugins: ['typescript', 'unicorn', 'oxc', 'import', 'promise', 'node', 'react'],
  categories: { correctness: 'error', suspicious: 'error' },
  options: { typeAware: true, reportUnusedDisableDirectives: 'error' },
  ignorePatterns: ['**/dist/**', '**/build/**'],
  rules: {
    // Promises that nobody waits for, and cases that nobody wrote: the two bugs that matter most here.
    'typescript/no-floating-promises': [
      'error',
      {
        allowForKnownSafeCalls: [{ from: 'package', package: 'node:test', name: ['test', 'it', 'describe', 'suite'] }],
      },
    ],
    'typescript/no-misused-promises': 'error',
    'typescript/await-thenable': 'error',
    'typescript/return-await': ['error', 'error-handling-correctness-only'],
    'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    'typescript/only-throw-error': 'error',
    'typescript/prefer-promise-reject-errors': 'error',
    'typescript/use-unknown-in-catch-callback-variable': 'error',

    // Types that tell the truth.
    'typescript/no-explicit-any': 'error',
    'typescript/no-non-null-assertion': 'error',
    'typescript/no-unsafe-argument': 'error',
    'typescript/no-unsafe-assignment': 'error',
    'typescript/no-unsafe-call': 'error',
    'typescript/no-unsafe-member-access': 'error',
    'typescript/no-unsafe-return': 'error',
    'typescript/no-unsafe-function-type': 'error',
    'typescript/no-unnecessary-type-assertion': 'error',
    'typescript/no-deprecated': 'error',
    'typescript/ban-ts-comment': 'error',
    'typescript/no-namespace': 'error',
    'typescript/parameter-properties': 'error',
    'typescript/consistent-type-imports': 'error',
    'typescript/no-import-type-side-effects': 'error',
    'typescript/no-require-imports': 'error',
    // Narrowing by `as` is for a reviewer to judge: where a check proves it, the compiler often cannot see it.
    'typescript/no-unsafe-type-assertion': 'off',

    // Shape.
    'max-lines': ['error', 400],
    eqeqeq: 'error',
    'no-var': 'error',
    'prefer-const': 'error',
    'object-shorthand': 'error',
    'array-callback-return': 'error',
    'no-self-compare': 'error',
    'no-new-func': 'error',
    'no-console': 'error',
    'no-control-regex': 'off', // input is checked for control characters on purpose
    'no-restricted-imports': ['error', DOORS],
    'import/no-cycle': 'error',
    'import/no-default-export': 'error',
    'import/no-duplicates': 'error',
    'unicorn/prefer-node-protocol': 'error',
    'unicorn/filename-case': ['error', { case: 'kebabCase' }],
    'unicorn/throw-new-error': 'error',
    'react/rules-of-hooks': 'error',
    'react/exhaustive-deps': 'error',

    // Of the suspicious ones, those that are a matter of taste.
    'no-shadow': 'off',
    'no-underscore-dangle': 'off',
    'import/no-named-as-default-member': 'off', // fc.assert is how fast-check is written
    'import/no-unassigned-import': 'off',
    'unicorn/no-array-sort': 'off',
    'unicorn/no-array-reverse': 'off',
    'typescript/no-unnecessary-type-arguments': 'off',
    'promise/always-return': 'off', // what a .then returns to nobody
    'react/react-in-jsx-scope': 'off',
    'unicorn/require-post-message-target-origin': 'off', // of windows; ours are workers
    'unicorn/consistent-function-scoping': 'off',
    'typescript/consistent-return': 'off', // noImplicitReturns of the compiler
  },
  overrides: [
    ...PACKAGES.map(importsOf),
    ...PACKAGES.flatMap((name) => {
      const folder = PURE_FOLDERS[name]
      return folder === undefined ? [] : [pure(name, folder)]
    }),
    synchronous('packages/core/src'),
    { files: ['scripts/**', 'packages/cli/src/**', 'packages/testkit/src/**'], rules: { 'no-console': 'off' } },
    { files: ['**/*.config.ts', 'scripts/test/*-reporter.ts'], rules: { 'import/no-default-export': 'off' } },
    {
      // The bootstrap runs before there is a compiler: it has no types to be unsafe against.
      files: ['**/*.mjs'],
      rules: {
        'typescript/no-unsafe-argument': 'off',
        'typescript/no-unsafe-assignment': 'off',
        'typescript/no-unsafe-call': 'off',
        'typescript/no-unsafe-member-access': 'off',
        'typescript/no-unsafe-return': 'off',
      },
    },
  ],
})

export default config
