import { buildWeb, installPackages } from './setup.ts';

await installPackages('production');
await buildWeb();
await import('../apps/api-bun/src/main.ts');
