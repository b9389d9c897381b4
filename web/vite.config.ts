import react from '@vitejs/plugin-react';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { defineConfig, type Plugin, type Rollup } from 'vite';

/** Bytes of JavaScript, gzipped, that the sign-in page may need. */
const firstLoadLimit = 300_000;

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
        if (bytes.length < 1024) continue;
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
    writeBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((each): each is Rollup.OutputChunk => each.type === 'chunk');
      const needed = new Set<string>();
      const add = (name: string): void => {
        if (needed.has(name)) return;
        needed.add(name);
        const chunk = bundle[name];
        if (chunk?.type === 'chunk') chunk.imports.forEach(add);
      };
      for (const chunk of chunks) {
        if (chunk.isEntry || chunk.facadeModuleId?.endsWith('/sign-in-page.tsx')) add(chunk.fileName);
      }
      const sizeOf = (name: string): number => {
        const chunk = bundle[name];
        return chunk?.type === 'chunk' ? gzipSync(chunk.code, { level: 9 }).length : 0;
      };
      const size = [...needed].reduce((sum, name) => sum + sizeOf(name), 0);
      console.log(`The sign-in page loads ${(size / 1000).toFixed(1)} kB of JavaScript, gzipped.`);
      if (size > firstLoadLimit) this.error(`That is more than ${firstLoadLimit / 1000} kB.`);
    },
  };
}

export default defineConfig({
  root: import.meta.dirname,
  // Under any path that a proxy puts before the server.
  base: './',
  logLevel: 'warn',
  plugins: [react(), compressed(), firstLoad()],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    target: 'es2022',
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1000,
  },
});
