import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AstroIntegration } from 'astro';

const INLINE_SCRIPT = /<script>([\s\S]+?)<\/script>/g;

/**
 * Moves the inline scripts that Astro writes for its islands into files, so that pages work under
 * `Content-Security-Policy: script-src 'self'`. They stay classic scripts, run in the same order.
 */
export function externalScripts(): AstroIntegration {
  return {
    name: 'external-scripts',
    hooks: {
      'astro:build:done': async ({ dir }) => {
        const root = fileURLToPath(dir);
        await mkdir(join(root, '_astro'), { recursive: true });
        const files = await readdir(root, { recursive: true });
        await Promise.all(files.filter((file) => file.endsWith('.html')).map((file) => rewrite(root, file)));
      },
    },
  };
}

async function rewrite(root: string, file: string): Promise<void> {
  const html = await readFile(join(root, file), 'utf8');
  const scripts = new Map<string, string>();
  const rewritten = html.replace(INLINE_SCRIPT, (_, script: string) => {
    const path = `/_astro/${createHash('sha256').update(script).digest('hex').slice(0, 12)}.js`;
    scripts.set(path, script);
    return `<script src="${path}"></script>`;
  });
  for (const [path, script] of scripts) await writeFile(join(root, path), script);
  await writeFile(join(root, file), rewritten);
}
