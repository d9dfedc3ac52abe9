import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [svelte()],
  build: {
    target: 'es2023',
    // The page's policy allows no data: address, so nothing is put into the style sheet that way.
    assetsInlineLimit: 0,
    // Vite would otherwise put in a script that old browsers need, and none that runs this page does.
    modulePreload: { polyfill: false },
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.ts'],
  },
});
