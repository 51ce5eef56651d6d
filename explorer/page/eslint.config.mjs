// Rules for the page's scripts, which are one script: names of one file are used in others.
import js from '@eslint/js'

export default [
  js.configs.recommended,
  { files: ['src/*.js'], languageOptions: { sourceType: 'script', ecmaVersion: 2023 },
    rules: { 'no-undef': 'off', 'no-unused-vars': ['error', { vars: 'local' }], 'no-unexpected-multiline': 'error', eqeqeq: 'error', 'no-var': 'error', 'prefer-const': 'error' } },
]
