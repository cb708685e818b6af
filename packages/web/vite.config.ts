import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** Where `vite dev` finds a server to talk to. */
const SERVER = process.env['APSIS_SERVER'] ?? 'http://127.0.0.1:5000'

export default defineConfig({
  plugins: [react()],
  build: { outDir: 'dist', emptyOutDir: true, target: 'es2023', sourcemap: false },
  server: { proxy: { '/api': { target: SERVER, ws: true } } },
})
