import { createHash } from 'node:crypto';

import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/** Names the build in the document, by what its files hold: page and service compare it (GET /v1/page). */
function nameBuild(): Plugin {
  return {
    name: 'name-build',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle }) {
        const sum = createHash('sha256').update(html);
        // The names of files hold the sums of what is in them.
        for (const name of Object.keys(bundle ?? {}).sort()) sum.update(name);
        const content = sum.digest('hex').slice(0, 16);
        return [{ tag: 'meta', attrs: { name: 'build', content }, injectTo: 'head-prepend' }];
      },
    },
  };
}

export default defineConfig({
  plugins: [svelte(), nameBuild()],
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
