import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/**
 * Pages from one build: the staff console, the resident's page, the telephone of the simulated network. Nothing is inlined, so that the strict
 * Content-Security-Policy holds, and the target is the oldest engine with modules and dynamic import: old phones.
 */
export default defineConfig({
  root: at('web'),
  base: '/',
  publicDir: false,
  plugins: [react()],
  build: {
    outDir: at('dist/web'),
    emptyOutDir: true,
    target: ['es2018', 'chrome64', 'safari12'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: {
        ...{ console: at('web/console.html'), survey: at('web/survey.html'), handset: at('web/handset.html') },
        worker: at('web/worker/worker.ts'),
      },
      output: {
        // The browser asks for the worker by one name for ever.
        entryFileNames: ({ name }) => (name === 'worker' ? 'worker.js' : 'assets/[name]-[hash].js'),
      },
    },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:3000' } },
});
