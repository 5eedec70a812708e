// Runs before the first paint, so that neither the theme nor the language flashes. A file of its own: no inline scripts.
(() => {
  const root = document.documentElement;
  const read = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  };
  const language = read('destila:language');
  const spanish = navigator.languages.find((tag) => /^(es|en)\b/i.test(tag))?.startsWith('es') ?? false;
  root.lang = language === 'es' || language === 'en' ? language : spanish ? 'es' : 'en';
  root.dataset.keys = /Mac|iPhone|iPad/.test(navigator.platform) ? 'mac' : 'other';
  const theme = read('destila:theme');
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = theme === 'light' || theme === 'dark' ? theme : dark ? 'dark' : 'light';

  // zod compiles schemas with `eval`, which the Content-Security-Policy forbids; it reads this (its `z.config`) as it loads.
  globalThis.__zod_globalConfig = { jitless: true };
})();
