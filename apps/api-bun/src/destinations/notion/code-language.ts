import type { BlockObjectRequest } from '@notionhq/client';

type Language = Extract<BlockObjectRequest, { code: unknown }>['code']['language'];

/** What Markdown calls a language → what Notion calls it. Notion refuses names that it does not know. */
const LANGUAGES: Record<string, Language> = {
  bash: 'bash',
  c: 'c',
  cpp: 'c++',
  'c++': 'c++',
  cs: 'c#',
  csharp: 'c#',
  css: 'css',
  diff: 'diff',
  docker: 'docker',
  dockerfile: 'docker',
  go: 'go',
  html: 'html',
  java: 'java',
  javascript: 'javascript',
  js: 'javascript',
  json: 'json',
  kotlin: 'kotlin',
  markdown: 'markdown',
  md: 'markdown',
  mermaid: 'mermaid',
  php: 'php',
  py: 'python',
  python: 'python',
  r: 'r',
  rb: 'ruby',
  ruby: 'ruby',
  rs: 'rust',
  rust: 'rust',
  sh: 'shell',
  shell: 'shell',
  sql: 'sql',
  swift: 'swift',
  toml: 'toml',
  ts: 'typescript',
  tsx: 'typescript',
  typescript: 'typescript',
  xml: 'xml',
  yaml: 'yaml',
  yml: 'yaml',
};

export function codeLanguage(name: string | null | undefined): Language {
  return LANGUAGES[name?.toLowerCase() ?? ''] ?? 'plain text';
}
