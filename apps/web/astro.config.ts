import react from '@astrojs/react';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'astro/config';
import { externalScripts } from './integrations/external-scripts.ts';

export default defineConfig({
  output: 'static',
  trailingSlash: 'ignore',
  integrations: [react(), externalScripts()],
  devToolbar: { enabled: false },
  // The server sends no inline script: its Content-Security-Policy allows scripts of its own origin alone.
  vite: { plugins: [tailwindcss()], build: { assetsInlineLimit: 0 } },
  server: { port: 4321 },
});
