import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'postgresql',
  schema: './src/store/dialect/schema.pg.ts',
  out: './src/store/migrations/pg',
  casing: 'snake_case',
});
