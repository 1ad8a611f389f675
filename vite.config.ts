/** Builds the viewer's page into dist/viewer/page, beside what tsc writes: neither touches the other's files. */
import { defineConfig } from 'vite';

export default defineConfig({
  root: 'src/viewer/page',
  base: '/',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../../../dist/viewer/page',
    emptyOutDir: true,
    target: 'es2022',
    // The page's policy lets nothing run or load from within the document: no data: URLs, no inline preload script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
