import react from '@vitejs/plugin-react';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';
import { helpersInFirst } from './helpers-in-first.ts';

/** Bytes, gzipped, that the sign-in page may need: its page, script and style sheet. */
const firstLoadLimit = 190_000;

/** Puts a gzip and a brotli file beside each file that is worth it; the server sends the smallest that a browser takes. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    writeBundle({ dir = '' }, bundle) {
      for (const name of Object.keys(bundle)) {
        if (!/\.(js|css|svg)$/.test(name)) continue;
        const file = path.join(dir, name);
        const bytes = readFileSync(file);
        if (bytes.length < 512) continue;
        writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
        writeFileSync(
          `${file}.br`,
          brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }),
        );
      }
    },
  };
}

/** Says what the sign-in page makes a browser load, and fails when that is too much. */
function firstLoad(): Plugin {
  return {
    name: 'first-load',
    apply: 'build',
    writeBundle({ dir = '' }, bundle) {
      const html = readFileSync(path.join(dir, 'index.html'), 'utf8');
      const needed = Object.keys(bundle).filter((name) => name === 'index.html' || html.includes(`./${name}"`));
      const sizeOf = (name: string): number => gzipSync(readFileSync(path.join(dir, name)), { level: 9 }).length;
      const size = needed.reduce((sum, name) => sum + sizeOf(name), 0);
      console.log(`The sign-in page loads ${needed.length} files, ${(size / 1000).toFixed(1)} kB gzipped.`);
      if (size > firstLoadLimit) this.error(`That is more than ${firstLoadLimit / 1000} kB.`);
    },
  };
}

/** Puts the mark into the page as its icon: browsers ask for it on every first visit. */
function icon(): Plugin {
  const mark = readFileSync(path.join(import.meta.dirname, 'src', 'app', 'mark.svg'));
  const href = `data:image/svg+xml;base64,${mark.toString('base64')}`;
  return {
    name: 'icon',
    transformIndexHtml: () => [{ tag: 'link', attrs: { rel: 'icon', type: 'image/svg+xml', href }, injectTo: 'head' }],
  };
}

export default defineConfig({
  root: import.meta.dirname,
  // Under any path that a proxy puts before the server.
  base: './',
  logLevel: 'warn',
  plugins: [react(), icon(), helpersInFirst(), compressed(), firstLoad()],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    target: 'es2022',
    // Both themes' colors stand in the style sheets (light-dark), for the browser to choose.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // One request for the sign-in page, not one for each part that it shares with another page.
            { name: 'first', tags: ['$initial'], priority: 2 },
            // Nearly every page needs some of them.
            {
              name: 'components',
              test: /node_modules[\\/](@mantine[\\/](core|hooks)|@floating-ui|lucide-react)[\\/]/,
              priority: 1,
            },
          ],
        },
      },
    },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1000,
  },
});
